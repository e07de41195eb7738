"""Downloads in each system's true shape, as a folder and as a zip: whose each file is, which attempt counts, when, and whether it was late."""

import os
import zipfile
from zoneinfo import ZoneInfo

import pytest

from grader.errors import UsageError
from grader.submissions import TooLarge, find_submissions
from grader.submissions.intake import take_in
from grader.submissions.layouts import Asked

CODE = "def double(x):\n    return 2.0 * x\n"
TAIPEI = ZoneInfo("Asia/Taipei")
METADATA = """\
submission_1:
  :submitters:
  - :name: Jane Doe
    :sid: '0012'
    :email: jane@x.edu
  - :name: Kim Lee
    :sid: '0013'
    :email: kim@x.edu
  :created_at: 2026-10-03 15:59:01.123456789 Z
  :score: 3.0
submission_2:
  :submitters:
  - :name: "Mallory: 'x'"
    :sid:
    :email: m@x.edu
  :created_at: 2026-10-03 15:59:01 +08:00
"""
GRADES = """\
assignment_name,github_username,roster_identifier,student_repository_name,submission_timestamp
hw 1,jane-doe,s001,hw-1-jane-doe,2026-10-03 15:59:01 UTC
hw 1,an,s002,hw-1-an-lee,
"""

# Of each system the files of a download, its first words, and of each hand-in: the student, the files, attempt, late, and when.
SHAPES = {
    "canvas": (
        {
            "doejane_123_9001_hw.py": CODE,
            "leekim_LATE_124_9002_hw-1.ipynb": "{}",
            "wangwei_125_9003_layers.py": CODE,
            "wangwei_125_9004_main-2.py": CODE,
            "wangwei_125_8004_main.py": CODE,
            "wangwei_126_text.html": "<p>later</p>",
            "o3x_127_9005_a_7_8_b.py": CODE,
            "notes.txt": "of the instructor",
        },
        "Canvas download",
        [
            ("doejane", ["hw.py"], 1, False, None),
            ("leekim", ["hw.ipynb"], 2, True, None),
            ("o3x", ["a_7_8_b.py"], 1, False, None),
            ("wangwei_125", ["layers.py", "main.py"], 3, False, None),
            ("wangwei_126", ["text.html"], 1, False, None),
        ],
    ),
    "canvas, anonymous": (
        {"anon_x7Yz9_9001_hw.py": CODE, "LATE_anon_12345_9002_hw.py": CODE, "anon_LATE9_9003_hw.py": CODE},
        "Canvas download",
        [
            ("anon_12345", ["hw.py"], 1, True, None),
            ("anon_LATE9", ["hw.py"], 1, False, None),
            ("anon_x7Yz9", ["hw.py"], 1, False, None),
        ],
    ),
    "canvas, a name with a number for everybody": (
        {f"s{n}_{n}_9_lab-1.py": CODE for n in range(3)} | {"s3_3_9_lab-1-1.py": CODE},
        "Canvas download",
        [(f"s{n}", ["lab-1.py"], 1 + (n == 3), False, None) for n in range(4)],
    ),
    "moodle": (
        {
            "Jane Doe_1001_assignsubmission_file_/src/hw.py": CODE,
            "王 小明_1002_assignsubmission_file/hw.py": CODE,
            "Kim Lee_1003_assignsubmission_onlinetext_/onlinetext.html": "<p>x</p>",
            "Kim Lee_1003_assignsubmission_file_/hw.py": CODE,
            "Kim Lee_1004_assignsubmission_file_/hw.py": CODE,
        },
        "Moodle download",
        [
            ("Jane Doe", ["src/hw.py"], None, None, None),
            ("Kim Lee_1003", ["hw.py", "online text/onlinetext.html"], None, None, None),
            ("Kim Lee_1004", ["hw.py"], None, None, None),
            ("王 小明", ["hw.py"], None, None, None),
        ],
    ),
    "moodle, flattened": (
        {
            "Jane Doe_1001_assignsubmission_file_hw.py": CODE,
            "Jane Doe_1001_assignsubmission_file_layers.py": CODE,
            "Kim_1002_assignsubmission_file_Jane Doe_1001_assignsubmission_file_hw.py": CODE,
            "Li_1003_assignsubmission_onlinetext_onlinetext.html": "x",
        },
        "Moodle download",
        [
            ("Jane Doe", ["hw.py", "layers.py"], None, None, None),
            ("Kim", ["Jane Doe_1001_assignsubmission_file_hw.py"], None, None, None),
            ("Li", ["onlinetext.html"], None, None, None),
        ],
    ),
    "moodle, blind, in German": (
        {f"Teilnehmer_{n}_assignsubmission_file_/hw.py": CODE for n in (7, 8, 9)},
        "Moodle download",
        [(f"Teilnehmer_{n}", ["hw.py"], None, None, None) for n in (7, 8, 9)],
    ),
    "moodle, blind": (
        {f"Participant_{n}_assignsubmission_file_/hw.py": CODE for n in (7, 8)},
        "Moodle download",
        [(f"Participant_{n}", ["hw.py"], None, None, None) for n in (7, 8)],
    ),
    "e3": (
        {f"31155100{n} 王小{n}明_{n}_assignsubmission_file_/hw.py": CODE for n in (1, 2)},
        "E3 (Moodle) download",
        [(f"王小{n}明", ["hw.py"], None, None, None) for n in (1, 2)],
    ),
    "e3, another separator": (
        {f"31155100{n}_王小{n}明_{n}_assignsubmission_file_/hw.py": CODE for n in (1, 2)},
        "E3 (Moodle) download",
        [(f"王小{n}明", ["hw.py"], None, None, None) for n in (1, 2)],
    ),
    "brightspace": (
        {
            "12-34 - Jane Doe - Oct 3, 2026 1159 PM/hw.py": CODE,
            "12-35 - Jane Doe - Oct 4, 2026 905 AM/hw.py": CODE,
            "13-36 - Kim - Lee - Oct 3, 2026 1205 AM/a/hw.py": CODE,
            "index.html": "<p>",
        },
        "Brightspace download",
        [
            ("Jane Doe", ["hw.py"], 2, None, "2026-10-04T09:05:00+08:00"),
            ("Kim - Lee", ["a/hw.py"], 1, None, "2026-10-03T00:05:00+08:00"),
        ],
    ),
    "brightspace, flattened": (
        {
            "12-34 - Jane Doe - Oct 3, 2026 1159 PM - hw.py": CODE,
            "12-35 - Jane Doe - Oct 3, 2026 1159 PM - hw.py": CODE,
            "12-35 - Jane Doe - Oct 3, 2026 1159 PM - b - c.py": CODE,
        },
        "Brightspace download",
        [("Jane Doe", ["b - c.py", "hw.py"], 2, None, "2026-10-03T23:59:00+08:00")],
    ),
    "gradescope": (
        {
            "assignment_77_export/submission_metadata.yml": METADATA,
            "assignment_77_export/submission_1/hw.py": CODE,
            "assignment_77_export/submission_2/a/hw.py": CODE,
            "assignment_77_export/submission_3/hw.py": CODE,
        },
        "Gradescope export",
        [
            ("Jane Doe, Kim Lee", ["hw.py"], None, None, "2026-10-03T15:59:01+00:00"),
            ("Mallory: 'x'", ["a/hw.py"], None, None, "2026-10-03T15:59:01+08:00"),
            ("submission_3", ["hw.py"], None, None, None),
        ],
    ),
    "github": (
        {
            "hw-1-submissions/hw-1-jane-doe/hw.py": CODE,
            "hw-1-submissions/hw-1-jane-lee/hw.py": CODE,
            "hw-1-submissions/hw-1-an-lee/src/hw.py": CODE,
            "grades.csv": GRADES,
        },
        "GitHub Classroom clone",
        [
            ("an", ["src/hw.py"], None, None, None),
            ("jane-doe", ["hw.py"], None, None, "2026-10-03T15:59:01+00:00"),
            ("jane-lee", ["hw.py"], None, None, None),
        ],
    ),
    "blackboard": (
        {
            "HW_1_j_doe_attempt_2026-10-03-23-59-01_hw.py": CODE,
            "HW_1_j_doe_attempt_2026-10-04-23-59-01_hw.py": CODE,
            "HW_1_j_doe_attempt_2026-10-04-23-59-01.txt": "Name: Jane Doe (j_doe)\nAssignment: HW 1\n",
            "HW_1_kim_attempt_2026-10-03-23-59-01_a_attempt_2026-10-09-23-59-01_b.py": CODE,
        },
        "Blackboard download",
        [
            ("j_doe", ["hw.py"], 2, None, "2026-10-04T23:59:01+08:00"),
            ("kim", ["a_attempt_2026-10-09-23-59-01_b.py"], 1, None, "2026-10-03T23:59:01+08:00"),
        ],
    ),
    "nbgrader": (
        {
            "submitted/s001/ps1/p.ipynb": "{}",
            "submitted/s001/ps1/timestamp.txt": "2026-10-03 15:59:01.948203 UTC",
            "submitted/s002/ps1/p.ipynb": "{}",
            "submitted/s002/ps1/timestamp.txt": "2026-10-03 15:59:01 America/Los_Angeles\n",
        },
        "nbgrader's submitted",
        [
            ("s001", ["p.ipynb", "timestamp.txt"], None, None, "2026-10-03T15:59:01+00:00"),
            ("s002", ["p.ipynb", "timestamp.txt"], None, None, "2026-10-03T15:59:01-07:00"),
        ],
    ),
}


def write(folder, files):
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def pack(path, files):
    """Write the same files into a zip."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def seen(intake):
    """Return of each hand-in what the shapes above say of it."""
    return [
        (
            each.id,
            [file.path for file in each.contents(1 << 20).files],
            each.origin.attempt,
            each.origin.late,
            each.origin.submitted and each.origin.submitted.isoformat(timespec="seconds"),
        )
        for each in intake.submissions
    ]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("form", ["folder", "zip", "wrapped", "zips in a folder"])
def test_a_download_is_recognised_in_every_form(shape, form, tmp_path):
    """Unpacked, as it came, in a folder more, with what archive programs add, and as a zip in the folder for downloads: the same hand-ins."""
    files, title, expected = SHAPES[shape]
    junk = {"__MACOSX/._x": "x", ".DS_Store": "x"}
    if form == "wrapped":
        files = {f"download 1/{name}": content for name, content in files.items()} | junk
    if form == "folder":
        path = write(tmp_path / "week", files | junk)
    elif form == "zips in a folder":
        (tmp_path / "downloads").mkdir()
        path = pack(tmp_path / "downloads" / "week (1).zip", files).parent
    else:
        path = pack(tmp_path / "week.zip", files | junk)
    intake = take_in([path], asked=Asked(TAIPEI))
    assert intake.titles == [title]
    assert seen(intake) == expected


def test_a_path_with_windows_slashes_is_read_as_one(tmp_path):
    """A zip that Windows has made without a single slash has folders all the same."""
    files = {name.replace("/", "\\"): content for name, content in SHAPES["moodle"][0].items()}
    assert seen(take_in([pack(tmp_path / "week.zip", files)])) == SHAPES["moodle"][2]


def test_hostile_names_in_a_zip_reach_nothing_and_nobody(tmp_path):
    """Names that lead out, links, a second file of one name, and a zip that poses as a class: nobody's files are read or replaced."""
    link = zipfile.ZipInfo("b_2_9_link.py")
    link.external_attr = 0o120777 << 16
    path = tmp_path / "week.zip"
    with zipfile.ZipFile(path, "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        for name in ("a_1_9_hw.py", "../c_3_9_hw.py", "/etc/d_4_9_hw.py", "a_1_9_hw.py", "e_5_9_x\x1b[31m\u202e.py"):
            archive.writestr(name, CODE if name[0] == "a" else "x = 1")
        archive.writestr(link, "/etc/passwd")
    intake = take_in([path])
    assert [each.id for each in intake.submissions] == ["a", "e"]
    assert intake.submissions[0].read(1 << 20)[0].content.decode() == CODE
    assert sorted((entry.path.name, entry.reason) for entry in intake.left_out) == [
        ("a_1_9_hw.py", "is in the download twice; the first one was taken"),
        ("b_2_9_link.py", "is not named as in a Canvas download"),
        ("c_3_9_hw.py", "has a path that leads out of the download"),
        ("d_4_9_hw.py", "has a path that leads out of the download"),
    ]


def test_a_path_without_end_in_a_zip_stops_no_class(tmp_path):
    """A file a thousand folders deep, as a repository may hold it, is told; everything else is read."""
    files = {"hw-1-submissions/hw-1-a/" + "d/" * 1500 + "x.py": CODE, "hw-1-submissions/hw-1-a/hw.py": CODE}
    intake = take_in([pack(tmp_path / "week.zip", files)])
    assert seen(intake) == [("a", ["hw.py"], None, None, None)]
    (entry,) = intake.left_out
    assert entry.reason == "lies more than 16 folders deep, or has a very long path"


def test_a_name_that_is_no_text_loses_no_hand_in(tmp_path):
    """A folder that was unpacked with another code page has names that are no UTF-8: they are read, and shown escaped."""
    folder = write(tmp_path / "week", {"A_1_assignsubmission_file_/hw.py": CODE})
    odd = os.fsencode(folder) + b"/\xa4\xfd_2_assignsubmission_file_"
    os.mkdir(odd)
    with open(odd + b"/hw.py", "w") as file:
        file.write(CODE)
    assert [(student, files) for student, files, *_ in seen(take_in([folder]))] == [
        ("A", ["hw.py"]),
        ("\\udca4\\udcfd", ["hw.py"]),
    ]


def test_a_students_own_zip_cannot_pose_as_a_class(tmp_path):
    """Among the zips of a class one that is named like a download inside stays one hand-in; alone it would be one (the control)."""
    forged = pack(tmp_path / "mallory.zip", {"alice_1_9_hw.py": "x = 1"})
    honest = pack(tmp_path / "alice.zip", {"hw.py": CODE})
    assert [each.id for each in take_in([forged, honest]).submissions] == ["alice", "mallory"]
    assert [each.id for each in take_in([tmp_path]).submissions] == ["alice", "mallory"]
    assert [each.id for each in take_in([forged], student="mallory").submissions] == ["mallory"]
    assert [each.id for each in take_in([forged]).submissions] == ["alice"]


def test_links_in_a_download_on_disk_are_not_followed(tmp_path):
    """A link among a platform's files, or within a student's folder, is told and left out."""
    secret = tmp_path / "secret.py"
    secret.write_text("x = 1")
    folder = write(
        tmp_path / "week", {"A_1_assignsubmission_file_/hw.py": CODE, "B_2_assignsubmission_file_/hw.py": CODE}
    )
    os.symlink(secret, folder / "A_1_assignsubmission_file_" / "stolen.py")
    os.symlink(secret, folder / "C_3_assignsubmission_file_hw.py")
    intake = take_in([folder])
    assert [each.id for each in intake.submissions] == ["A", "B"]
    contents = intake.submissions[0].contents(1 << 20)
    assert [file.path for file in contents.files] == ["hw.py"]
    assert contents.left_out == ("'stolen.py' is a link and was left out.",)


def test_a_member_that_is_too_large_costs_only_its_student(tmp_path):
    """A file that unpacks to more than is read is a sentence for its student, and never held whole."""
    path = tmp_path / "week.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a_1_9_hw.py", CODE)
        archive.writestr("b_2_9_hw.py", b"#" * (3 << 20))
    first, second = take_in([path]).submissions
    assert first.read(1 << 20)[0].content.decode() == CODE
    with pytest.raises(TooLarge, match=r"^The hand-in is larger than 1 MiB; hand in only your own source files\.$"):
        second.read(1 << 20)


def test_what_a_person_puts_into_a_download_is_not_lost(tmp_path):
    """A file that came by mail lies in the folder under its author's name: a hand-in of its own, with a remark."""
    folder = write(tmp_path / "week", dict(list(SHAPES["canvas"][0].items())[:4]) | {"roe.py": CODE})
    intake = take_in([folder])
    (stray,) = [each for each in intake.submissions if each.id == "roe"]
    assert stray.origin.remark == "is not named as in a Canvas download"
    assert intake.left_out == []


def test_of_two_downloads_the_newest_hand_in_of_a_student_counts(tmp_path):
    """Monday's zip and Friday's: by the time where there is one, else by the order in which they are named; the others are told."""
    monday = pack(tmp_path / "mon.zip", {"a_1_9_hw.py": "old = 1", "b_2_9_hw.py": CODE})
    friday = pack(tmp_path / "fri.zip", {"a_1_10_hw.py": CODE})
    intake = take_in([monday, friday])
    assert [each.read(1 << 20)[0].content.decode() for each in intake.submissions] == [CODE, CODE]
    assert intake.older == ["mon.zip/hw.py"]
    late = {"12-35 - A - Oct 4, 2026 905 AM/hw.py": CODE}
    early = {"12-34 - A - Oct 3, 2026 905 AM/hw.py": "old = 1"}
    (only,) = take_in([pack(tmp_path / "x.zip", late), pack(tmp_path / "y.zip", early)]).submissions
    assert only.read(1 << 20)[0].content.decode() == CODE


def test_insisting_on_a_layout(tmp_path):
    """A layout that does not fit is a sentence; one that does is taken also where too little speaks for it."""
    folder = write(tmp_path / "week", {"hw-1-an-lee/hw.py": CODE, "hw-1-an-wu/hw.py": CODE})
    assert [each.id for each in take_in([folder], layout="github").submissions] == ["hw-1-an-lee", "hw-1-an-wu"]
    with pytest.raises(UsageError) as refusal:
        take_in([folder], layout="canvas")
    assert str(refusal.value) == (
        "Nothing in week is named as in the layout canvas; leave --layout out to have the layout recognised, or give "
        "another one: gradescope, e3, moodle, brightspace, blackboard, canvas, nbgrader, github, plain."
    )
    with pytest.raises(UsageError, match=r"^There is no layout 'moddle'; there are blackboard, brightspace, "):
        take_in([folder], layout="moddle")


@pytest.mark.parametrize(
    "files",
    [
        {f"class/s00{n}/main.py": CODE for n in (1, 2, 3)},
        {f"s00{n}.zip": CODE for n in (1, 2, 3)},
        {"s001.zip": CODE, "s002/hw.ipynb": "{}", "s003/hw.ipynb": "{}"},
    ],
    ids=["folders", "archives", "both"],
)
def test_a_zip_that_looks_like_a_class_is_not_taken_for_one_student(tmp_path, files):
    """The command asks which of both it is; each answer is taken."""
    path = pack(tmp_path / "week 1.zip", files)
    with pytest.raises(UsageError) as refusal:
        take_in([path])
    assert str(refusal.value) == (
        f"{path} may be a class: 3 of its parts look like hand-ins of their own. If it is one, add --layout plain; if it is the "
        "hand-in of one student, add --student 'week 1'."
    )
    assert [each.id for each in take_in([path], layout="plain").submissions] == ["s001", "s002", "s003"]
    assert [each.id for each in take_in([path], student="kim").submissions] == ["kim"]


@pytest.mark.parametrize(
    ("files", "hinted"),
    [
        ({"hw/linear/main.py": CODE, "hw/xor/main.py": CODE}, True),
        ({"src/net.py": CODE, "data/x.csv": "", "docs/a.md": ""}, True),
        ({"main.py": CODE, "a/__init__.py": "", "b/__init__.py": "", "c/__init__.py": ""}, False),
        ({"a/net.py": CODE, "README.md": ""}, False),
    ],
)
def test_a_zip_of_one_student_is_graded(tmp_path, files, hinted):
    """One program for each data set, packages beside a program, folders of other things: one student's, with a hint where it may be a class."""
    path = pack(tmp_path / "week.zip", files)
    guess = take_in([path])
    assert [each.id for each in guess.submissions] == ["week"]
    hint = f"{path} is read as the hand-in of one student, called week. If it holds a class, add --layout plain."
    assert guess.hints == [hint] * hinted


def test_nbgrader_with_several_assignments_asks_which(tmp_path):
    """Of several assignments the one that is graded is taken by its name, and without one the command asks."""
    files = {f"submitted/s00{n}/{name}/p.ipynb": "{}" for n in (1, 2) for name in ("ps1", "ps2")}
    folder = write(tmp_path, files) / "submitted"
    with pytest.raises(UsageError) as refusal:
        take_in([folder])
    assert str(refusal.value) == (
        "The folder holds hand-ins of several assignments: ps1 (2 students), ps2 (2 students). Say which with --layout "
        "nbgrader:NAME, such as --layout nbgrader:ps1"
    )
    assert len(take_in([folder], layout="nbgrader:ps2").submissions) == 2
    assert len(take_in([folder], asked=Asked(assignment=("ps2",))).submissions) == 2


def test_a_plain_class_is_read_as_ever(tmp_path):
    """Names that only begin like a platform's leave a class plain, and what is found is what ``find_submissions`` finds."""
    names = (
        "s001_hw_2.py",
        "Team_1_2_x.py",
        "s003_1.py",
        "s004 - hw - Oct 3.py",
        "attempt_2026.py",
        "kim_attempt_1.py",
    )
    folder = write(tmp_path / "week", dict.fromkeys(names, CODE) | {"s007/src/main.py": CODE, "s008/src/main.py": CODE})
    intake = take_in([folder])
    assert intake.titles == ["Plain folder"]
    assert intake.submissions == find_submissions([folder])[0]
