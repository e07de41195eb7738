"""Likely mistakes and unusual values in a hand-in are judged, through the real command: points are lost where they must be, and nothing is our fault."""

import json

import pytest

from tests.assignments.grading import answer_key_script
from tests.gallery_components.students import SOLUTION, replace, tagged
from tests.grading import grade, write_class

FLOATS = "return float(np.mean(self.difference**2))"
WEIGHT = "self.weight = Parameter(np.random.default_rng(rng).standard_normal((in_features, out_features)))"
LINES = '    print("Iter: " + "9" * 5000 + " | Ground truth: 1 | Predict: 0.9")\n'
BUILT = "def build_network("
# A child whose own code was changed describes a figure as a number, and a line with more places than heights.
PATCHED = """
import sys
import matplotlib.pyplot as plt
drawing = sys.modules["_child.drawing"]
line = {"label": "", "x": np.zeros(3), "y": np.zeros(2), "colors": None, "marker": ""}
axes = {"title": "", "xlabel": "", "ylabel": "", "lines": [line], "points": [], "images": 0, "bars": 0, "texts": []}
replies = [7, {"png": None, "width": 0, "height": 0, "axes": [axes]}]
def show_result(inputs, targets, predictions):
    plt.figure()
    drawing.figure_data = lambda figure, png=False: replies[0]
def show_learning_curve(losses):
    plt.figure()
    drawing.figure_data = lambda figure, png=False: replies[1]
"""


def changed(*pairs, append=""):
    """Return the answer key of backprop with texts exchanged."""
    key, guard, main = answer_key_script().rpartition('\nif __name__ == "__main__":')
    for old, new in pairs:
        assert key.count(old) == 1, old
        key = key.replace(old, new)
    return key + append + guard + main


@pytest.fixture(scope="module")
def backprop(tmp_path_factory):
    """The records of a class with one unusual value each."""
    work = tmp_path_factory.mktemp("odd")
    folder = write_class(
        work / "class",
        single=changed(
            (FLOATS, "return np.float32(np.mean(self.difference**2))"),
            ("return float(np.mean(predict(network, inputs) == targets[:, 0]))", "return np.mean(predict(network, inputs) == targets[:, 0]).astype(np.float32)"),
        )
        + LINES,
        flat=changed((WEIGHT, WEIGHT.replace("(in_features, out_features)", "in_features"))),
        hinted=changed(
            ("return (network.forward(inputs)[:, 0] >= 0.5).astype(int)", "return np.argmax(network.forward(inputs), axis=1)"),
            ('"relu": ReLU,', '"relu": LeakyReLU,'),
            ("        for layer in self.layers:\n            own", "        for layer in self.layers:\n            if not isinstance(layer, Linear):\n                continue\n            own"),
        ),
        huge=changed(append=f"\n\n{BUILT}*sizes, **options):\n    return complex(1.7e308, 1.7e308)\n"),
        patched=changed(append=PATCHED),
    )  # fmt: skip
    return grade(folder, work / "out", "--assignment", "backprop", "--jobs", "2")


def failed(record):
    """Return what failed checks say, by their ids."""
    assert record["status"] == "graded", record["faults"]
    assert record["faults"] == []
    return {check["id"]: check["message"] for check in record["checks"] if check["result"] == "failed"}


def test_hints_are_chosen_by_what_came(backprop):
    """A hint belongs to what came: zeros for all samples, one wrong activation among right ones, a layer whose parameters are not listed."""
    checks = {check["id"]: check for check in backprop["hinted"]["checks"]}
    assert checks["check_predict"]["hint"] == (
        "Every sample gets 0. `argmax` over a single column is always 0; compare the probability with 0.5 instead."
    )
    (part,) = [part for part in checks["check_build_network"]["parts"] if part["result"] == "failed"]
    assert part["name"] == "relu"
    assert part["hint"] == (
        "With another activation the network is right: see which layer this name chooses, and what that layer computes."
    )
    assert checks["check_sequential_parameters"]["diagnosis"]["title"] == (
        "Only linear layers are asked for their parameters, so those of a convolution are missing."
    )


def test_float32_losses_and_endless_digits_cost_nothing(backprop):
    """Float32 arithmetic is no mistake where a number is asked for, and a printed number that no counter reaches counts for nothing."""
    assert failed(backprop["single"]) == {}
    assert backprop["single"]["score"]["sum"] == 120


def test_a_flat_weight_fails_with_its_shape(backprop):
    """A weight of shape (in_features,) is told for what it is, by the check of initial values too."""
    said = failed(backprop["flat"])
    what = "must have shape (5, 7), but it has shape (5,)."
    assert said["check_linear_initial_values"] == f"`Linear(5, 7).weight.value` {what}"


def test_a_huge_complex_number_has_a_sentence(backprop):
    """What is no network is told with its value, in each check that needs one."""
    said = failed(backprop["huge"])
    assert said["check_network_gradient_tanh"] == (
        'What `build_network(3, 5, 4, \'tanh\')` returns must be a Sequential, but it is the number 1.7e+308+1.7e+308j.'
    )  # fmt: skip


def test_figures_of_a_patched_child_are_the_students_fault(backprop):
    """A figure that is no map, and a line whose two halves differ in length, do not have the agreed form."""
    said = failed(backprop["patched"])
    assert said == {
        "check_result_figure": "`the figures`: Its answer could not be understood: a message holds a int where a map must stand.",
        "check_learning_curve": "`the figures`: Its answer could not be understood: a message holds a dict where a line with as many heights as places must stand.",
    }


SHAPES = """class Weight:
    def __init__(self, shape): self.shape = shape
class Layer:
    def __init__(self, shape): self.W, self.b = Weight(shape), np.zeros(1)
class Net:
    layers = [Layer((64, "x")), Layer((np.array([1, 2]), 1)), Layer(("A" * 1000, 10**40))]
    def forward(self, x): return x
net_lin = Net()"""


def walked(results):
    """Return what writes `results` in the cell that is meant for them."""
    return lambda notebook: tagged(notebook, "cell:1.1g").update(source=f"results = {results}")


def ragged(notebook):
    """Write a ragged history, and a net whose weights have shapes that no array has."""
    walked("(3.0, 2.0, f(3.0, 2.0), [3.0, np.array([2.9])], [2.0, 1.9])")(notebook)
    tagged(notebook, "cell:1.6h").update(source=SHAPES)


NOTEBOOKS = {
    "whole": lambda notebook: replace(notebook, "np.where(x > 0, 1.0, 0.0)", "np.where(x > 0, 1, 0)"),
    "away": walked("(1e300, 2.0, 1.0, [3.0, -1e300, 1e300], [2.0, 1.0, 2.0])"),
    "ragged": ragged,
}


@pytest.fixture(scope="module")
def components(tmp_path_factory):
    """The records of a class of notebooks with one unusual value each."""
    work = tmp_path_factory.mktemp("odd")
    (work / "class").mkdir()
    for name, edit in NOTEBOOKS.items():
        notebook = json.loads(SOLUTION.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
        edit(notebook)
        (work / "class" / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return grade(work / "class", work / "out", "--assignment", "components", "--jobs", "2")


SAID = {
    "whole": {},
    "away": {"check_tuned_walk": "The walk in `results` is at (-1e+300, 1) after step 1, far away from every valley."},
    "ragged": {
        "check_tuned_walk": "`x_hist` of `results` is a list of length 2, but it must be an array of shape (2,).",
        "check_linear_net": "`net_lin` must have two linear layers, from 64 to 32 and from 32 to 1, but its linear layers are: none with weights.",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_with_odd_values_are_told_what_they_are(name, components):
    """Whole numbers are numbers; ragged histories, a walk that left, and shapes that are none each have a sentence."""
    assert failed(components[name]) == SAID[name]
