"""A folder becomes a class: one entry a student, nothing opened, nothing lost."""

import os

import pytest

from grader.errors import UsageError
from grader.submissions import TooLarge, find_submissions, takes_main_for_a_student


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


def test_find_submissions_reads_a_folder_with_main_as_a_class(tmp_path):
    """A hand-in that is called ``main.py`` does not take the class for its own: everybody in it is a student, and main is one."""
    for name in ("main.py", "alice.py", "s002.ipynb", "s003.zip"):
        (tmp_path / name).write_text("")
    (tmp_path / "s004").mkdir()
    found, _ = find_submissions([tmp_path])
    assert [(s.id, s.form) for s in found] == [
        ("alice", "file"), ("main", "file"), ("s002", "file"), ("s003", "zip"), ("s004", "folder"),
    ]  # fmt: skip
    assert list(takes_main_for_a_student([tmp_path])) == [
        f"{tmp_path} is read as a class: main.py in it is the hand-in of a student called main. "
        f"If {tmp_path} is the folder of one student, add --student NAME."
    ]
    (tmp_path / "main.py").unlink()
    assert list(takes_main_for_a_student([tmp_path])) == []


def test_find_submissions_takes_a_folder_as_one_student_where_that_is_said(tmp_path):
    """With a student named, a folder is this student's own, and what is in it are files of one hand-in."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "main.py").write_text("")
    (folder / "layers.py").write_text("")
    (submission,), left_out = find_submissions([folder], student="s007")
    assert (submission.id, submission.slug, submission.form, submission.path) == ("s007", "s007", "folder", folder)
    assert [file.path for file in submission.read(100)] == ["layers.py", "main.py"]
    assert left_out == []
    with pytest.raises(UsageError) as caught:
        find_submissions([folder, folder], student="s007")
    assert str(caught.value) == "--student needs exactly one PATH, the hand-in of this student."


def test_find_submissions_refuses_a_hand_in_that_is_a_link(tmp_path):
    """Above a hand-in links are the instructor's own and followed; the hand-in itself is not, however it is given."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "s001.py").write_text("x = 1")
    (tmp_path / "term").symlink_to("real")
    (found,), _ = find_submissions([tmp_path / "term"])
    assert found.path == tmp_path / "real" / "s001.py"
    (tmp_path / "s002").symlink_to("real")
    with pytest.raises(UsageError) as caught:
        find_submissions([tmp_path / "s002"], student="s002")
    assert str(caught.value) == (
        f"No submission was found in {tmp_path}/s002. It must hold one .py file, .ipynb notebook, .zip or folder for each "
        "student. s002 is a link, and links are not followed."
    )


@pytest.mark.parametrize(
    ("entries", "files"),
    [
        (["s001.py", "s001.pdf"], ["s001.pdf", "s001.py"]),
        (["s001.py", "s001.py~", "s001.py.bak"], ["s001.py", "s001.py.bak", "s001.py~"]),
        (["s001.ipynb", "s001.py"], ["s001.ipynb", "s001.py"]),
        (["s001/", "s001.zip"], ["s001.zip", "s001/main.py"]),
        (["s001.docx", "s001.tar.gz"], ["s001.docx", "s001.tar.gz"]),
    ],
)
def test_find_submissions_takes_all_entries_of_a_student_for_one_hand_in(entries, files, tmp_path):
    """A report, a copy or an archive beside the work belongs to the same student; nobody else's grading stops."""
    for name in [*entries, "s002.py"]:
        if name.endswith("/"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "main.py").write_text("x = 1")
        else:
            (tmp_path / name).write_text("x = 1")
    (first, second), left_out = find_submissions([tmp_path])
    assert (first.id, first.form, second.id, left_out) == ("s001", "folder", "s002", [])
    contents = first.contents(1000)
    assert sorted(file.path for file in contents.files) == files
    assert len(contents.left_out) == 1
    assert contents.left_out[0].endswith(" were read as one hand-in.")
    assert sorted(first.paths()) == files


def test_find_submissions_puts_the_work_first_among_entries_of_a_student(tmp_path):
    """The first of several entries is what the record names: the script, and not the report beside it."""
    for name in ("s001.pdf", "s001.zip", "s001.py"):
        (tmp_path / name).write_text("x = 1")
    (found,), _ = find_submissions([tmp_path])
    assert (found.name, [path.name for path in found.beside]) == ("s001.py", ["s001.zip", "s001.pdf"])
    assert found.contents(1000).left_out == ("s001.py, s001.zip and s001.pdf were read as one hand-in.",)


def test_find_submissions_never_follows_a_link_beside_an_entry(tmp_path):
    """An entry that is exchanged for a link after it was found is left out."""
    for name in ("s001.py", "s001.pdf"):
        (tmp_path / name).write_text("x = 1")
    (tmp_path / "secret").write_text("secret")
    (found,), _ = find_submissions([tmp_path / "s001.py", tmp_path / "s001.pdf"])
    (tmp_path / "s001.pdf").unlink()
    (tmp_path / "s001.pdf").symlink_to("secret")
    contents = found.contents(1000)
    assert [file.content for file in contents.files] == [b"x = 1"]
    assert contents.left_out[1:] == ("'s001.pdf' is a link and was left out.",)


NAMES = {
    "kim.tar.gz": ("kim", "zip"),
    "kim.TGZ": ("kim", "zip"),
    "kim.7z": ("kim", "zip"),
    "kim.rar": ("kim", "zip"),
    "kim.py.txt": ("kim", "file"),
    "kim.ipynb.json": ("kim", "file"),
    "kim.ipynb.txt": ("kim", "file"),
    "kim.py~": ("kim", "file"),
    "kim.py.bak": ("kim", "file"),
    "kim.lee.py": ("kim.lee", "file"),
    "kim": ("kim", "file"),
    "kim.PY ": ("kim", "file"),
    "kim.docx": ("kim", "file"),
    "kim.zip (1)": ("kim", "zip"),
    "kim.zip.txt": ("kim", "zip"),
    "kim.zip.part": ("kim", "zip"),
    "kim.py.crdownload": ("kim", "file"),
    "kim.cpio": ("kim", "zip"),
    "kim.alz": ("kim", "zip"),
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items())
def test_find_submissions_tells_the_student_from_the_name(name, expected, tmp_path):
    """Archives have endings of two words, browsers and editors append some of their own."""
    (tmp_path / name).write_text("x = 1")
    (found,), _ = find_submissions([tmp_path])
    assert (found.id, found.form) == expected


def test_find_submissions_looks_into_texts_for_code(tmp_path):
    """A script that was saved as a text, or a notebook as JSON, is a hand-in; a note and a table are none."""
    (tmp_path / "s001.txt").write_text("import numpy as np\ndef f(x):\n    return x\n")
    (tmp_path / "s002.json").write_text('{"cells": [], "nbformat": 4}')
    (tmp_path / "notes.txt").write_text("What I noticed from here on: import taxes.")
    (tmp_path / "roster.json").write_text('{"s001": 1}')
    (tmp_path / "~$s003.docx").write_text("x")
    found, left_out = find_submissions([tmp_path])
    assert [submission.id for submission in found] == ["s001", "s002"]
    assert [entry.path.name for entry in left_out] == ["notes.txt", "roster.json"]


def test_find_submissions_keeps_who_handed_in_something_else_than_code(tmp_path):
    """A link to a notebook and a notebook as a web page are hand-ins, of which the page says what is missing; a note and a page are none."""
    (tmp_path / "s001.txt").write_text("my colab: https://colab.research.google.com/drive/1abc\n")
    (tmp_path / "s002.html").write_text("<!DOCTYPE html><html><body class='jp-Notebook'></body></html>")
    (tmp_path / "links.txt").write_text("The course is at https://example.org/github.html\n")
    (tmp_path / "index.html").write_text("<html><body>The course</body></html>")
    (tmp_path / "long.txt").write_text("https://github.com/kim/hw\n" + "A text about something else. " * 20)
    (tmp_path / "s003.html").write_text("<!DOCTYPE html><html><body class='jp-Notebook'></body></html>")
    (tmp_path / "s003.py").write_text("x = 1")
    found, left_out = find_submissions([tmp_path])
    assert [(submission.id, submission.path.suffix) for submission in found] == [
        ("s001", ".txt"),
        ("s002", ".html"),
        ("s003", ".py"),
    ]
    assert [entry.path.name for entry in left_out] == ["index.html", "links.txt", "long.txt", "s003.html"]


def test_read_folder_leaves_environments(tmp_path):
    """An environment beside the work is nobody's work, whatever it is called."""
    folder = tmp_path / "s001"
    for name in ("venv", "my-env", "node_modules", "lib/site-packages"):
        (folder / name / "sub").mkdir(parents=True)
        (folder / name / "sub" / "a.py").write_text("")
    (folder / "my-env" / "pyvenv.cfg").write_text("")
    (folder / "main.py").write_text("x = 1")
    (found,), _ = find_submissions([tmp_path])
    assert [file.path for file in found.read(100)] == ["main.py"]


def test_find_submissions_refuses_a_missing_path(tmp_path):
    """A mistyped path is answered with what must be there."""
    with pytest.raises(UsageError) as caught:
        find_submissions([tmp_path / "nowhere"])
    assert str(caught.value) == (
        f"There is no file or folder '{tmp_path}/nowhere'. Give the folder that holds one entry per student."
    )


def test_find_submissions_refuses_an_empty_folder(tmp_path):
    """Nothing found is an error, not an empty class."""
    with pytest.raises(
        UsageError, match=r"No submission was found in .*one \.py file, \.ipynb notebook, \.zip or folder"
    ):
        find_submissions([tmp_path])


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
