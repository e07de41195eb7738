from grader.handout.template.stubs import answer_lines, make_stub
from grader.material.plan import read_plan


def stub_of(folder, module):
    """The stub of one module of an assignment."""
    plan = read_plan(folder)
    return make_stub(module, (plan.answer_key / f"{module}.py").read_text(encoding="utf-8"), plan)


def test_make_stub_keeps_signature_and_docstring_and_nothing_else(small):
    """A class keeps its head, docstrings and public methods; bodies, comments and private names go."""
    _, double = stub_of(small, "doubling").blocks
    assert double.source == (
        "class Double:\n"
        '    """Doubles.\n'
        "\n"
        "    Formula: ``y = 2 * x``\n"
        '    """\n'
        "\n"
        "    def __init__(\n"
        "        self,\n"
        "        factor: int = 2,\n"
        "    ) -> None:\n"
        '        raise NotImplementedError("Task 1.1: write Double.__init__")\n'
        "\n"
        "    def halve(self, values: Iterable[float]) -> np.ndarray:\n"
        '        """Halve every value."""\n'
        '        raise NotImplementedError("Task 1.2: write Double.halve")\n'
        "\n"
        "    def shown(self) -> float:\n"
        '        """Given inside a class that is not."""\n'
        "        return math.pi  # stays"
    )
    assert double.tasks == ("1.1", "1.2")


def test_make_stub_keeps_what_is_given_whole(small):
    """A given class stays with its comments and belongs to no task."""
    given, _ = stub_of(small, "doubling").blocks
    assert given.source == 'class Given:\n    """Stays."""\n\n    # This comment stays.\n    kept = 1'
    assert given.tasks == ()


def test_make_stub_drops_imports_that_only_answers_use(small):
    """Iterator served a private method only; what signatures and given things use stays."""
    stub = stub_of(small, "doubling")
    assert stub.libraries == ("import math", "from collections.abc import Iterable", "import numpy as np")
    assert stub.siblings == ("from .elsewhere import thing",)


def test_make_stub_empties_functions_without_docstring(small):
    """A function keeps its signature alone."""
    work, main = stub_of(small, "run").blocks
    assert work.source == 'def work():\n    raise NotImplementedError("Task 1.2: write work")'
    assert main.source == 'def main() -> None:\n    """Stays."""\n    print(work())'


def test_answer_lines_holds_all_that_was_taken_out(small):
    """Bodies, comments, constants and everything private count as answers; given things do not."""
    plan = read_plan(small)
    lines = answer_lines((plan.answer_key / "doubling.py").read_text(encoding="utf-8"), plan)
    assert lines - {""} == {
        "_SECRET = 42",
        "# The answer begins here.",
        "self.factor = factor",
        "# Halving is multiplying.",
        "return _half(values)",
        "def _hidden(self) -> Iterator[int]:",
        '"""Hidden words."""',
        "yield from range(17, 19)",
        "def _half(values):",
        '"""Private words."""',
        "return np.multiply(list(values), 0.5)",
    }
