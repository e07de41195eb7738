"""The lab without a template: back-propagation is found by what a program does, in every style, and never where it is wrong."""

import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.assignments.vocabulary.backpropagation import ask_adapter, look_for_backpropagation
from grader.checks.proxy import Student
from grader.material.assignment import SHIPPED, load_assignment
from grader.material.cases import mutants, variants
from grader.material.script import answer_key
from grader.trusted import InProcess, Loaded
from grader.trusted.forked import Forked

ROOT = Path(__file__).parents[2]
LAB = SHIPPED / "lab"
KEY = answer_key(LAB)
VARIANTS = {case.id: case.source for case in variants(LAB, KEY)} | {"attributes": KEY}
VARIANTS |= {
    path.stem.partition("_")[2]: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "tests" / "gallery_lab").glob("s*.py"))
}
MUTANTS = {case.id: case.source for case in mutants(LAB, KEY)}
# How those that ask are started.
STARTS = {"arguments": {"args": ["--dataset", "xor"]}, "typed": {"stdin": "2\n"}}
QUICK = (
    "rows",
    "inner",
    "signed",
    "dictionary",
    "columns",
    "closures",
    "adam",
    "adam-made-late",
    "named-tuples",
    "matrices",
)
QUICK_MUTANTS = ("layers-bias-up", "matrices-other-layer")
ADAPTER = """
net = Net()

def forward(x):
    return net.forward(x)

def parameters():
    return [net.W1, net.b1, net.W2, net.b2, net.W3, net.b3]

def gradients(x, y):
    net.forward(x)
    net.backward(y)
    return [net.dW1, net.db1, net.dW2, net.db2, net.dW3, net.db3]
"""
DIFFERENCES = (
    ADAPTER[: ADAPTER.index("def gradients")]
    + """
def gradients(x, y):
    found = []
    for p in parameters():
        g = np.zeros_like(p)
        for place in np.ndindex(*p.shape):
            before = p[place]
            sides = []
            for side in (1e-5, -1e-5):
                p[place] = before + side
                sides.append(np.mean((forward(x) - y) ** 2))
            p[place] = before
            g[place] = (sides[0] - sides[1]) / 2e-5
        found.append(g)
    return found
"""
)


def verdict_of(source, start=None, adapter=None, seed=0):
    """Return verdict, sentence and number of parameters of a program, judged in a process of its own."""

    def judged():
        student = Student(InProcess(replace(Loaded.of({}), text=source)))
        rng = np.random.default_rng(seed)
        run = start or {}
        if adapter is None:
            finding = look_for_backpropagation(student, rng, [run])
        else:
            finding = ask_adapter(student, rng, run, adapter)
        return None if finding is None else [str(finding.verdict), finding.sentence, len(finding.parameters)]

    return Forked(judged, 120.0).result()


@pytest.mark.parametrize("name", QUICK)
def test_right_back_propagation_is_found_in_every_style(name):
    """A right program is judged right without an adapter, however it is written and started."""
    assert verdict_of(VARIANTS[name], STARTS.get(name))[0] == "right"


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", sorted(set(VARIANTS) - {"recursive", "differences", "clipped"}))
def test_all_variants_but_one_need_no_adapter(name, seed):
    """Every variant that trains in a loop is judged right, from whatever parameters are drawn."""
    assert verdict_of(VARIANTS[name], STARTS.get(name), seed=seed)[0] == "right"


@pytest.mark.soak
def test_training_without_a_loop_is_for_a_person():
    """A training that goes round in no loop is not judged wrong: nothing can be said of it."""
    verdict, sentence, _ = verdict_of(VARIANTS["recursive"])
    assert (verdict, sentence) == (
        "unsure",
        "No loop was found in which arrays change, and what the network answers depends on them.",
    )


@pytest.mark.soak
def test_a_gradient_by_differences_is_for_a_person():
    """Who finds the gradient by trying every parameter has the right step, and no back-propagation."""
    verdict, sentence, _ = verdict_of(VARIANTS["differences"])
    assert (verdict, sentence) == (
        "unsure",
        "The training computes the answers as often as there are parameters: it seems to find its gradient by differences.",
    )


@pytest.mark.soak
def test_clipped_gradients_are_for_a_person():
    """Who cuts off long gradients entry by entry takes no step along the gradient, and is not wrong."""
    verdict, sentence, _ = verdict_of(VARIANTS["clipped"])
    assert (verdict, sentence) == (
        "unsure",
        "The step of the training is cut off where it is long, so that central differences do not tell whether it is right.",
    )


# One fault in a right program of the gallery, each in another style.
FAULTS = {
    "a bias takes the error of the first point": ("inner", "d.sum(0, keepdims=True)", "d[:1] * len(d)"),
    "a slope forward, and none on the way back": ("inner", "np.maximum(0, z)", "np.where(z > 0, z, 0.1 * z)"),
    "the derivative of tanh without the square": ("signed", "(1 - a[-1] ** 2)\n", "(1 - a[-1])\n"),
    "biases summed where weights are averaged": ("course", "1./m * np.sum(dZ", "np.sum(dZ"),
    "the last layer alone": ("chinese", "for k in (3, 2, 1):", "for k in (3,):"),
    "no derivative under Adam": ("three_hidden", " * (1 - self.out[i - 1] ** 2)", ""),
    "an outer product with the wrong layer": ("global_names", "np.outer(a1, d2)", "np.outer(a2, d2)"),
    "a gradient of the first round": (
        "course",
        "grads = L_model_backward(AL, Y, caches)",
        "grads = grads if i else L_model_backward(AL, Y, caches)",
    ),
}


@pytest.mark.soak
@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_in_another_style_is_judged_right(fault):
    """A fault in a right program of a real course's manner is never judged right."""
    name, right, wrong = FAULTS[fault]
    assert VARIANTS[name].count(right) == 1
    assert verdict_of(VARIANTS[name].replace(right, wrong))[0] != "right"


@pytest.mark.parametrize("name", QUICK_MUTANTS)
def test_wrong_back_propagation_is_told(name):
    """A wrong gradient is judged wrong, whatever the style of the program is."""
    assert verdict_of(MUTANTS[name])[0] == "wrong"


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_no_wrong_back_propagation_is_judged_right(name, seed):
    """No mutant is judged right, from whatever parameters are drawn."""
    assert verdict_of(MUTANTS[name], seed=seed)[0] != "right"


def test_gradients_that_add_up_are_for_a_person():
    """Who never sets gradients to zero takes a right first step, and is told what a later one adds."""
    verdict, sentence, _ = verdict_of(MUTANTS["modules-and-optimizer-gradients-add-up"])
    assert (verdict, sentence) == (
        "unsure",
        "The first step of the training follows the gradient, and a later one does not: it adds up what was there before.",
    )


def test_a_gradient_that_is_kept_shows_in_a_later_step():
    """A gradient that is computed once and kept gives a right first step: a later one is looked at, and told."""
    verdict, sentence, _ = verdict_of(MUTANTS["attributes-kept-from-the-first-step"])
    assert verdict == "wrong"
    assert sentence.startswith("A later step of your training follows the gradient of its loss (")
    assert sentence.endswith("but not for all parameters: `net.W2` (8, 6) goes another way.")


def test_a_bias_for_each_point_is_wrong():
    """Who does not sum the gradient of a bias over the points gives each point a bias of its own, with which the answers are right."""
    verdict, sentence, _ = verdict_of(MUTANTS["attributes-bias-not-summed"])
    assert (verdict, sentence) == ("wrong", "One step of your training makes `net.b2` (1, 6) an array of (100, 6).")


def test_a_parameter_that_never_changes_is_named():
    """The sentence says which bias has no step, and that the others are right."""
    verdict, sentence, _ = verdict_of(MUTANTS["attributes-hidden-bias-still"])
    assert verdict == "wrong"
    assert sentence.endswith("but not for all parameters: `net.b2` (1, 6) is never changed.")


def test_an_adapter_decides_where_no_loop_was_found():
    """Three functions behind a program say where its network is, and its gradients are judged right."""
    assert verdict_of(VARIANTS["recursive"], adapter=ADAPTER)[0] == "right"


def test_an_adapter_with_a_wrong_gradient_is_wrong():
    """The same three functions of a program with a wrong gradient are judged wrong."""
    wrong = VARIANTS["recursive"].replace("self.db1 = d1.sum(", "self.db1 = d1.mean(")
    assert verdict_of(wrong, adapter=ADAPTER)[0] == "wrong"


def test_a_forged_gradient_is_for_a_person():
    """Gradients by differences are right, but nothing of what the training runs: they earn nothing."""
    verdict, sentence, _ = verdict_of(VARIANTS["recursive"], adapter=DIFFERENCES)
    assert (verdict, sentence) == (
        "unsure",
        "The gradients of gradients(x, y) are right, but it is not seen that the training uses them.",
    )


def test_a_program_without_an_adapter_has_none():
    """A program that defines none of the three functions gives no finding at all."""
    assert verdict_of(VARIANTS["globals"], adapter="") is None


LOOK_UP = """
import numpy as np

known = {}
w = np.zeros((2, 8))
x, y = np.random.rand(50, 2), np.random.randint(0, 2, (50, 1))

def predict(points):
    return np.array([[known.get(tuple(p), 0.0)] for p in points])

for epoch in range(100):
    for p, t in zip(x, y):
        known[tuple(p)] = float(t[0])
    w = w - 0.1 * np.random.randn(2, 8)
    pred = predict(x)
"""


def test_a_look_up_with_weights_that_do_not_matter_is_no_network():
    """Weights that change and decide nothing are no network: a person looks at it, and nothing is earned."""
    assert verdict_of(LOOK_UP)[0] == "unsure"


def write_modules(folder):
    """Write one program as three modules, with a progress bar around its loop."""
    folder.mkdir()
    given, rest = VARIANTS["modules-of-layers"].split("class Linear_layer", 1)
    layers, main = rest.split("def mse", 1)
    (folder / "data.py").write_text(given, encoding="utf-8")
    (folder / "layers.py").write_text(f"import numpy as np\n\n\nclass Linear_layer{layers}", encoding="utf-8")
    main = main.replace("for epoch in range(4000)", "for epoch in tqdm(range(4000))")
    imports = (
        "from data import generate_linear, generate_XOR_easy, report\nfrom layers import *\nfrom tqdm import tqdm\n"
    )
    (folder / "main.py").write_text(f"{imports}\n\ndef mse{main}", encoding="utf-8")


def write_two_programs(folder):
    """Write one program for each data set, on modules that they share, and a report in a folder beside them."""
    (folder / "report").mkdir(parents=True)
    given, rest = KEY.split("class Net", 1)
    (folder / "shared.py").write_text(given, encoding="utf-8")
    both = "for x, y in (generate_linear(), generate_XOR_easy()):"
    for name, one in (("first", "generate_linear"), ("second", "generate_XOR_easy")):
        text = f"from shared import *\n\n\nclass Net{rest}".replace(both, f"for x, y in ({one}(),):")
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    (folder / "report" / "lab 1.pdf").write_bytes(b"%PDF-1.4 nothing")


ASKS = """
which = input("Data (1) linear (2) XOR: ")
kind = input("Activation, sigmoid / tanh: ")
units = int(input("Hidden units: "))
"""


def as_notebook(text):
    """Return a text in the percent format as a notebook."""
    texts = ["%matplotlib inline", *(cell.strip("\n") for cell in text.split("# %%") if cell.strip())]
    cells = [
        {"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "execution_count": None} for cell in texts
    ]
    kernel = {"kernelspec": {"name": "python3"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": kernel, "cells": cells})


REPORTED = "report(x, y, net.forward(x), losses)"
# Who trains a network, and prints what a rule says; and who hardly trains one, and prints the labels and a curve of his own.
RULE = KEY.replace(REPORTED, "report(x, y, rule(x), losses)").replace(
    "def main():",
    """def rule(x):
    falling = np.abs(x[:, :1] + x[:, 1:] - 1) < 1e-9
    return np.where(falling & (x[:, :1] != 0.5) if len(x) == 21 else x[:, :1] < x[:, 1:], 0.98, 0.03)


def main():""",
)
LABELS = KEY.replace(REPORTED, "report(x, y, 0.9 * y + 0.05, np.exp(-np.arange(6000) / 900))").replace(
    "net = Net()", "net = Net(lr=1e-4)"
)


USAGE = """\
import sys

if len(sys.argv) != 2:
    sys.exit("usage: python lab.py linear|xor")
if sys.argv[1] == "linear":
    do(*generate_linear(n=100), 0.15, 12000)
else:
    do(*generate_XOR_easy(), 0.4, 15000)
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Return the records of a small class of the lab, graded by the command, by student."""
    work = tmp_path_factory.mktemp("lab")
    folder = work / "class"
    short = {name: VARIANTS[name] for name in ("typed", "arguments", "globals")}
    (folder / "s001").mkdir(parents=True)
    (folder / "s001" / "train.py").write_text(short["typed"], encoding="utf-8")
    (folder / "s001" / "report.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "s002.py").write_text(short["arguments"], encoding="utf-8")
    (folder / "s003.py").write_text(MUTANTS["globals-first-weights-still"], encoding="utf-8")
    write_modules(folder / "s004")
    (folder / "s005.ipynb").write_text(as_notebook(f"%matplotlib inline\n{VARIANTS['notebook']}"), encoding="utf-8")
    write_two_programs(folder / "s006")
    (folder / "s007.py").write_text(ASKS, encoding="utf-8")
    (folder / "s008.py").write_text(RULE, encoding="utf-8")
    (folder / "s009.py").write_text(LABELS, encoding="utf-8")
    menu = Path(__file__).with_name("lab_menu.txt").read_text(encoding="utf-8")
    (folder / "s010.py").write_text(menu, encoding="utf-8")
    (folder / "s011.py").write_text(menu.replace("except EOFError", "except KeyboardInterrupt"), encoding="utf-8")
    (folder / "s012.py").write_text(menu.partition("while True:")[0] + USAGE, encoding="utf-8")
    command = [sys.executable, "-m", "grader", "grade", str(folder), "--assignment", "lab", "--out", str(work / "out")]
    done = subprocess.run([*command, "--seed", "lab"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    records = {path.stem: json.loads(path.read_text()) for path in (work / "out" / "records").glob("*.json")}
    return {"out": work / "out", "records": records, "printed": done.stdout}


def earned(record):
    """Return what each check of a record earned."""
    return {check["id"]: check["earned"] for check in record["checks"]}


ALL = {
    "check_runs": 6.0,
    "check_loss_falls": 6.0,
    "check_linear_set": 6.0,
    "check_xor_set": 6.0,
    "check_printed_lines": 6.0,
    "check_figures": 8.0,
    "check_network": 6.0,
    "check_backpropagation": 16.0,
}


def test_programs_that_ask_are_answered_and_earn_everything(graded):
    """Who asks at the keyboard, and who wants an argument, is run for both sets and loses nothing."""
    assert earned(graded["records"]["s001"]) == ALL
    assert earned(graded["records"]["s002"]) == ALL
    assert earned(graded["records"]["s012"]) == ALL


@pytest.mark.parametrize("student", ["s010", "s011"])
def test_a_menu_that_is_shown_again_is_done_with_what_was_chosen(graded, student):
    """Whether the program stops by itself when nobody types, or would ask for ever: each set is chosen once."""
    assert earned(graded["records"][student]) == ALL


def test_modules_and_a_notebook_earn_everything_that_they_show(graded):
    """A program in three modules loses nothing, and a notebook that trains on one set leaves the other to a person."""
    assert earned(graded["records"]["s004"]) == ALL
    assert earned(graded["records"]["s005"]) == {**ALL, "check_linear_set": 0.0}
    assert graded["records"]["s005"]["score"]["waiting"] == 46.0


def test_two_programs_are_run_one_after_the_other(graded):
    """A program for each data set, by what it gets: both are run, nothing is lost, and a remark says so."""
    record = graded["records"]["s006"]
    assert earned(record) == ALL
    assert record["remarks"] == ["These programs were run one after the other: first.py, second.py."]


def test_a_report_is_copied_and_linked(graded):
    """The PDF of a folder lies below the reports; the sheet, the page of the class and that of the student lead to it."""
    out = graded["out"]
    assert (out / "handed-in" / "s006.pdf").read_bytes() == b"%PDF-1.4 nothing"
    texts = {answer["text"] for answer in graded["records"]["s006"]["answers"]}
    assert texts == {"See report/lab 1.pdf in the hand-in. A copy: handed-in/s006.pdf"}
    assert "handed-in/s006.pdf" in (out / "grading-sheet.csv").read_text(encoding="utf-8-sig")
    assert 'href="handed-in/s006.pdf"' in (out / "index.html").read_text(encoding="utf-8")
    assert 'href="../handed-in/s006.pdf"' in (out / "students" / "s006.html").read_text(encoding="utf-8")


def test_what_a_program_asks_is_told_in_one_line(graded):
    """A prompt that offers nothing is quoted with the words that answer it; until then all points wait, and none is lost."""
    record, sentence = (
        graded["records"]["s007"],
        "It asks `Hidden units:`, and nobody answers; --run 's007=<1 <sigmoid <ANSWER' does, once for each data set.",
    )
    assert {check["message"] for check in record["checks"]} == {f"A person decides this. {sentence}"}
    assert (record["score"]["points"], record["score"]["waiting"], record["score"]["total"]) == (0.0, 100.0, 100.0)
    assert sentence.rstrip(".") in " ".join(" ".join(graded["printed"].split()).split("s007", 1)[1].split())


def test_what_is_shown_without_the_training_is_for_a_person(graded):
    """Answers of a rule, labels that are printed as answers, and a curve that nobody has measured earn nothing: a person is told why."""
    told = "of the {} set are answered rightly, but so they are when the training is left out and all weights are drawn: they do not come from the network."
    answers = {
        f"check_{name.lower()}_set": f"A person decides this. 100.0% {told.format(name)}" for name in ("linear", "XOR")
    }
    loss = {
        "check_loss_falls": "A person decides this. A loss falls, but so it does when the training is left out: it is not that of the network."
    }
    for student, messages in (("s008", answers), ("s009", {**loss, **answers})):
        record = graded["records"][student]
        assert earned(record) == {**ALL, **dict.fromkeys(messages, 0.0)}
        assert {check["id"]: check["message"] for check in record["checks"] if not check["earned"]} == messages
        assert record["score"]["waiting"] == 40.0 + 6.0 * len(messages)


def test_a_report_beside_the_code_waits_for_a_person(graded):
    """The questions on the report wait, and their rows name the document."""
    record = graded["records"]["s001"]
    assert record["score"]["waiting"] == 40.0
    assert {answer["text"] for answer in record["answers"]} == {
        "See report.pdf in the hand-in. A copy: handed-in/s001.pdf"
    }


def test_what_was_not_shown_is_for_a_person_and_what_is_wrong_is_not(graded):
    """A program that trains on XOR alone leaves the linear set to a person; its wrong gradient is wrong."""
    record = graded["records"]["s003"]
    checks = {check["id"]: check for check in record["checks"]}
    assert checks["check_linear_set"]["for_person"] is True
    assert checks["check_backpropagation"]["why"] == "wrong"
    assert record["score"]["waiting"] == 46.0
    assert record["score"]["total"] == 100.0
    left = [answer for answer in record["answers"] if answer["check"]]
    assert [(answer["id"], answer["state"]) for answer in left] == [("by-person-linear", "waiting")]


def test_a_class_of_the_lab_is_told_the_assignment_that_fits(tmp_path):
    """Graded with an assignment that asks for names, such a class is stopped, and told the one that fits."""
    for name in ("dictionary", "globals", "closures"):
        (tmp_path / f"{name}.py").write_text(VARIANTS[name], encoding="utf-8")
    command = [sys.executable, "-m", "grader", "grade", str(tmp_path), "--assignment", "backprop"]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert " ".join(done.stderr.split()).endswith(
        "None of 3 hand-ins define 4 or more of the names that backprop asks for; 3 contain the code given out by lab, which asks for no names. "
        "Did you mean --assignment lab? --list shows how each was read, and --anyway grades them as they are."
    )


def test_reports_are_graded_one_by_one(graded):
    """Rows that say where a report is, or what was found, say the same for many: at the desk none of them is another's."""
    from grader.desk.answers import Questions

    questions = Questions(load_assignment(LAB).rubric, b"")
    for _, record in sorted(graded["records"].items()):
        questions.add(record)
    for asked in questions:
        assert [len(stack.answers) for stack in asked.stacks] == [1] * len(asked.answers)


def test_students_are_asked_for_the_report_alone():
    """What a check may leave to a person is no question in the template, and the template runs."""
    from grader.handout.template import template_files

    files = template_files(LAB)
    asked = [line.removeprefix("## ") for line in files["modules/answers.md"].splitlines() if line.startswith("## ")]
    assert asked == ["introduction", "set-up", "results", "experiments", "extra"]
    assert not any("by-person" in text for text in files.values())
    done = subprocess.run([sys.executable, "-c", files["modules/main.py"]], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_students_try_the_run_at_home(tmp_path):
    """The students' zip has the checks of what is printed and drawn, and starts a program that wants an argument for both sets."""
    zipped = tmp_path / "lab.zip"
    bundle = [sys.executable, "-m", "grader", "bundle", "lab", "--for", "students", "--out", str(zipped)]
    subprocess.run(bundle, cwd=ROOT, capture_output=True, check=True)
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "work.py").write_text(VARIANTS["arguments"], encoding="utf-8")
    command = [sys.executable, "precheck.py", str(tmp_path / "work.py")]
    done = subprocess.run(command, cwd=tmp_path / "lab", capture_output=True, text=True, check=False)
    rows = [line.split() for line in done.stdout.splitlines() if line.endswith((" / 6", " / 8"))]
    assert [(row[0], row[1], row[-3]) for row in rows] == [
        ("done", task, points)
        for task, points in (("1", "6"), ("2.1", "6"), ("2.2", "6"), ("2.3", "6"), ("3", "6"), ("4", "8"))
    ], done.stdout + done.stderr


def test_the_points_of_a_person_are_added(graded):
    """What a person enters for a check that was left to them belongs to the score."""
    from grader.written.points import Mark, with_marks

    record = graded["records"]["s003"]
    answer = next(answer for answer in record["answers"] if answer["id"] == "by-person-linear")
    mark = Mark(record["slug"], answer["id"], answer["sha256"], (("accuracy", 3.0),))
    marked = with_marks(record, [mark])
    assert marked["score"]["points"] == record["score"]["points"] + 3.0
    assert marked["score"]["waiting"] == 40.0


def test_the_rubric_and_the_checks_make_a_hundred():
    """Sixty points are the checks' and forty a person's; what replaces a check counts once."""
    assignment = load_assignment(LAB)
    assert assignment.written_points(bonus=False) == 40.0
    replaced = [question for question in assignment.rubric.questions if question.check]
    assert {question.check for question in replaced} <= set(ALL)
    assert all(ALL[question.check] == question.points for question in replaced)
