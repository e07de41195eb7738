"""What assignment.toml names must be in the answer key, in whatever way a key defines it."""

import pytest

from grader.errors import AssignmentError
from grader.handout.starter import write_assignment
from grader.material.assignment import load_assignment
from grader.material.promised import require_promised

KEY = """

class Layer:
    kind = "layer"

    def __init__(self):
        self.weight, self.bias = 1.0, 0.0

    def forward(self, x):
        return x


class Linear(Layer):
    pass


relu = lambda x: x
try:
    from math import tau
except ImportError:
    tau = 6.28
"""


@pytest.fixture
def folder(tmp_path):
    """A new assignment with more names in its key."""
    folder = tmp_path / "week"
    write_assignment(folder)
    key = folder / "reference" / "exercise.py"
    key.write_text(key.read_text() + KEY)
    return folder


def promised(folder, names):
    """Say that a task asks for names."""
    about = folder / "assignment.toml"
    about.write_text(about.read_text().replace('names = ["softplus"]', f"names = {names}"))
    require_promised(load_assignment(folder))


@pytest.mark.parametrize(
    "name",
    ["Layer", "Layer.forward", "Layer.weight", "Layer.bias", "Layer.kind", "Linear.forward", "Linear.backward", "relu", "tau", "np"],
)  # fmt: skip
def test_name_that_a_key_defines_is_found(folder, name):
    """Functions, methods, attributes, what a block binds; of what a class inherits nothing is known, so it is believed."""
    promised(folder, f'["{name}"]')


@pytest.mark.parametrize(
    ("name", "near"),
    [("Layer.foward", "did you mean 'Layer.forward'?"), ("tua", "did you mean 'tau'?"), ("Layer.x.y", "did you mean 'Layer'?")],
)  # fmt: skip
def test_name_that_a_key_has_not_is_told(folder, name, near):
    """With its line, and the nearest one that is there."""
    with pytest.raises(AssignmentError) as raised:
        promised(folder, f'["softplus", "{name}"]')
    assert str(raised.value) == (
        f"{folder}/assignment.toml, line 14: task '1.1' names {name!r}, which the answer key does not define; {near}"
    )
