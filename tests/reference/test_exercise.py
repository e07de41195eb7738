import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from reference import SGD, BCELoss, Identity, Sequential, build_network, train
from reference.exercise import print_results

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """``python -W error -m reference``, run once: what it printed, what it complained of, and its figures."""
    folder = tmp_path_factory.mktemp("figures")
    command = [sys.executable, "-W", "error", "-m", "reference", "--figures", str(folder)]
    environment = {"MPLBACKEND": "Agg", "PATH": "", "HOME": str(folder)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done, folder


def test_python_m_reference_is_silent_and_right(run):
    """It gives no warning, and both data sets end at 100 %."""
    done, _ = run
    assert (done.returncode, done.stderr) == (0, "")
    assert re.findall(r"accuracy=(\S+)", done.stdout) == ["100.00%", "100.00%"]


def test_python_m_reference_prints_a_line_for_every_point(run):
    """100 lines for the linear set and 21 for XOR, in the form of the exercise."""
    lines = re.findall(r"^Iter: (\d+) \| Ground truth: [01] \| Predict: [01]\.\d{5}$", run[0].stdout, re.MULTILINE)
    assert [int(number) for number in lines] == [*range(100), *range(21)]


def test_python_m_reference_draws_two_figures_for_each_data_set(run):
    """A learning curve and a result for either set are saved where asked."""
    assert sorted(path.name for path in run[1].glob("*.png")) == [f"figure-{i}.png" for i in (1, 2, 3, 4)]


def test_print_results_writes_the_lines_of_the_docstring(capsys):
    """The lines have exactly the form that the docstring shows."""
    network = Sequential([Identity()])
    print_results(network, np.array([[0.25], [0.75]]), np.array([[0.0], [0.0]]))
    assert capsys.readouterr().out == (
        "Iter: 0 | Ground truth: 0 | Predict: 0.25000\n"
        "Iter: 1 | Ground truth: 0 | Predict: 0.75000\n"
        "loss=0.83699 accuracy=50.00%\n"
    )


def test_exercise_is_silent_at_huge_inputs(rng):
    """Networks, losses and training at inputs of ±1e4 give no warning and no nan, whatever the activation."""
    inputs = rng.choice([-1e4, 1e4], (12, 2))
    targets = rng.integers(0, 2, (12, 1)).astype(float)
    with np.errstate(all="raise", under="ignore"):
        for activation in ("sigmoid", "tanh", "relu", "none"):
            network = build_network(2, 8, 1, activation, rng)
            losses = train(network, BCELoss(), SGD(network.parameters(), 1e-9), inputs, targets, 3, batch_size=4)
            assert np.isfinite(losses).all()
            assert np.isfinite(network.forward(inputs)).all()
