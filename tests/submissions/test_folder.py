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
