"""A folder becomes a class: one entry a student, nothing opened, nothing lost."""

import os
import re

import pytest

from grader.errors import UsageError
from grader.submissions import find_submissions, slug_of
from grader.submissions.submission import TooLarge


def test_find_submissions_takes_files_folders_and_zips(tmp_path):
    """The student is the stem of a file or the name of a folder."""
    for name in ("s003.py", "s001.ipynb", "s002.zip", "s004.pdf"):
        (tmp_path / name).write_text("")
    (tmp_path / "s005").mkdir()
    found, left_out = find_submissions([tmp_path])
    assert [(s.id, s.form) for s in found] == [
        ("s001", "file"), ("s002", "zip"), ("s003", "file"), ("s004", "file"), ("s005", "folder"),
    ]  # fmt: skip
    assert left_out == []


def test_find_submissions_says_what_it_leaves_out(tmp_path):
    """Notes and links are nobody's hand-in; hidden files are not worth a word."""
    (tmp_path / "s001.py").write_text("")
    (tmp_path / "README.md").write_text("")
    (tmp_path / ".DS_Store").write_text("")
    (tmp_path / "s002.py").symlink_to(tmp_path / "s001.py")
    os.mkfifo(tmp_path / "s003.py")
    found, left_out = find_submissions([tmp_path])
    assert [s.id for s in found] == ["s001"]
    assert [(entry.path.name, entry.reason) for entry in left_out] == [
        ("README.md", "is not a submission"),
        ("s002.py", "is a link, and links are not followed"),
        ("s003.py", "is neither a file nor a folder"),
    ]


def test_find_submissions_takes_a_folder_with_main_as_one_student(tmp_path):
    """A student's own folder can be named directly."""
    folder = tmp_path / "s007"
    folder.mkdir()
    (folder / "main.py").write_text("")
    (folder / "layers.py").write_text("")
    found, _ = find_submissions([folder])
    assert [(s.id, s.form) for s in found] == [("s007", "folder")]


def test_find_submissions_refuses_two_entries_of_one_student(tmp_path):
    """Which of the two counts is not ours to guess."""
    (tmp_path / "s001.py").write_text("")
    (tmp_path / "s001.ipynb").write_text("")
    with pytest.raises(UsageError) as caught:
        find_submissions([tmp_path])
    assert str(caught.value) == (
        "Two entries belong to the student 's001': s001.ipynb and s001.py. "
        "Keep one of them, or put both into one folder of that name."
    )


def test_find_submissions_refuses_a_missing_path(tmp_path):
    """A mistyped path is answered with what must be there."""
    with pytest.raises(UsageError) as caught:
        find_submissions([tmp_path / "nowhere"])
    assert str(caught.value) == (
        f"There is no file or folder '{tmp_path}/nowhere'. Give the folder that holds one entry a student."
    )


def test_find_submissions_refuses_an_empty_folder(tmp_path):
    """Nothing found is an error, not an empty class."""
    with pytest.raises(
        UsageError, match=r"No submission was found in .*one \.py file, \.ipynb notebook, \.zip or folder"
    ):
        find_submissions([tmp_path])


@pytest.mark.parametrize(
    ("student", "head"),
    [
        ("Ann Lee", "Ann-Lee-"),
        ("../../etc/passwd", "etc-passwd-"),
        ("con", "con-"),
        ("<b>", "b-"),
        ("\u202eevil", "evil-"),
        ("", "student-"),
    ],
)
def test_slug_of_makes_a_harmless_file_name(student, head):
    """Nothing but plain letters, digits and three marks, and a mark of its own where something was lost."""
    slug = slug_of(student)
    assert re.fullmatch(re.escape(head) + "[0-9a-f]{8}", slug)


def test_slug_of_keeps_a_plain_name():
    """A student id is its own file name."""
    assert slug_of("s001") == "s001"


def test_slug_of_differs_from_those_taken_in_any_case():
    """Two students never share a file, on any file system."""
    assert slug_of("S001", taken=["s001"]) != "S001"
    assert slug_of("S001", taken=["s001"]).casefold() != "s001"


def test_read_folder_leaves_links_and_hidden_files(tmp_path):
    """A link to another student's work is not read; folders below are."""
    folder = tmp_path / "class" / "s001"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.py").write_text("a")
    (folder / "sub" / "b.py").write_text("b")
    (folder / ".git").mkdir()
    (folder / "stolen.py").symlink_to(tmp_path / "other.py")
    (tmp_path / "other.py").write_text("secret")
    (submission,), _ = find_submissions([tmp_path / "class"])
    assert [(file.path, file.content) for file in submission.read(100)] == [("a.py", b"a"), ("sub/b.py", b"b")]


def test_read_refuses_what_is_too_large(tmp_path):
    """One byte above the limit is too much, one below is not."""
    (tmp_path / "s001.py").write_bytes(b"x" * 2_097_153)
    (submission,), _ = find_submissions([tmp_path])
    assert len(submission.read(2_097_153)[0].content) == 2_097_153
    with pytest.raises(TooLarge) as caught:
        submission.read(2_097_152)
    assert str(caught.value) == "The hand-in is larger than 2 MiB; hand in only your own source files."


def test_find_submissions_leaves_out_the_reports(tmp_path):
    """Reports that lie among the hand-ins are nobody's."""
    (tmp_path / "s001.py").write_text("x = 1\n")
    out = tmp_path / "reports"
    out.mkdir()
    found, left_out = find_submissions([tmp_path], out)
    assert [submission.id for submission in found] == ["s001"]
    assert [(entry.path, entry.reason) for entry in left_out] == [(out, "is where the reports go")]


def test_first_with_reads_one_file_of_a_folder(tmp_path):
    """The first file with an ending, in the order of paths and in any case, is read; a link is none, a script has none."""
    folder = tmp_path / "s001"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "Report.PDF").write_bytes(b"second")
    (folder / "a.pdf").symlink_to(folder / "b" / "Report.PDF")
    (folder / "main.py").write_text("x = 1")
    (found,), _ = find_submissions([tmp_path])
    assert found.first_with(".pdf", 100) == b"second"
    assert found.first_with(".txt", 100) is None
    with pytest.raises(TooLarge):
        found.first_with(".pdf", 3)
