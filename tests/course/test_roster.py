"""The roster: whatever exported it, and whom it finds."""

from pathlib import Path

import pytest

from grader.course.roster import join, key_of, read_roster
from grader.errors import UsageError
from grader.submissions import Origin, Person, Submission

OWN = "id,name,email,section\ns001,Jane Doe,jane@x.edu,A\ns002,Kim Lee,kim@x.edu,B\n"
EXPORTS = {
    "own": OWN,
    "semicolons, as Excel has them": "\ufeffsep=;\r\nID;Name;E-Mail;Section\r\ns001;Jane Doe;jane@x.edu;A\r\ns002;Kim Lee;kim@x.edu;B\r\n",
    "canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (4711)\n    Points Possible,,,,,100\n"
        '"Doe, Jane",11,s001,jdoe,A,\n"Lee, Kim",12,s002,klee,B,90\n"Student, Test",13,,x,A,\n'
    ),
    "moodle": (
        "Identifier,Full name,ID number,Email address,Status\n"
        "Participant 501,Jane Doe,s001,jane@x.edu,No submission\nParticipant 502,Kim Lee,s002,kim@x.edu,-\n"
    ),
    "brightspace": (
        "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n"
        "#s001,#jdoe,Doe,Jane,jane@x.edu,#\n#s002,#klee,Lee,Kim,kim@x.edu,#\n"
    ),
    "gradescope": (
        "First Name,Last Name,SID,Email,Role,Sections\nJane,Doe,s001,jane@x.edu,Student,A\n"
        "Kim,Lee,s002,kim@x.edu,Student,B\nPat,Prof,s900,pat@x.edu,Instructor,\n"
    ),
    "e3": "學號\t姓名\t電子郵件\ns001\tJane Doe\tjane@x.edu\ns002\tKim Lee\tkim@x.edu\n",
}


def written(folder, text, encoding="utf-8"):
    """Write a roster and return its path."""
    path = folder / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return path


def handed_in(name, *people, layout="moodle"):
    """Return a submission of these people, or of a plain class without any."""
    origin = Origin(layout, people) if people else None
    return Submission(name, name, Path(name), "file", origin=origin)


@pytest.mark.parametrize("export", EXPORTS)
def test_a_roster_is_read_from_what_a_platform_exports(export, tmp_path):
    """The same two students from every platform's file: nobody's rows and teachers are no students."""
    encoding = "utf-16" if export == "e3" else "utf-8"
    roster = read_roster(written(tmp_path, EXPORTS[export], encoding))
    assert [key_of(person) for person in roster.students] == ["s001", "s002"]
    assert [person.name for person in roster.students] in (["Jane Doe", "Kim Lee"], ["Doe, Jane", "Lee, Kim"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x,y\n1,2\n", "The roster {path} has no header with a column for students; its first line should be like id,name,email,section"),
        ("id,name\n", "The roster {path} names no student; it needs a row for each below its header."),
        ("id,name\ns001,A\ns002,B\ns001,C\n", "{path}, line 4: s001 is also in line 2; each student needs exactly one row."),
        ("PK\x03\x04", "The roster {path} is a workbook; save it as CSV in UTF-8."),
    ],
)  # fmt: skip
def test_a_roster_that_is_none_is_one_sentence(text, sentence, tmp_path):
    """What is wrong with it, and how it should be."""
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as refusal:
        read_roster(path)
    assert str(refusal.value) == sentence.format(path=path)


@pytest.mark.parametrize(
    ("person", "name"),
    [
        (Person(name="doejane", id="11"), "s001"),
        (Person(name="Jane Doe", id="77"), "s001"),
        (Person(name="JANE  DOE"), "s001"),
        (Person(name="Group 4-Jane Doe", id="77"), "s001"),
        (Person(name="someone", email="Jane@X.edu"), "s001"),
        (Person(login="s001"), "s001"),
        (Person(login="jane"), "s001"),
        (Person(name="Jan Doe"), None),
        (Person(name="someone", id="s001"), None),
    ],
)
def test_a_student_is_found_by_whatever_the_platform_tells(person, name, tmp_path):
    """By number, login, e-mail or name; not by a name that is only alike, nor by a platform's number alone."""
    joined = join([handed_in("x", person)], read_roster(written(tmp_path, OWN)))
    assert [each.id for each in joined.submissions] == [name or "x"]
    assert [each.id for each in joined.unlisted] == ([] if name else ["x"])
    assert [key_of(missing) for missing in joined.missing] == (["s002"] if name else ["s001", "s002"])


def test_names_of_two_students_are_told_apart_by_the_platforms_number(tmp_path):
    """Two of one name are found by the number that the roster has of the same platform, and without it nobody is guessed."""
    text = 'Student,ID,SIS Login ID\n"Wang, Wei",13,wwei\n"Wang, Wei",14,wwei2\n'
    people = [handed_in("a", Person(name="wangwei", id="14")), handed_in("b", Person(name="wangwei", id="99"))]
    joined = join(people, read_roster(written(tmp_path, text)))
    assert [each.id for each in joined.submissions] == ["b", "wwei2"]
    assert [each.id for each in joined.unlisted] == ["b"]


def test_a_plain_class_is_joined_by_an_id_in_the_file_name(tmp_path):
    """``s001_hw2.py`` is of s001; a student that two files claim is given to neither, and that is said."""
    roster = read_roster(written(tmp_path, OWN))
    joined = join([handed_in("s001_hw2"), handed_in("hw2 s002"), handed_in("guest")], roster)
    assert [each.id for each in joined.submissions] == ["guest", "s001", "s002"]
    assert [each.id for each in joined.unlisted] == ["guest"]
    claimed = join([handed_in("hw1_s001"), handed_in("hw2_s001")], roster)
    assert [each.id for each in claimed.submissions] == ["hw1_s001", "hw2_s001"]
    assert claimed.doubts == [
        "hw1_s001 may be s001, and so may another hand-in; neither was matched.",
        "hw2_s001 may be s001, and so may another hand-in; neither was matched.",
    ]
    surer = join([handed_in("s001"), handed_in("hw2_s001")], roster)
    assert [each.id for each in surer.unlisted] == ["hw2_s001"]


def test_a_group_counts_for_all_of_its_members(tmp_path):
    """A group keeps its name, each member is known, and nobody of it is missing."""
    group = handed_in("Jane Doe, Kim Lee", Person(name="Jane Doe"), Person(name="Kim Lee"), layout="gradescope")
    joined = join([group], read_roster(written(tmp_path, OWN)))
    (submission,) = joined.submissions
    assert submission.id == "Jane Doe, Kim Lee"
    assert [person.number for person in submission.origin.people] == ["s001", "s002"]
    assert joined.missing == []
