"""Tests of the checks of ``layers``: the answer key passes, mutants are rejected, variants accepted, the template earns nothing.

They run on trusted code, as in the audit; the way through the fence is tested with the gallery.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from grader.audit import Case, mutants, variants
from grader.handout.template import stale
from grader.handout.template.write import template_files
from grader.material.script import merged
from grader.outcomes import Why
from tests.assignments.grading import (
    ASSIGNMENTS,
    ROOT,
    Graded,
    answer_key_script,
    assignment,
    checks,
    grade,
    in_part,
)
from tests.handout.template.test_write import leaks

pytestmark = pytest.mark.filterwarnings("ignore")
LAYERS = ASSIGNMENTS / "layers"
KEY = answer_key_script(LAYERS)
MUTANTS = list(mutants(LAYERS, KEY))
VARIANTS = list(variants(LAYERS, KEY))
# The ordinary tests take each file of a whole submission, and every fourth of the others; the audit takes them all.
SOME = [case for number, case in enumerate(VARIANTS) if case.points is not None or number % 4 == 0]
POINTS = {"1.1": 5, "1.2": 2, "1.3": 6, "1.4": 4, "2.1": 11, "2.2": 3, "2.3": 6, "3.1": 6, "4.1": 12, "4.2": 7, "4.3": 7, "5.1": 13, "6.1": 12, "6.2": 4, "6.3": 2}  # fmt: skip
ODD_RESULTS = {
    "None": "None",
    "text": "'abc'",
    "a number": "7.5",
    "nothing": "()",
    "one": "(1.0,)",
    "ragged": "[[1.0], [2.0, 3.0]]",
    "huge": "(10**400, 10**400, 10**400)",
    "complex": "(np.ones((5, 3), dtype=complex),) * 3",
    "objects": "(np.array([None, 1], dtype=object), {}, {})",
    "an object": "object()",
    "a dictionary": "{'a': 1}",
    "nan": "(np.full((5, 3), np.nan), {1: 2}, None)",
}
NAMES = [name for name in sorted(assignment(LAYERS).names) if "." not in name]


def named(case: Case) -> str:
    """Return the name of a case in pytest's output."""
    return case.id


def test_points_of_layers_are_shared_out_over_the_tasks():
    """The marks make 100 points."""
    found = dict.fromkeys(POINTS, 0)
    for check in checks(LAYERS).values():
        found[check.task] += check.points
    assert found == POINTS
    assert sum(found.values()) == assignment(LAYERS).total == 100


@pytest.mark.parametrize("seed", range(3))
def test_the_answer_key_of_layers_earns_every_point(seed: int):
    """Whatever the seed, the answer key passes every check, without a remark."""
    graded = grade(KEY, seed=f"answer key {seed}", folder=LAYERS)
    assert graded.faults == {}
    assert graded.total(bonus=False) == 100
    assert graded.remarks == 0


def test_the_template_of_layers_is_fresh_and_earns_nothing():
    """What ships is what the answer key gives; no line of an answer is in it, and every check says that it is not done yet."""
    folder = ROOT / "student_template" / "layers"
    assert stale(LAYERS, folder) == []
    paths = [path for path in folder.rglob("*") if path.suffix in {".py", ".ipynb"}]
    assert leaks(LAYERS, {path.name: path.read_text(encoding="utf-8") for path in paths}) == set()
    graded = grade((folder / "script" / "layers.py").read_text(encoding="utf-8"), folder=LAYERS)
    assert sum(graded.earned.values()) == 0
    assert {fault.why for fault in graded.faults.values()} == {Why.MISSING}
    assert set(graded.faults) == set(checks(LAYERS))


@pytest.mark.parametrize("case", in_part(MUTANTS))
def test_mutants_of_layers_are_rejected_by_the_checks_they_name(case: Case):
    """Each mistake is seen by every check that it names."""
    graded = grade(case.source, seed="mutants", only=set(case.rejected_by), folder=LAYERS)
    assert set(case.rejected_by) - set(graded.faults) == set()


def test_every_check_of_layers_rejects_a_mutant():
    """A check that rejects nothing would be worth nothing."""
    assert set(checks(LAYERS)) - {name for case in MUTANTS for name in case.rejected_by} == set()
    assert len(MUTANTS) >= 180
    assert len(VARIANTS) >= 40


@pytest.mark.parametrize("case", SOME, ids=named)
def test_variants_of_layers_earn_every_point(case: Case):
    """Each unusual right answer earns all of its points."""
    graded = grade(case.source, seed="variants", folder=LAYERS)
    assert graded.total(bonus=False) == (100 if case.points is None else case.points), graded.faults


@pytest.mark.parametrize(("name", "word"), [(name, list(ODD_RESULTS)[i % 12]) for i, name in enumerate(NAMES)])
def test_odd_results_of_layers_are_the_students_fault(name: str, word: str):
    """Whatever a function returns, a check ends with a sentence for the student, never with an exception of ours."""
    odd = f"ODD = {ODD_RESULTS[word]}\n{name} = lambda *a, **k: ODD"
    source = KEY.replace("\n\nif __name__", f"\n\n{odd}\n\n\nif __name__")
    own = {check for check in checks(LAYERS) if name.removesuffix("_naive").removesuffix("_loss") in check}
    graded = grade(source, only=own or None, folder=LAYERS)
    assert graded.faults
    assert all(fault.message for fault in graded.faults.values())


@pytest.fixture(scope="module")
def smaller(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the assignment without dropout, convolution, max pooling and the support vector machine, as its text explains."""
    folder = tmp_path_factory.mktemp("copies") / "smaller"
    shutil.copytree(LAYERS, folder)
    text = (folder / "assignment.toml").read_text(encoding="utf-8")
    for number, part in (
        ("3.1", "dropout"),
        ("6.3", "network_dropout"),
        ("4.1", "convolution"),
        ("4.2", "pooling"),
        ("1.4", "svm"),
    ):
        text = re.sub(rf'\[\[task\]\]\nnumber = "{number}"\n(?:.+\n)+\n', "", text).replace(f'    "{part}",\n', "")
        for file in (f"check_{part}.py", f"mutants/{part}.toml", f"variants/{part}.toml"):
            (folder / file).unlink(missing_ok=True)
    (folder / "assignment.toml").write_text(text.replace("total = 100", "total = 69"), encoding="utf-8")
    return folder


def test_parts_can_be_left_out(smaller: Path):
    """What is left has a template without the rest, a key that earns all, and mutants and variants that fit."""
    key = answer_key_script(smaller)
    graded = grade(key, folder=smaller)
    assert graded.faults == {}
    assert graded.total(bonus=False) == assignment(smaller).total == 69
    files = template_files(smaller)
    assert not {"modules/dropout.py", "modules/convolution.py", "modules/pooling.py", "modules/svm.py"} & set(files)
    assert "from dropout import" not in files["modules/network.py"]
    assert "from relu import relu_backward, relu_forward" in files["modules/network.py"]
    assert "conv_forward_naive" not in files["script/layers.py"]
    assert len(list(mutants(smaller, key))) > 100
    assert len(list(variants(smaller, key))) > 20


@pytest.fixture(scope="module")
def dropping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the assignment with the other meaning of p, as its text explains."""
    folder = tmp_path_factory.mktemp("copies") / "dropping"
    shutil.copytree(LAYERS, folder)
    text = (folder / "assignment.toml").read_text(encoding="utf-8")
    text = text.replace('p = "kept"', 'p = "dropped"').replace('    "dropout",\n', '    "dropout_dropped",\n')
    (folder / "assignment.toml").write_text(text, encoding="utf-8")
    return folder


def dropout_of(source: str, folder: Path) -> Graded:
    """Grade the checks of dropout."""
    only = {"check_dropout_forward", "check_dropout_backward", "check_network_dropout"}
    return grade(source, seed="dropout", only=only, folder=folder)


def test_p_may_be_what_is_dropped(dropping: Path):
    """With two changed words the answer key has the other meaning, earns its points, and the template says so; the first one loses them."""
    modules = assignment(dropping).template.modules
    other = merged(ROOT / "reference" / "layers", modules)
    assert dropout_of(other, dropping).faults == {}
    assert "``p``: the probability that an element is dropped" in template_files(dropping)["script/layers.py"]
    assert (
        dropout_of(KEY, dropping).faults["check_dropout_forward"].hint
        == "`p` is the probability that an element is dropped."
    )
    # Mutants and variants that are pieces of the key fit both, or nobody could be graded.
    assert len(list(mutants(dropping, other))) == len(list(mutants(LAYERS, KEY)))
    assert len(list(variants(dropping, other))) == len(list(variants(LAYERS, KEY)))
    # The network is asked for a share that it keeps, whatever p means.
    assert dropout_of(other, LAYERS).faults.keys() == {"check_dropout_forward"}
