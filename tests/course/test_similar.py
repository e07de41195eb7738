"""Similar hand-ins: disguised copies stand out of a class, independent answers do not, and nobody loses a point by it."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course.similar import Work, kept_pairs, pairs_of, shared_values
from grader.course.similar.fingerprints import TOKENS, WINDOW, fingerprints
from grader.course.similar.pairs import STANDS_OUT
from grader.course.similar.tokens import tokens_of
from grader.material.assignment import SHIPPED, load_assignment
from tests.browser import look
from tests.course.disguises import DISGUISES, renamed
from tests.course.klass import a_record
from tests.grading import PROJECT, RIGHT, TINY, environment, grade, write_class


def source_of(path: Path) -> str:
    """Return the program of a script, or that of a notebook's cells without their magics."""
    if path.suffix == ".py":
        return path.read_text()
    cells = json.loads(path.read_bytes())["cells"]
    text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return "\n".join(line for line in text.split("\n") if not line.startswith(("%", "!")))


@pytest.fixture(scope="module")
def backprop():
    """The independent answers to one assignment, and what it asks for."""
    files = [*PROJECT.glob("submissions/s*.*"), *(SHIPPED / "backprop" / "variants").glob("*.py")]
    texts = {path.stem: source_of(path) for path in sorted(files) if path.suffix in (".py", ".ipynb")}
    independent = {name: text for name, text in texts.items() if len(text) > 1500 and name != "s008"}
    assert len(independent) > 10
    template = (PROJECT / "student_template" / "backprop" / "script" / "backprop.py").read_text()
    return independent, [("backprop.py", template)], load_assignment(SHIPPED / "backprop").names


def standing(works, template=(), asked=()):
    """Return how far each pair of a class stands out, by its keys."""
    return {(pair.one.key, pair.other.key): pair.stands_out for pair in pairs_of(works, template, asked, most=10**6)}


@pytest.mark.parametrize("disguise", DISGUISES, ids=lambda change: change.__name__)
def test_a_disguised_copy_stands_out_and_nobody_else_does(backprop, disguise):
    """Renamed, reordered, laid out anew, padded, divided, as a notebook, half of it, or all at once: the three copies are the three first."""
    texts, template, asked = backprop
    draw = random.Random(f"copies {disguise.__name__}")
    works = [Work(name, name, (("main.py", text),)) for name, text in texts.items()]
    originals = draw.sample(sorted(texts), 3)
    works += [Work(f"~{name}", name, disguise(texts[name], asked, draw)) for name in originals]
    found = standing(works, template, asked)
    copies = {(name, f"~{name}") for name in originals}
    assert min(found[pair] for pair in copies) > STANDS_OUT
    assert max(far for pair, far in found.items() if pair not in copies) < STANDS_OUT


def test_what_everybody_was_given_or_half_of_them_know_is_left_out(backprop):
    """A template that two handed in as it came, and a passage of the lecture in most programs, make no pair."""
    texts, template, asked = backprop
    lecture = source_of(PROJECT / "submissions" / "s001.py")
    works = [
        Work(name, name, (("a.py", text), ("lecture.py", lecture))) for name, text in texts.items() if name != "s001"
    ]
    works += [Work(name, name, (("a.py", template[0][1]),)) for name in ("x1", "x2")]
    found = standing(works, template, asked)
    assert ("x1", "x2") not in found
    assert max(found.values()) < STANDS_OUT
    assert standing(works, (), asked)["x1", "x2"] > STANDS_OUT


def test_earlier_classes_are_compared_with_this_one_and_not_among_themselves(backprop):
    """A copy of last year's work is found; two of last year who worked together are none of this class."""
    texts, template, asked = backprop
    works = [Work(name, name, (("main.py", text),)) for name, text in texts.items() if name != "s005"]
    copy = renamed(texts["s005"], asked, random.Random(1))
    works += [Work("new", "new", copy), *(Work(f"old{n}", "old", copy, earlier=True) for n in (1, 2))]
    found = standing(works, template, asked)
    assert [pair for pair, far in found.items() if far > STANDS_OUT] == [("new", "old1"), ("new", "old2")]
    assert ("old1", "old2") not in found


def test_passages_name_the_lines_that_are_alike():
    """The same function at other lines and under another name is one passage from its first line to its last."""
    body = "def {0}(values):\n    {1} = 0.0\n    for {2} in values:\n        {1} = {1} + {2} ** 2 / 3.5\n        if {2} < 0.25 and not {1}:\n            {1} = [{1}, {2}][len(values) % 2]\n    return {1} if {1} > 2 else -{1}\n"
    one = Work("a", "a", (("a.py", "# mine\n\n" + body.format("square", "total", "value")),))
    other = Work("b", "b", (("x.py", "import os\n"), ("b.py", body.format("f", "s", "v"))))
    (pair,) = pairs_of([one, other, Work("c", "c", (("c.py", "print(1)\n"),))], most=9)
    (passage,) = pair.passages
    assert (passage.one.text, passage.one.first, passage.one.last) == ("a.py", 3, 9)
    assert (passage.other.text, passage.other.first, passage.other.last) == ("b.py", 1, 7)


@pytest.mark.parametrize(
    "text",
    [
        "def f(:\n  'never closed\n",
        '"""' + "x" * 100,
        "%timeit f(x)\n!ls | wc\n",
        "'\\",
        "\x00\ud800\u202e = 0x_ 1.e5j",
        "'" * 9999,
        "((" * 9999,
        "f'{x!r}' rb'\\'' 1_000 .5",
    ],
)
def test_any_text_has_tokens(text):
    """What is no Python, or never ends, is compared as far as it goes: nothing that a student writes stops the comparison."""
    tokens = tokens_of([("a", text)])
    assert all(1 <= token.line <= 1 + text.count("\n") for token in tokens)
    works = [Work(name, name, (("a", f"{text}\n"),)) for name in "abc"]
    assert all(0 <= pair.shared <= 1 for pair in pairs_of(works, most=9))


def test_two_texts_that_share_enough_tokens_share_a_fingerprint():
    """However what stands around them differs: the promise of winnowing, and a word less may be missed."""
    draw = random.Random(3)
    for _ in range(200):
        common = [str(draw.random()) for _ in range(TOKENS + WINDOW - 1)]
        one, other = ([str(draw.random()) for _ in range(draw.randrange(30))] + common for _ in "ab")
        assert fingerprints(one).keys() & fingerprints([*other, "x"]).keys()


def test_shared_wrong_values_are_told_unless_many_have_them():
    """Two of sixty with the same bits are a pair; what five have, what the assignment knows by name, and another seed are none."""

    def record(number, value, **more):
        made = a_record(f"s{number:03}", earned=(0.0, 0.0))
        made["checks"][0] |= {"value": value, "diagnosis": None} | more
        return made

    known = {"id": "no-mean", "title": "", "explanation": "", "hint": ""}
    records = [record(n, None) for n in range(50)]
    records += [record(50, "own"), record(51, "own"), record(52, "own") | {"seed_id": "2"}]
    records += [record(n, "often") for n in range(53, 58)] + [record(n, "named", diagnosis=known) for n in (58, 59)]
    found = shared_values(records)
    assert {pair: [(v.task, v.title, v.part, v.holders) for v in values] for pair, values in found.items()} == {
        ("s050", "s051"): [("1", "Task 1 is right.", "", 2)]
    }


HOSTILE = "'</pre><script>document.title = 1</script>\\x1b[31m\u202e'"
OWN = "np.tanh(x) * 1.37 + x"


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """A class that was graded and compared: three right ones, two with one wrong value, and two of whom one copied, with hostile text."""
    folder = tmp_path_factory.mktemp("similar")
    long = "".join(
        f"def step_{n}(w, g):\n    w = w - {n}.5 * g / (1 + np.sqrt(g * {n + 2}.25))\n    return w if w.any() else g\n"
        for n in range(9)
    )
    classes = write_class(
        folder / "class",
        s001=RIGHT,
        s002=RIGHT.replace("2.0 * x", "x + x"),
        s003=RIGHT.replace("np.sum(x", "np.add.reduce(x"),
        s004=RIGHT.replace("2.0 * x", OWN),
        s005=f"# {HOSTILE}\n" + RIGHT.replace("2.0 * x", f"({OWN})"),
        s006=RIGHT + long + f"NOTE = {HOSTILE}\n",
    )
    (classes / "s007<i>.py").write_text(
        RIGHT + long.replace("w", "weight").replace("g)", "slope)").replace(" g ", " slope ") + f"NOTE = {HOSTILE}\n"
    )
    records = grade(classes, folder / "reports")
    before = {slug: (folder / "reports" / "records" / f"{slug}.json").read_bytes() for slug in records}
    done = subprocess.run(
        [sys.executable, "-m", "grader", "similar", str(classes), "--assignment", str(TINY), "--out", str(folder / "reports")],
        cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    return folder / "reports", done, before


def test_the_command_tells_who_is_alike_and_changes_no_score(compared):
    """The pair with one wrong value and the pair with one text are named, and kept for whoever shows a student; records stay as they are."""
    out, done, before = compared
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Plain folder: 7 students"
    assert (
        lines[-1]
        == f"2 pairs stand out; {out / 'similar.html'} shows the passages. A person must judge them; no score changes."
    )
    kept = kept_pairs(out)
    assert {(pair.one_name, pair.other_name): pair.values for pair in kept} == {
        ("s004", "s005"): 1,
        ("s006", "s007<i>"): 0,
    }
    assert [pair.page for pair in kept] == ["similar.html#pair-1", "similar.html#pair-2"]
    assert [pair.one for pair in kept_pairs(out, "s005")] == ["s004"]
    assert {path.stem: path.read_bytes() for path in (out / "records").glob("*.json")} == before


def test_a_browser_shows_passages_side_by_side_and_runs_nothing_of_them(compared):
    """Two columns of one height begin side by side; no script, no element of a student's, and the title is ours."""
    out, _, _ = compared
    page = (out / "similar.html").read_text()
    shown = look(
        page,
        """const tops = [...page.querySelectorAll('.beside')].map(row => [...row.children].map(side => side.getBoundingClientRect()));
        return {
            title: page.title, scripts: page.scripts.length, italics: page.querySelectorAll('i').length,
            beside: tops.map(([one, other]) => one.top === other.top && one.right <= other.left),
            wide: page.documentElement.scrollWidth <= window.innerWidth,
        };""",
        out,
        width=1200,
        height=900,
    )
    assert shown.pop("beside") and all(shown.setdefault("rows", [True]))
    assert shown == {
        "title": "A tiny assignment: similar hand-ins",
        "scripts": 0,
        "italics": 0,
        "wide": True,
        "rows": [True],
    }


def test_pairs_that_were_not_kept_are_none(tmp_path):
    """Before anybody has compared, and where the file is not ours, a student is in no pair."""
    assert kept_pairs(tmp_path) == []
    for text in (
        "[]",
        "{",
        '{"format": "x", "version": 1, "pairs": []}',
        '{"format": "neural network grader pairs", "version": 1, "pairs": [{}]}',
    ):
        (tmp_path / "similar.json").write_text(text)
        assert kept_pairs(tmp_path) == []
