"""Tests of trying one answer on the checks of an assignment."""

from pathlib import Path

from grader.audit.setup import AuditSetup
from grader.audit.trying import try_answer
from grader.judge.collecting import collect_checks
from grader.judge.marks import catalogue
from grader.judge.trusted_code import NO_RUN
from grader.material.assignment import load_assignment

TINY = Path(__file__).parents[1] / "tiny"
TAG = '# %% tags=["cell:1"]'
NOTEBOOK = """\
# %% [markdown]
# Two answers.

# %%
import numpy as np
open({log!r}, "a").write("run ")
asked = []

{tag}
def double(x):
    asked.append(1)
    return 2.0 * x if len(asked) == 1 else x

# %%
def total(x, axis):
    return np.sum(x, axis=axis) if not asked else 0.0 * np.sum(x, axis=axis)
"""


def why(source: str) -> dict[str, object]:
    """Return why each check of the tiny assignment rejects a notebook."""
    found = []

    def work(items):
        checks = [check for check in catalogue(items, assignment) if check[1].id != "check_printed"]
        setup = AuditSetup(assignment, checks, source, NO_RUN, {}, {})
        found.append(try_answer(source, checks, setup, "1", stop=False))

    assignment = load_assignment(TINY)
    collect_checks(TINY, work)
    return {name: outcome["why"] for name, outcome in found[0].items()}


def test_a_notebook_whose_cells_name_no_task_runs_once_and_no_check_sees_what_another_left(tmp_path: Path):
    """Both checks use what the one run has defined, each in a state of its own."""
    log = tmp_path / "log"
    assert why(NOTEBOOK.format(log=str(log), tag="# %%")) == {"check_double": None, "check_total": None}
    assert log.read_text().split() == ["run"]


def test_a_check_of_a_named_cell_runs_what_it_needs(tmp_path: Path):
    """The cell of task 1 is run for its check, and the whole notebook for that of task 2, which no cell names."""
    log = tmp_path / "log"
    assert why(NOTEBOOK.format(log=str(log), tag=TAG)) == {"check_double": None, "check_total": None}
    assert log.read_text().split() == ["run", "run"]
