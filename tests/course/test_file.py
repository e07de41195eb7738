"""The course file: found upwards, never in what is graded, every complaint with its line."""

from datetime import UTC, datetime

import pytest

from grader.course.file import Course, course_of, find_course_file, read_course
from grader.errors import AssignmentError, UsageError

WHOLE = """\
[course]
title = "Neural networks"
time_zone = "Europe/Berlin"
gradebook = "postgresql://localhost/course"
roster = "roster.csv"

[late]
grace_minutes = 15
percent = 10
per = "day"

[[assignment]]
id = "week-1"
assignment = "backprop"
due = 2026-10-24
submissions = ["downloads/1", "mail"]
allow = ["scipy"]
seed = 7
points = 30

[[assignment]]
id = "week-2"
assignment = "own"
due = 2026-10-25 02:30:00
reports = "out/2"
layout = "moodle"
late = { percent = 20, cap_percent = 50 }

[export.canvas]
title = "Homework 1 (4711)"
"""


def written(folder, text=WHOLE):
    """Write a course file and return its path."""
    path = folder / "grader.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_course_file_says_all_there_is_to_say(tmp_path):
    """Paths are relative to the file, times are in its zone, a date ends with its day, and an assignment's rules go over the course's."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "assignment.toml").touch()
    course = read_course(written(tmp_path))
    first, second = course.assignments
    assert (course.title, course.zone_name, course.gradebook) == (
        "Neural networks",
        "Europe/Berlin",
        "postgresql://localhost/course",
    )
    assert course.roster == tmp_path / "roster.csv"
    assert course.export == {"canvas": {"title": "Homework 1 (4711)"}}
    assert (first.assignment, first.seed, first.allow, first.points) == ("backprop", "7", ("scipy",), 30)
    assert first.submissions == (tmp_path / "downloads/1", tmp_path / "mail")
    assert first.reports == tmp_path / "reports" / "week-1"
    assert first.due.astimezone(UTC) == datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC)
    assert first.late == {"grace_minutes": 15, "percent": 10, "per": "day"}
    assert (second.assignment, second.layout, second.reports) == (
        str(tmp_path / "own"),
        "moodle",
        tmp_path / "out" / "2",
    )
    # The clocks show 02:30 twice in this night; the later one is in favour of the student.
    assert second.due.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert second.late == {"grace_minutes": 15, "percent": 20, "per": "day", "cap_percent": 50}


def test_an_assignment_is_found_by_its_id_its_key_and_its_downloads(tmp_path):
    """By what the course calls it, by the shipped name where only one has it, and by where its downloads lie."""
    course = read_course(written(tmp_path))
    assert course.planned("week-2").id == "week-2"
    assert course.planned("backprop").id == "week-1"
    assert course.planned("autograd") is None
    assert course.holding([tmp_path / "mail" / "s001.py"]).id == "week-1"
    assert course.holding([tmp_path / "mail", tmp_path / "elsewhere"]) is None
    assert course.holding([]) is None


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[late]", "[lat]", "line 7: there is no table [lat]; did you mean 'late'?"),
        ("time_zone", "timezone", "line 3: there is no key of [course] called 'timezone'; did you mean 'time_zone'?"),
        ('"Europe/Berlin"', '"Mars/Base"', "line 3: there is no time zone 'Mars/Base'; write one like Asia/Taipei, Europe/Berlin or UTC."),
        ('"Europe/Berlin"', '"../etc/passwd"', "line 3: there is no time zone '../etc/passwd'; write one like Asia/Taipei, Europe/Berlin or UTC."),
        ("due = 2026-10-24\n", 'due = "soon"\n', "line 15: 'soon' is not a date; write one like 2026-10-24 or '2026-10-24 23:59'."),
        ("due = 2026-10-24\n", "due = 5\n", "line 15: 'due' must be a date like 2026-10-24 or 2026-10-24 23:59:00, not 5."),
        ('"week-2"', '"WEEK-1"', "line 22: the assignment of line 13 has this id, too; each needs its own."),
        ('"out/2"', '"reports/week-1"', "line 25: the assignment of line 12 has this folder of reports, too; each needs its own."),
        ('"week-2"', '"../2"', "line 22: 'id' must begin with a letter or digit and contain only letters, digits, - and _, not '../2'."),
        ('per = "day"', 'per = "week"', "line 10: 'per' must be \"hour\" or \"day\", not 'week'."),
        ("percent = 10\n", "percent = 110\n", "line 9: 'percent' must be at most 100, not 110."),
        ("percent = 10\n", "late_days = -1\n", "line 9: 'late_days' must be a whole number like 5, not -1."),
        ("cap_percent = 50", "cap = 50", "line 27: there is no key of [late] called 'cap'; there are cap_percent, "
         "grace_minutes, late_days, of, per, percent."),
        ("points = 30", 'points = "30"', "line 19: 'points' must be a number like 10, not '30'."),
        ("[export.canvas]", "[export.canvs]", "line 29: there is no target of [export] called 'canvs'; did you mean 'canvas'?"),
        ("seed = 7", "seed = [7]", "line 18: 'seed' must be a string like \"spring\", not [7]."),
        ('title = "Neural networks"', "title = 3", "line 2: 'title' must be a string like \"Neural networks\", not 3."),
        ("[course]", "course = 3", "line 1: 'course' must be a table [course], not 3."),
    ],
)  # fmt: skip
def test_every_complaint_names_its_line(old, new, sentence, tmp_path):
    """What must hold, what came, and where it stands."""
    assert old in WHOLE
    text = WHOLE.replace(old, new, 1)
    if new == "course = 3":
        text = "course = 3\n"
    path = written(tmp_path, text)
    with pytest.raises(AssignmentError) as refusal:
        read_course(path)
    assert str(refusal.value) == f"{path}, {sentence}"


def test_the_course_file_is_found_upwards_but_never_in_what_is_graded(tmp_path):
    """From a folder below the course's it is found; one that a student has handed in decides nothing."""
    path = written(tmp_path)
    hand_in = tmp_path / "submissions" / "mallory"
    hand_in.mkdir(parents=True)
    forged = written(hand_in, '[[assignment]]\nid = "free"\nassignment = "mine"\n')
    assert find_course_file(hand_in) == (forged.resolve(), None)
    assert find_course_file(hand_in, [hand_in]) == (path.resolve(), forged.resolve())
    assert find_course_file(hand_in, [tmp_path / "submissions"]) == (path.resolve(), forged.resolve())
    assert course_of(None, tmp_path / "submissions")[0].title == "Neural networks"


def test_without_a_course_file_there_is_a_course_of_defaults(tmp_path):
    """Nothing needs a course file; one that is named must be there."""
    assert course_of(None, tmp_path)[0] == Course()
    with pytest.raises(UsageError) as refusal:
        course_of(tmp_path / "grader.toml", tmp_path)
    assert str(refusal.value) == (
        f"There is no course file {tmp_path / 'grader.toml'}. Create one with: python -m grader course new"
    )
