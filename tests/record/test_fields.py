"""The record's type is what the grader writes and what the page about the record says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from grader.record import fields
from grader.record.fields import Record, filled

ROOT = Path(__file__).parents[2]
# The tables of the page that list fields, by the heading above them.
TABLES = {
    "The whole submission": "Record",
    "`submission`": "SubmissionFields",
    "`handed_in`": "HandedInFields",
    "`score`": "ScoreFields",
    "`loading` and `running`": "EndedFields",
    "`excerpts`": "ExcerptFields",
    "A check": "CheckFields",
    "A written answer": "AnswerFields",
    "`times`": "TimesFields",
}


def tables() -> dict[str, set[str]]:
    """Return the fields of each table of the page, by the heading above it."""
    found: dict[str, set[str]] = {}
    heading, of_fields = "", False
    for line in (ROOT / "docs" / "record.md").read_text(encoding="utf-8").splitlines():
        if line.startswith(("## ", "### ")):
            heading, of_fields = line.lstrip("# "), False
        elif line.startswith("| field "):
            of_fields = True
        elif not line.startswith("|"):
            of_fields = False
        elif of_fields and not line.startswith("|--"):
            found.setdefault(heading, set()).update(re.findall(r"`(\w+)`", line.split("|")[1]))
    return found


def wrong(value: Any, kind: Any, place: str = "record") -> Iterator[str]:
    """Yield the places at which a value is not of a type."""
    if get_origin(kind) in (Annotated, NotRequired):
        kind = get_args(kind)[0]
    if kind is Any:
        return
    if isinstance(kind, UnionType):
        if value is not None:
            yield from wrong(value, next(each for each in get_args(kind) if each is not NoneType), place)
    elif is_typeddict(kind):
        hints = get_type_hints(kind, include_extras=True)
        needed = {name for name, hint in hints.items() if get_origin(hint) is not NotRequired}
        if not isinstance(value, dict) or not needed <= set(value) <= set(hints):
            yield f"{place}: {sorted(set(value) ^ needed)}"
            return
        for name in value:
            yield from wrong(value[name], hints[name], f"{place}.{name}")
    elif get_origin(kind) in (list, dict):
        if not isinstance(value, get_origin(kind)):
            yield f"{place}: {type(value).__name__}"
            return
        for each in value.values() if isinstance(value, dict) else value:
            yield from wrong(each, get_args(kind)[-1], f"{place}[]")
    elif not isinstance(value, (int, float) if kind is float else kind):
        yield f"{place}: {type(value).__name__} and not {kind.__name__}"


def records(folder: Path, *options: str) -> list[Mapping[str, Any]]:
    """Grade a class by the command; return its records."""
    command = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        str(folder),
        *options,
        "--out",
        str(folder.parent / "out"),
        "--anyway",
        "--quiet",
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    return [json.loads(path.read_bytes()) for path in sorted((folder.parent / "out").glob("**/records/*.json"))]


def test_every_table_of_the_page_has_the_fields_of_its_type():
    """Who adds a field to the record adds it to the page."""
    found = tables()
    for heading, kind in TABLES.items():
        names = set(get_type_hints(getattr(fields, kind)))
        told = found[heading]
        assert told - names == set(), heading
        assert names - told == set(), heading


@pytest.mark.parametrize("options", [("--assignment", "backprop"), ("--assignment", "autograd", "--rubric")])
def test_what_grade_writes_is_of_the_type(tmp_path: Path, options: tuple[str, ...]):
    """Records of a right answer, of one that does not load, of an empty folder and of nothing that can be read, field by field."""
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "s001.py").write_text("import numpy as np\n\ndef accuracy(predictions, targets):\n    return 1 / 0\n")
    (folder / "s002.py").write_text("def broken(:\n")
    (folder / "s003").mkdir()
    (folder / "s003" / "report.docx").write_bytes(b"PK")
    shutil.copy(ROOT / "submissions" / "s002.ipynb", folder / "s004.ipynb")
    graded = records(folder, *options)
    assert len(graded) == 4
    assert [problem for record in graded for problem in wrong(record, Record)] == []


def test_a_record_that_is_only_a_name_is_filled():
    """Whatever a fault of ours has left out, reports find every field, and the record itself is not changed."""
    given = {
        "student": "s001",
        "checks": [{"id": "check_a", "parts": [{"name": "b"}]}],
        "loading": {"status": "raised"},
    }
    before = json.dumps(given)
    assert list(wrong(filled(given), Record)) == []
    assert filled(given)["checks"][0]["result"] == filled(given)["checks"][0]["parts"][0]["result"] == "not_checked"
    assert json.dumps(given) == before


def test_the_comparison_sees_a_missing_field_and_a_wrong_type():
    """What compares would else pass anything."""
    record = dict(filled({"student": "s001"}))
    assert list(wrong(record | {"lead": 3}, Record)) == ["record.lead: int and not str"]
    del record["lead"]
    assert list(wrong(record, Record)) == ["record: ['lead']"]
