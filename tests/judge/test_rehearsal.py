"""What an author did wrong is told in one sentence with file, line and remedy, before the first student is graded."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.errors import AssignmentError
from grader.fence import CleanParent
from grader.handout.starter import write_assignment
from grader.judge.collecting import collect_checks
from grader.judge.pytest_session import _set_up
from grader.material import endless
from grader.material.assignment import find_assignment, load_assignment
from tests.grading import PROJECT, environment

CHECK, KEY, TOML = "check_softplus.py", "reference/exercise.py", "assignment.toml"
NOBODY = "\nNobody was graded."

# What the author writes, in place of what, in which file; and the whole of what is said of it.
MISTAKES = {
    'a misspelled argument': (
        CHECK, 'student, reference, rng', 'student, refrence, rng',
        "{check}, line 11: check_softplus asks for the argument 'refrence', which does not exist; did you mean 'reference'?",
    ),
    'an argument of another tool': (
        CHECK, 'student, reference, rng', 'student, reference, rng, rtol',
        "{check}, line 11: check_softplus asks for the argument 'rtol', which does not exist; there are adapter, kept, notes, parts, reference, rng, runs, script, settings, student.",
    ),
    'an argument that a function does not take': (
        CHECK, 'expect_close(student.softplus(inputs), desired, what="`softplus(x)`", at=inputs, notes=notes)', 'expect_close(student.softplus(inputs), desired, what="`softplus(x)`", rtol=1e-3, notes=notes)',
        "{check}, line 16: check_softplus stops with TypeError: expect_close() got an unexpected keyword argument 'rtol'. It takes value, desired, what, notes, hint, at, label, exact, rough, slips, batched, start. Correct this line.",
    ),
    'parts that add up to more': (
        CHECK, 'points=6', 'points=7',
        '{check}, line 11: check_softplus has parts that add up to 11 (values 7, large inputs 4), but its mark says points(10); make the two equal.',
    ),
    'a part without points': (
        CHECK, ', points=6', '',
        "{check}, line 13: check_softplus stops with TypeError: Parts.__call__() missing 1 required keyword-only argument: 'points'. Correct this line.",
    ),
    'a part used twice': (
        CHECK, '"large inputs", points', '"values", points',
        "{check}, line 17: check_softplus stops with ValueError: the part 'values' needs a name of its own and points of at least 0. Correct this line.",
    ),
    'a syntax error': (
        CHECK, 'inputs = 3.0 * rng.standard_normal((4, 7))', 'inputs = 3.0 * rng.standard_normal((4, 7)',
        "{check}, line 14: this is not Python: '(' was never closed; correct this line, or the one above it.",
    ),
    'a wrong indent': (
        CHECK, '        desired = reference.softplus(inputs)\n        expect_close(student', '      desired = reference.softplus(inputs)\n        expect_close(student',
        '{check}, line 15: this is not Python: unindent does not match any outer indentation level; indent every block with four spaces.',
    ),
    'a tab among spaces': (
        CHECK, '        desired = reference.softplus(inputs)\n        expect_close(student', '\tdesired = reference.softplus(inputs)\n        expect_close(student',
        '{check}, line 15: this is not Python: inconsistent use of tabs and spaces in indentation; indent every block with four spaces.',
    ),
    'a name that grader.checks has not': (
        CHECK, 'import expect_close', 'import expect_clos',
        "{check}, line 6: grader.checks has no 'expect_clos'; did you mean 'expect_close'?",
    ),
    'a module that is not there': (
        CHECK, 'import numpy as np', 'import numppy as np',
        "{check}, line 3: there is no module 'numppy'; correct the name, or install the package where you grade.",
    ),
    'an error when imported': (
        CHECK, '\n\n@pytest', '\nLARGE = lagre\n\n@pytest',
        "{check}, line 8: importing the file stops here with NameError: name 'lagre' is not defined; correct this line.",
    ),
    'a check that ends itself when imported': (
        CHECK, '\n\n@pytest', '\nraise SystemExit(3)\n\n@pytest',
        "{check}, line 8: importing the file stops here with SystemExit: 3; correct this line.",
    ),
    'a key that ends itself when imported': (
        KEY, 'import numpy as np', 'import numpy as np\nimport sys\nsys.exit(3)',
        "{key}, line 5: the answer key cannot be imported: SystemExit: 3; correct this line.",
    ),
    'a name without an import': (
        CHECK, '3.0 * rng', 'numpy.pi * rng',
        "{check}, line 14: check_softplus stops with NameError: name 'numpy' is not defined. Correct this line.",
    ),
    'the key by its name': (
        CHECK, 'import pytest\n', 'import pytest\nfrom reference import softplus\n',
        "{check}, line 5: the import of 'reference' does not reach your answer key; remove it, and let the check ask for the argument `reference`.",
    ),
    "a file beside the checks": (
        CHECK,
        "import pytest\n",
        "import pytest\nfrom check_softplus import SIZES\n",
        "{check}, line 5: a file of checks cannot import check_softplus.py beside it; put into one file what its checks share.",
    ),
    'a misspelled mark': (
        CHECK, 'mark.points', 'mark.point',
        "{check}, line 9: there is no mark 'point'; did you mean 'points'?",
    ),
    'no points': (
        CHECK, '@pytest.mark.points(10)\n', '',
        '{check}, line 10: check_softplus has no points; write @pytest.mark.points(2) above it.',
    ),
    'negative points': (
        CHECK, 'points(10)', 'points(-10)',
        '{check}, line 11: check_softplus has points(-10); its points must be a number of at least 0, such as points(2).',
    ),
    'points that are no number': (
        CHECK, 'points(10)', "points(float('nan'))",
        '{check}, line 11: check_softplus has points(nan); its points must be a number of at least 0, such as points(2).',
    ),
    'points as text': (
        CHECK, 'points(10)', "points('10')",
        "{check}, line 11: check_softplus has points('10'); its points must be a number of at least 0, such as points(2).",
    ),
    'a task as a number': (
        CHECK, '"1.1"', '1.1',
        '{check}, line 11: check_softplus needs @pytest.mark.task("1.1") with the number of a task as a string, not 1.1.',
    ),
    'a task that there is not': (
        CHECK, '"1.1"', '"1.2"',
        "{check}, line 11: check_softplus names task '1.2', but assignment.toml has none; did you mean '1.1'?",
    ),
    'no docstring': (
        CHECK, '    """`softplus` is log(1 + exp(x)), for large inputs as well."""\n', '',
        '{check}, line 11: check_softplus needs a docstring: its first line is the title in the report.',
    ),
    'a prerequisite that there is not': (
        CHECK, '@pytest.mark.points(10)\n@pytest.mark.task("1.1")\n', '@pytest.mark.points(10)\n@pytest.mark.task("1.1")\n@pytest.mark.requires("check_sofplus")\n',
        "{check}, line 12: check_softplus requires 'check_sofplus', and there is no such check.",
    ),
    'a function that is no check': (
        CHECK, 'def check_softplus', 'def test_softplus',
        '{check}: there is no function check_... in it; the name of a check begins with check_.',
    ),
    'a check twice': (
        CHECK, '@pytest.mark.points(10)', '@pytest.mark.points(4)\n@pytest.mark.task("1.1")\ndef check_softplus():\n    """One."""\n\n\n@pytest.mark.points(10)',
        '{check}, line 17: check_softplus is defined on line 11 as well; rename one of the two.',
    ),
    'points that do not add up': (
        CHECK, 'points(10)', 'points(8)',
        '{toml}, line 6: total is 10, but the points of its checks add up to 8 (check_softplus 8).',
    ),
    'a misspelled name of the student': (
        CHECK, 'student.softplus(inputs)', 'student.sotfplus(inputs)',
        '{check}, line 16: check_softplus asks for `sotfplus`, which the answer key does not define; did you mean `softplus`?',
    ),
    'a misspelled name of the key': (
        CHECK, 'reference.softplus(inputs)', 'reference.sotfplus(inputs)',
        "{check}, line 15: check_softplus asks the answer key for 'sotfplus', which it does not have; did you mean 'softplus'?",
    ),
    'a check that the key fails': (
        CHECK, 'student.softplus(inputs), desired', 'student.softplus(inputs), 2 * desired',
        '{check}, line 16: check_softplus fails on the answer key: `softplus(x)` should be 11.587462 at index (0, 2) (input 5.7906798), but it is 5.7937311. 28 of 28 entries differ. Correct the check or the answer key.',
    ),
    'an assertion that the key fails': (
        CHECK, 'expect_close(student.softplus(inputs), desired, what="`softplus(x)`", at=inputs, notes=notes)', "assert student.softplus(0.0) == 1, 'it should be 1'",
        '{check}, line 16: check_softplus fails on the answer key: it should be 1. Correct the check or the answer key.',
    ),
    'a check that skips': (
        CHECK, 'expect_close(student.softplus(inputs), desired, what="`softplus(x)`", at=inputs, notes=notes)', "pytest.skip('not today')",
        '{check}, line 16: check_softplus ends early on the answer key (not today); a check that is skipped can earn nothing.',
    ),
    'a setting that there is not': (
        CHECK, 'rng, parts, notes):\n    """`softplus` is log(1 + exp(x)), for large inputs as well."""\n', 'rng, parts, notes, settings):\n    """`softplus` is log(1 + exp(x)), for large inputs as well."""\n    settings[\'large\']\n',
        "{check}, line 13: check_softplus asks for the key 'large', which does not exist.",
    ),
    'a check that asks for nothing': (
        CHECK, 'expect_close(student.softplus(inputs), desired, what="`softplus(x)`", at=inputs, notes=notes)', "notes.measured('nothing', 1.0)",
        '{check}, line 11: check_softplus gives 6 of 10 points to a hand-in in which nothing is written; let it call `student` before it may pass.',
    ),
    "a key without an end": (
        KEY, "    return", '    while __name__ == "submission":\n        pass\n    return',
        "{check}, line 16: check_softplus is too much for the answer key: `softplus(array (4, 7))`: It did not finish within 5 seconds of computing time. Let it do less, or raise the limit in [limits].",
    ),
    'a key that prints': (
        KEY, '    return', "    print('here', x)\n    return",
        "{key}, line 18: the answer key prints 'here' when a check asks it; print in main() alone.",
    ),
    'a key that prints when it is imported': (
        KEY, 'def softplus', "print('loaded')\n\n\ndef softplus",
        "{key}, line 6: the answer key prints 'loaded' when it is imported; print in main() alone.",
    ),
    'a key with a syntax error': (
        KEY, 'return', 'retrun x +',
        '{key}, line 18: the answer key cannot be imported: this is not Python: invalid syntax; correct this line.',
    ),
    'a key with an error': (
        KEY, 'def softplus', 'zero = 1 / 0\n\n\ndef softplus',
        '{key}, line 6: the answer key cannot be imported: ZeroDivisionError: division by zero; correct this line.',
    ),
    'a key that imports what students may not': (
        KEY, 'import numpy as np', 'import numpy as np\nimport scipy.special',
        "{toml}, line 22: the answer key imports scipy.special, which 'allowed' does not name, so students may not; name it there, or do without.",
    ),
    'a key with an error in a function': (
        KEY, '    return', '    x = y\n    return',
        "{key}, line 18: the answer key stops here with NameError: name 'y' is not defined, when check_softplus asks it; correct it.",
    ),
    'a key without main': (
        KEY, 'def main', 'def mian',
        "{toml}, line 28: 'given' names 'main', which the answer key does not define; did you mean 'mian'?",
    ),
    'a name of a task that there is not': (
        TOML, 'names = ["softplus"]', 'names = ["sofplus"]',
        "{toml}, line 14: task '1.1' names 'sofplus', which the answer key does not define; did you mean 'softplus'?",
    ),
    'a given name that there is not': (
        TOML, 'given = ["main"]', 'given = ["mian"]',
        "{toml}, line 28: 'given' names 'mian', which the answer key does not define; did you mean 'main'?",
    ),
    'a module of the key that there is not': (
        TOML, 'modules = ["exercise"]', 'modules = ["exercize"]',
        "{toml}, line 26: 'modules' names 'exercize', but there is no {folder}/reference/exercize.py; did you mean 'exercise'?",
    ),
    'a main that is no module': (
        TOML, 'main = "exercise"', 'main = "main"',
        "{toml}, line 27: 'main' names 'main', but there is no {folder}/reference/main.py; there are exercise.",
    ),
    'a key that there is not': (
        TOML, 'reference = "reference"', 'reference = "refrence"',
        "{toml}, line 8: there is no answer key 'refrence'; write {folder}/refrence/__init__.py.",
    ),
    'an unknown key': (
        TOML, 'title =', 'tilte =',
        "{toml}, line 4: there is no key of [assignment] called 'tilte'; did you mean 'title'?",
    ),
    'an unknown table': (
        TOML, '[limits]', '[limit]',
        "{toml}, line 16: there is no table [limit]; did you mean 'limits'?",
    ),
    'TOML that is none': (
        TOML, 'total = 10', 'total == 10',
        '{toml}, line 6: this is not TOML: Invalid value; strings need quotes, and each key needs one `=`.',
    ),
    'a total of nothing': (
        TOML, 'total = 10', 'total = 0',
        '{toml}, line 6: total is 0, but the points of its checks add up to 10 (check_softplus 10).',
    ),
    'a negative total': (
        TOML, 'total = 10', 'total = -10',
        "{toml}, line 6: 'total' must be a number like 100, not -10.",
    ),
    'a total that is no number': (
        TOML, 'total = 10', 'total = nan',
        "{toml}, line 6: 'total' must be a number like 100, not nan.",
    ),
    'a task twice': (
        TOML, '[limits]', '[[task]]\nnumber = "1.1"\ntitle = "again"\n\n[limits]',
        "{toml}, line 17: the task of line 12 has the number '1.1', too; each needs its own.",
    ),
    'a limit of nothing': (
        TOML, 'load_cpu_seconds = 10', 'load_cpu_seconds = 0',
        "{toml}, line 17: 'load_cpu_seconds' must be a number above zero, not 0.",
    ),
    'a file that there is not': (
        TOML, 'reference = "reference"', 'reference = "reference"\nfiles = ["data/x.csv"]',
        "{toml}, line 9: 'files' names 'data/x.csv', but there is no such file in {folder}.",
    ),
    'a template without modules': (
        TOML, 'modules = ["exercise"]', 'modules = []',
        '{toml}, line 25: \'modules\' is missing in [template]; write modules = ["layers", "training"].',
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def clean_parent():
    """A fence for all of them."""
    one = CleanParent(preload=["numpy"], private=[])
    one.start()
    yield one
    one.close()


def prepare(folder, clean_parent, out):
    """Make ready for a class, as a judge does before the first student."""
    assignment = load_assignment(find_assignment(str(folder)))
    order = {"isolation": None, "seed": "seed", "provenance": "", "out": str(out)}
    collect_checks(assignment.folder, lambda items: _set_up(assignment, clean_parent, order, items))


def change(folder, name, old, new):
    """Write something else into a file of an assignment, where it stands first."""
    path = Path(folder) / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_of_an_author_is_told(tmp_path, clean_parent, name):
    """One sentence with the file, the line and what to do, and nobody is graded."""
    file, old, new, told = MISTAKES[name]
    folder = tmp_path / "week"
    write_assignment(folder)
    change(folder, file, old, new)
    with pytest.raises(AssignmentError) as raised:
        prepare(folder, clean_parent, tmp_path)
    for word, path in (("check", folder / CHECK), ("key", folder / KEY), ("toml", folder / TOML), ("folder", folder)):
        told = told.replace(f"{{{word}}}", str(path))
    assert str(raised.value).removesuffix(NOBODY) == told


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (
            CHECK,
            "importing the file stops here with Endless: it has computed for 2 seconds and has not ended; correct this line.",
        ),
        (
            KEY,
            "the answer key cannot be imported: Endless: it has computed for 2 seconds and has not ended; correct this line.",
        ),
    ],
)
def test_what_never_ends_when_imported_is_told(tmp_path, clean_parent, monkeypatch, file, told):
    """A loop at the top of a check or of the answer key, also one that catches what should end it, names its line."""
    monkeypatch.setattr(endless, "IMPORT_SECONDS", 2.0)
    folder = tmp_path / "week"
    write_assignment(folder)
    with open(folder / file, "a") as end:
        end.write("\n\nwhile True:\n    try:\n        sum(range(1000))\n    except Exception:\n        pass\n")
    lines = (folder / file).read_text().splitlines()
    with pytest.raises(AssignmentError) as raised:
        prepare(folder, clean_parent, tmp_path)
    (line,) = re.findall(rf"^{re.escape(str(folder / file))}, line (\d+): {re.escape(told)}$", str(raised.value))
    assert len(lines) - 5 < int(line) <= len(lines)


def test_what_a_check_draws_without_rng_is_the_same_in_every_run(tmp_path):
    """From NumPy's own generator or Python's: the same seed gives the same message, another seed another one."""
    folder = tmp_path / "week"
    write_assignment(folder)
    change(folder, CHECK, "import numpy as np", "import random\n\nimport numpy as np")
    change(folder, CHECK, "rng.standard_normal((4, 7))", "np.random.standard_normal((4, 7)) + random.random()")
    (folder / "examples" / "s002.py").write_text("def softplus(x):\n    return x\n")
    told = []
    for number, seed in enumerate(("one", "one", "two")):
        out = tmp_path / f"out{number}"
        assert grade(folder, out, GRADER_SEED=seed)[0] == 0
        told.append(json.loads((out / "records" / "s002.json").read_bytes())["checks"][0]["message"])
    assert told[0] == told[1] != told[2]


def test_a_library_that_is_not_there_stops_the_start(tmp_path):
    """The name in `preload` is told with the file that has it."""
    folder = tmp_path / "week"
    write_assignment(folder)
    change(folder, TOML, "total = 10", 'total = 10\npreload = ["numpy", "nolib"]')
    assert grade(folder, tmp_path / "out") == (
        2,
        "",
        f"grader: {folder}/assignment.toml: 'preload' names nolib, which is not installed here. Correct the name, or add its package to "
        "`deps =` in the section [testenv:grade] of tox.ini and run `tox -e grade` again.\n",
    )


def grade(folder, out, **more):
    """Grade the examples of an assignment by the real command; return status, output and errors."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", "grade", folder / "examples", "--assignment", folder, "--out", out],
        cwd=PROJECT, env=environment(**more), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_nobody_is_graded_with_a_check_that_the_key_fails(tmp_path):
    """The command says what is wrong and exits with 2; there is no record, and no word of a fault of the grader."""
    folder = tmp_path / "week"
    write_assignment(folder)
    change(folder, CHECK, "points=6", "points=7")
    status, output, errors = grade(folder, tmp_path / "out")
    assert (status, output, errors) == (
        2,
        "Plain folder: 2 students\n",
        f"grader: {folder}/check_softplus.py, line 11: check_softplus has parts that add up to 11 (values 7, large inputs 4), "
        "but its mark says points(10); make the two equal.\nNobody was graded.\n",
    )
    assert not list((tmp_path / "out").rglob("records/*"))


def test_rehearsal_is_not_repeated_until_something_changes(tmp_path):
    """What was tried is kept by a digest of all that it depends on, so a changed check is tried again."""
    folder, kept = tmp_path / "week", tmp_path / "cache" / "neural-network-grader" / "rehearsals"
    write_assignment(folder)
    counts = []
    for old, new in (("", ""), ("", ""), ("standard_normal((4, 7))", "standard_normal((5, 7))"), ("", "")):
        change(folder, CHECK, old, new)
        assert grade(folder, tmp_path / "out", XDG_CACHE_HOME=str(tmp_path / "cache"))[0] == 0
        counts.append(len(list(kept.iterdir())))
    assert counts == [1, 1, 2, 2]
    change(folder, CHECK, "desired, what", "2 * desired, what")
    assert grade(folder, tmp_path / "out", XDG_CACHE_HOME=str(tmp_path / "cache"))[0] == 2
    assert len(list(kept.iterdir())) == 2


def test_several_mistakes_are_told_together(tmp_path, clean_parent):
    """Each check that fails has its line; those that only follow from another are left out."""
    folder = tmp_path / "week"
    write_assignment(folder)
    check = '\n\n@pytest.mark.points({})\n@pytest.mark.task("1.1")\n{}def check_{}(student):\n    """A claim."""\n    assert student.softplus(0.0) == {}\n'
    more = check.format(1, "", "one", 1) + check.format(1, "", "two", 2)
    more += check.format(1, '@pytest.mark.requires("check_two")\n', "three", 3)
    (folder / CHECK).write_text((folder / CHECK).read_text() + more)
    change(folder, TOML, "total = 10", "total = 13")
    with pytest.raises(AssignmentError) as raised:
        prepare(folder, clean_parent, tmp_path)
    fails = "fails on the answer key: an assertion does not hold. Correct the check or the answer key."
    assert str(raised.value) == (
        f"{folder}/{CHECK}, line 33: check_one {fails}\n{folder}/{CHECK}, line 40: check_two {fails}{NOBODY}"
    )


def test_entries_and_types_go_through_the_fence(tmp_path, clean_parent):
    """What the trusted program does, a confined child does: an entry is assigned there, and a type arrives."""
    folder = tmp_path / "week"
    write_assignment(folder)
    change(
        folder,
        KEY,
        "def softplus",
        "def made(kind):\n    return {}\n\n\ntable = {'x': [1, 2]}\n\n\ndef softplus".replace(
            "{}", "str(np.ones(1, kind).dtype)", 1
        ),
    )
    change(folder, TOML, 'names = ["softplus"]', 'names = ["softplus", "made"]')
    asked = "assert student.made(np.float32) == student.made(np.dtype('float32')) == 'float32'\n        "
    asked += "student.table['x'][1] = 7\n        assert student.table == {'x': [1, 7]}\n        assert student.table['x'][1] == 7\n        "
    change(folder, CHECK, "expect_close(student", asked + "expect_close(student")
    prepare(folder, clean_parent, tmp_path)


def test_main_that_fails_is_a_mistake_where_a_check_looks_at_the_run(tmp_path, clean_parent):
    """The line is that of the key's own module; where no check asks for `script`, nothing is said of it."""
    folder = tmp_path / "week"
    write_assignment(folder)
    change(folder, KEY, '    print(f"softplus(0) = {softplus(np.array(0.0)):.4f}")', "    print(undefined)")
    prepare(folder, clean_parent, tmp_path)
    change(folder, CHECK, "rng, parts, notes", "rng, parts, notes, script")
    with pytest.raises(AssignmentError) as raised:
        prepare(folder, clean_parent, tmp_path)
    assert str(raised.value).removesuffix(NOBODY) == (
        f"{folder}/{KEY}, line 23: the answer key cannot be handed in like a student's work: Running your submission stopped at "
        "line 22 of answer_key.py with NameError: name 'undefined' is not defined."
    )


def test_key_without_a_template_is_rehearsed(tmp_path, clean_parent):
    """A key of the assignment's own answers, also where nothing says how it would be handed in."""
    folder = tmp_path / "week"
    write_assignment(folder)
    text = (folder / TOML).read_text()
    (folder / TOML).write_text(text[: text.index("# The template for students")])
    prepare(folder, clean_parent, tmp_path)
    # Of another length: within one second, Python would take its kept bytecode for that of the changed file.
    change(folder, CHECK, "student.softplus(inputs), desired", "student.softpluss(inputs), desired")
    with pytest.raises(AssignmentError) as raised:
        prepare(folder, clean_parent, tmp_path)
    assert str(raised.value).removesuffix(NOBODY) == (
        f"{folder}/{CHECK}, line 16: check_softplus asks for `softpluss`, which the answer key does not define; did you mean "
        "`softplus`?"
    )


@pytest.mark.parametrize("name", [CHECK, KEY, TOML])
def test_bytes_that_editors_write_are_no_mistake(tmp_path, clean_parent, name):
    """A mark at the beginning of a file and the line ends of Windows change nothing."""
    folder = tmp_path / "week"
    write_assignment(folder)
    text = (folder / name).read_text()
    (folder / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    prepare(folder, clean_parent, tmp_path)


@pytest.mark.parametrize("name", ["backprop", "components", "autograd"])
@pytest.mark.soak
def test_shipped_checks_pass_their_rehearsal(tmp_path, name):
    """Nothing is wrong with what ships."""
    assignment = load_assignment(find_assignment(name))
    one = CleanParent(preload=assignment.preload, preload_shell=name == "components", private=[])
    one.start()
    try:
        prepare(assignment.folder, one, tmp_path)
    finally:
        one.close()
