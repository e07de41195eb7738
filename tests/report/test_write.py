"""Tests of the reports as files."""

from __future__ import annotations

import csv
import json
from xml.etree import ElementTree

import pytest

from grader.errors import GraderError
from grader.files import replacing
from grader.report.write import write_class, write_student
from tests.report import factory


def test_write_class_makes_every_file(tmp_path):
    """Page, table, JUnit, Markdown, and one file a student for Gradescope."""
    paths = write_class(lambda: iter(factory.a_class()), tmp_path)
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == [
        *(f"gradescope/s00{k}.json" for k in range(1, 6)), "index.html", "junit.xml", "scores.csv", "summary.md",
    ]  # fmt: skip
    assert paths.index == tmp_path / "index.html"
    assert len(ElementTree.parse(paths.junit).getroot()) == 5
    assert len(list(csv.reader(paths.scores.read_text(encoding="utf-8").splitlines()))) == 6
    assert json.loads((paths.gradescope / "s002.json").read_bytes())["score"] == 95.0


def test_write_class_reads_the_records_twice_and_keeps_none(tmp_path):
    """Two passes, and never more than one record of a pass in use."""
    passes = []

    def records():
        passes.append(0)
        for k in range(20):
            passes[-1] += 1
            yield factory.record(f"s{k:03}")

    write_class(records, tmp_path)
    assert passes == [20, 20]


def test_write_class_of_nobody_makes_whole_files(tmp_path):
    """An empty class is no error."""
    paths = write_class(lambda: iter([]), tmp_path)
    assert ElementTree.parse(paths.junit).getroot().get("tests") == "0"


def test_write_class_twice_gives_the_same_bytes(tmp_path):
    """Nothing but the records decides what is in the files."""
    for name in ("one", "two"):
        write_class(lambda: iter(factory.a_class()), tmp_path / name)
    for path in (tmp_path / "one").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_write_student_goes_by_the_slug(tmp_path):
    """The name of a student never becomes a path."""
    path = write_student(factory.hostile("../../../etc/passwd", "h01"), tmp_path)
    assert path == tmp_path / "students" / "h01.html"
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("slug", ["", "../x", "a/b", ".hidden", "a\x00", "x" * 201, "é", "a\n"])
def test_write_refuses_a_slug_that_is_no_name(tmp_path, slug):
    """A record that was tampered with writes nowhere."""
    with pytest.raises(GraderError) as caught:
        write_student(factory.record("s001", slug), tmp_path)
    assert str(caught.value) == (
        "A record's slug must be at most 200 letters, digits, dots, hyphens and underscores, "
        f"but it is {ascii(slug)[:80]}; grade this submission again."
    )
    with pytest.raises(GraderError):
        write_class(lambda: iter([factory.record("s001", slug)]), tmp_path)
    assert not list(tmp_path.rglob(".*.tmp"))


def test_replacing_leaves_the_old_file_when_writing_fails(tmp_path):
    """Nobody meets half a file, and nothing is left beside it."""
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(RuntimeError, match="stop"), replacing(path) as file:
        file.write("half")
        raise RuntimeError("stop")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_replacing_overwrites_what_a_killed_run_left(tmp_path):
    """A file that was left beside is no obstacle, and a link left there is not followed."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine", encoding="utf-8")
    (tmp_path / ".a.txt.tmp").symlink_to(elsewhere)
    with replacing(tmp_path / "a.txt") as file:
        file.write("new")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "new"
    assert elsewhere.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_write_takes_hostile_records(tmp_path, text):
    """Every file is written, whatever a student is called."""
    record = factory.hostile(text, "h01")
    write_student(record, tmp_path)
    write_class(lambda: iter([record]), tmp_path)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 6
