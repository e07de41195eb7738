"""Tests of drawing mutants."""

import pytest

from grader.audit.drawn import all_mutants, sample, strip_solutions
from grader.audit.rows import changed_places

KEY = '''def double(x):
    """Return twice x."""
    return 2.0 * x


class Kept:
    def __init__(self, size=3):
        self.size = size

    def forward(self, inputs: np.ndarray):
        self.inputs = inputs
        return inputs.T.sum(axis=0)


def given(x):
    return x + 1
'''


def after(**options: object) -> dict[str, str]:
    """Return the changed line of every mutant, with the kind of the change."""
    found = {}
    for mutant in all_mutants(KEY, **options):  # type: ignore[arg-type]
        new = [line[1:].strip() for line in mutant.diff.splitlines() if line.startswith("+")]
        found[" / ".join(new)] = mutant.operator
    return found


@pytest.mark.parametrize(
    ("line", "operator"),
    [
        ("return 2.0 / x", "swapped operator"),
        ("return 3.0 * x", "changed constant"),
        ("return x", "dropped term"),
        ("return -(2.0 * x)", "turned sign"),
        ("return None", "lost statement"),
        ("def __init__(self, size=4):", "changed constant"),
        ("return inputs.sum(axis=0)", "missing transpose"),
        ("return inputs.T", "missing reduction"),
        ("return inputs.T.mean(axis=0)", "other function"),
        ("return inputs.T.sum(axis=1)", "exchanged axes"),
        ("return inputs.T.sum()", "forgotten option"),
        ("return inputs.T.sum(axis=0, keepdims=True)", "missing reduction"),
        ("self.inputs = self.inputs if 'inputs' in vars(self) else inputs", "stale state"),
        (
            "self.size = vars(type(self)).get('_size') / if self.size is None: / type(self)._size = self.size = size",
            "shared state",
        ),
        ("_result = inputs.T.sum(axis=0) / inputs[...] = 0.5 * inputs / return _result", "damaged argument"),
    ],
)
def test_mutants_are_one_small_change_each(line, operator):
    """Every operator makes the mistake it is named for."""
    assert after(given=["given"])[line] == operator


def test_mutants_are_drawn_once_each_and_leave_the_rest_alone():
    """No two mutants are the same, all of them compile, and a definition that is not changed stays letter for letter."""
    mutants = all_mutants(KEY)
    assert len({mutant.source for mutant in mutants}) == len(mutants)
    for mutant in mutants:
        compile(mutant.source, "mutant", "exec")
    assert all("def given(x):\n    return x + 1" in each.source for each in mutants if each.place != "given")


def test_mutants_leave_out_what_is_given_or_free():
    """Nothing is changed in a given definition, nor in a statement or expression that the contract leaves open."""
    places = {mutant.place for mutant in all_mutants(KEY, ["given", "Kept.forward"], ["2.0 * x", "self.size = size"])}
    assert places == {"double", "Kept.__init__"}


def test_sampled_repeats_with_its_seed():
    """A seed always draws the same mutants, another seed others; a sample larger than all is all."""
    mutants = all_mutants(KEY)
    one, same, other = (sample(mutants, 10, seed) for seed in (1, 1, 2))
    assert one == same != other
    assert len(one) == 10
    assert sample(mutants, 10_000, 1) == mutants


NOTEBOOK = """# %% tags=["cell:1"]
start = 3
### BEGIN SOLUTION
x = start + 1
### END SOLUTION


def f(z):
    kept = z + 2
    ### BEGIN SOLUTION
    return z * z
    ### END SOLUTION
"""


def test_mutants_of_a_notebook_change_only_the_solution():
    """In a notebook only what stands between the marks is changed, be it a statement of a cell or a line of a function."""
    mutants = all_mutants(NOTEBOOK)
    assert {mutant.place for mutant in mutants} == {"statement at line 4", "f"}
    assert all("start = 3\n" in mutant.source and "z + 2" in mutant.source for mutant in mutants)


def test_untouched_has_stubs_in_place_of_solutions():
    """What students receive raises where a solution was."""
    text = strip_solutions(NOTEBOOK)
    assert 'raise NotImplementedError("Task: write it")' in text
    assert "start + 1" not in text and "z * z" not in text
    compile(text, "template", "exec")


KEY_OF_CELLS = """# %%
def f(x):
    return x


# %%
def g(x):
    return 2 * x

y = g(1)
"""


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("return x\n", "return -x\n", ["f"]),
        ("return 2 * x", "return x", ["g"]),
        ("y = g(1)", "y = g(2)", []),
        ("return x\n", "return (x\n", []),
        ("def f(x):", "def f(x):  # the same", []),
    ],
)
def test_changed_places_are_the_definitions_in_which_two_scripts_differ(old: str, new: str, places: list[str]):
    """Cells need no two empty lines between them; a change outside of definitions may concern every check."""
    assert changed_places(KEY_OF_CELLS, KEY_OF_CELLS.replace(old, new)) == places


def test_changed_default_is_told_from_other_changes():
    """A mutant that changes one default, and nothing else, names its argument."""
    key = "def f(x, rate=0.5, *, steps=3):\n    return x * rate + steps\n\n\nclass A:\n    def g(self, eps=1e-8):\n        return eps\n"
    mutants = all_mutants(key)
    named = {mutant.default for mutant in mutants}
    assert named == {None, "rate", "steps", "eps"}
    assert all(mutant.before.count("return") == mutant.after.count("return") for mutant in mutants if mutant.default)
    assert not any("x * rate" not in mutant.after for mutant in mutants if mutant.default in ("rate", "steps"))
