import csv
import io
import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from reference import generate_XOR_easy
from reference.experiments.catalogue import EXPERIMENTS
from reference.experiments.no_activation import MOST_ON_XOR
from reference.experiments.options import Options
from reference.experiments.progress import progress
from reference.experiments.published import GRIDS, HIDDEN_UNITS, RATES
from reference.experiments.tables import print_table
from reference.experiments.ten_trials import FAILED, Trials

ROOT = Path(__file__).parents[3]

FILES = {
    "two_sets": ["two_sets-curves.png", "two_sets-regions.png", "two_sets.csv"],
    "grids": ["grid-none-SGD.png", "grid-relu-SGD.png", "grid-sigmoid-Adam.png", "grid-sigmoid-SGD.png",
              "grid-tanh-SGD.png", "grids.csv"],
    "ten_trials": ["ten_trials.csv", "ten_trials.png"],
    "stop_at_loss": ["stop_at_loss.csv", "stop_at_loss.png"],
    "curves": ["curves", "curves.csv", "curves.png"],
    "convolution": ["convolution.csv", "convolution.png"],
    "no_activation": ["no_activation.csv", "no_activation.png"],
    "digits": ["digits-curves.png", "digits-strip.png", "digits.csv"],
    "descent": ["descent.csv", "descent.png"],
}  # fmt: skip


@pytest.mark.parametrize("name", list(EXPERIMENTS))
def test_every_experiment_prints_a_table_and_writes_its_files(name, tmp_path, capsys):
    """A quick run of each leaves its CSV and figures, and prints published figures beside ours."""
    EXPERIMENTS[name](Options(out=tmp_path, seeds=2, epochs=2))
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES[name]
    assert "ublished" in capsys.readouterr().out


def test_every_experiment_says_what_was_published():
    """The list shows the first line of each, which ends in a full stop."""
    for name, experiment in EXPERIMENTS.items():
        assert experiment.__doc__.splitlines()[0].endswith("."), name


def test_grids_hold_a_figure_for_every_cell():
    """Five grids on two data sets, with a row for each rate and a column for each width."""
    assert len(GRIDS) == 5
    for grid in GRIDS.values():
        for rows in grid.values():
            assert np.shape(rows) == (len(RATES), len(HIDDEN_UNITS))


def test_convolution_network_learns_the_linear_set(tmp_path, capsys):
    """The published 100 %."""
    EXPERIMENTS["convolution"](Options(out=tmp_path))
    with (tmp_path / "convolution.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert float(row["accuracy"]) == 100.0


def test_no_line_is_right_about_more_than_16_points_of_xor():
    """Of all ways to cut the points by a line, tried through pairs of points, the best has 16 of 21 right."""
    inputs, targets = generate_XOR_easy()
    best = 0
    for first, second in itertools.combinations(range(21), 2):
        along = inputs[second] - inputs[first]
        side = np.round((inputs - inputs[first]) @ np.array([-along[1], along[0]]), 12)
        # Points on the line can be cut anywhere along it, by turning the line a little.
        position = (inputs - inputs[first]) @ along
        for turn, cut in itertools.product((1, -1), np.unique(position[side == 0])):
            for margin in (-1e-9, 1e-9):
                tilted = np.where(side == 0, turn * (position - cut - margin), side)
                right = ((tilted > 0) == (targets[:, 0] > 0.5)).sum()
                best = max(best, right, 21 - right)
    assert best == 16
    assert pytest.approx(100.0 * best / 21) == MOST_ON_XOR


def test_trials_are_dropped_once_they_are_done():
    """A finished trial keeps its epoch and leaves the stack; the others go on."""
    from reference.experiments.published import TrialsRow

    trials = Trials([TrialsRow(0.1, 10, "none", {}, {})], "linear")
    trials.run(3000)
    done = trials.finished < FAILED
    assert done.any()
    assert len(trials.running) == np.count_nonzero(~done)
    assert (trials.accuracies[done] == 1.0).all()


def command(*arguments):
    """Run ``python -W error -m reference.experiments`` as a user does; return what came of it."""
    line = [sys.executable, "-W", "error", "-m", "reference.experiments", *map(str, arguments)]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)


def test_command_without_a_name_lists_the_experiments():
    """One line for each, with what it does and what was published."""
    done = command()
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(EXPERIMENTS)


def test_command_says_which_names_there_are():
    """An unknown name ends in one sentence, not in a traceback."""
    done = command("digit")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "python -m reference.experiments: error: there is no experiment 'digit'; choose from two_sets, grids, "
        "ten_trials, stop_at_loss, curves, convolution, no_activation, digits, descent, all"
    )


def test_command_runs_the_quick_experiments_silently(tmp_path):
    """Tables on the output, nothing on the error output, not even a warning, and the published results."""
    done = command("descent", "digits", "convolution", "--out", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "-1.0157  0.20944  -2.1642" in done.stdout
    assert "0.4412 0.7944, 0.0135 1.0000; 0.0740 0.9718" in done.stdout
    for name in ("descent", "digits", "convolution"):
        assert set(FILES[name]) <= {path.name for path in tmp_path.iterdir()}


def test_progress_shows_a_bar_on_a_terminal_only(monkeypatch):
    """A terminal sees the bar grow; a file gets nothing."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    for stream, desired in (
        (Terminal(), f"\rhalves [{'.' * 40}] 0/2\rhalves [{'#' * 20}{'.' * 20}] 1/2\rhalves [{'#' * 40}] 2/2\n"),
        (io.StringIO(), ""),
    ):
        monkeypatch.setattr(sys, "stderr", stream)
        assert list(progress(["first", "second"], 2, "halves")) == ["first", "second"]
        assert stream.getvalue() == desired


def test_tables_put_words_to_the_left_and_numbers_to_the_right(capsys):
    """Columns are as wide as their widest cell."""
    print_table("Two rows", ("name", "value"), [("one", 1.0), ("a half", 0.5)])
    assert capsys.readouterr().out == "\nTwo rows\nname    value\none         1\na half    0.5\n"
