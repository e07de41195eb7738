"""Everything that processes a student's text takes time proportional to its length, for any text.

The tests compare CPU time of this process, never wall-clock time. For 8,000 characters, a linear expression takes less
than a thousandth of the time of a quadratic one, so the bounds are wide.
"""

import ast
import importlib
import json
import re
import sys
import time

import pytest

from tests.grading import PROJECT

sys.path.append(str(PROJECT / "grader" / "inside"))

from _child.answers import find_answers
from _child.cells import cell_sources, read_notebook
from _child.escapes import python_of
from _child.outputs import Budget, CellOutputs
from _child.plain import install

from grader.assignments.vocabulary.printed import printed_sets
from grader.checks.labels import cut, described
from grader.record.markdown import harmless
from grader.record.notebook import executed_notebook
from grader.report.plain_md import fenced, prose
from grader.report.text import excerpt, short, visible
from grader.written.answers import state_of

LENGTH = 8_000
# A linear pass over LENGTH characters never takes this long; a quadratic one always does.
SECONDS = 0.03
# If it takes longer, four times the text may take at most this many times as long; a quadratic pass takes 16 times.
GROWTH = 10.0

# These read only authors' and our own text.
TRUSTED = ("audit", "handout", "material", "trusted", "autograd", "backprop", "components", "layers")
PUMPS = (
    *(" ", "\n", "\t", " \n", "0", "9.", "a", "A_", "x1", ".", "..", "-", "=", "==", ":", "|", "#", "# ", "`", "'", '"', "\\", "\x00", "~"),
    *("<", "<!--", "<a", "</", "![", "](", "]:", "[", "(", "((", "[[", "](javascript:", "&#", "\u0301", "\u202e", "é"),
    *("-n1", "-t", " -n 1", "0x", "0xabcdef", "answer ", "answer", "%", "%%", "!", "?", "@", "e+", "1e", "+1", "^", "*", "**", "__"),
    *("Iter", "Iter: ", "Iter: 0", "Iter: 0 | ", "Iter: 0 | Ground truth", "Predict", "loss=", "loss", "loss=1 ", "accuracy", "np.float6"),
)  # fmt: skip
BEFORE = (
    *("", "#", "# answer", "%%time", "Iter", "Iter: 0 | Ground truth", "Iter: 0 | Ground truth: 1 | Predict", "loss", "loss=1"),
    *("Iter: 0 | Ground truth: [", "loss=[1] accuracy=", "print", "points ", "`", "<!--", "x=", "con."),
)  # fmt: skip


def patterns():
    """Return every regular expression of the product that is a constant, or is kept in a module imported here."""
    found = {}
    for path in sorted((PROJECT / "grader").rglob("*.py")):
        if not set(path.relative_to(PROJECT / "grader").parts) & set(TRUSTED):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            anchored = _anchored(tree)
            for node in ast.walk(tree):
                if _is_of_re(node) and isinstance(node.args[0], ast.Constant):
                    value, flags = node.args[0].value, ("IGNORECASE", "DOTALL", "MULTILINE")
                    value = value.decode("latin-1") if isinstance(value, bytes) else value
                    # A pattern given to `re.match` is anchored at the beginning.
                    is_anchored = node.func.attr in ("match", "fullmatch") or node in anchored
                    if is_anchored and not re.match(r"\(\?[a-zA-Z]+\)", value):
                        value = rf"\A(?:{value})"
                    found[value, sum(getattr(re, flag) for flag in flags if flag in ast.unparse(node))] = path.name
    for name in (
        "grader.assignments.vocabulary.printed",
        "grader.report.text",
        "grader.record.markdown",
        "grader.record.notebook",
    ):
        module = importlib.import_module(name)
        for value in vars(module).values():
            if isinstance(value, re.Pattern):
                found[value.pattern, value.flags & ~re.UNICODE] = name
    return [re.compile(*key) for key in found]


def _anchored(tree):
    """Return the calls that compile an expression used in its module only by `match` and `fullmatch`."""
    made = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_of_re(node.value):
            made[node.targets[0].id] = node.value
    used = {name: set() for name in made}
    others = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in used:
            used[node.value.id].add(node.attr)
            others.add(node.value)
    named = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in others
    }
    return {
        made[name]
        for name, methods in used.items()
        if methods and methods <= {"match", "fullmatch"} and name not in named
    }


def _is_of_re(node):
    function = getattr(node, "func", None)
    owner = getattr(function, "value", None)
    return isinstance(function, ast.Attribute) and isinstance(owner, ast.Name) and owner.id == "re" and node.args


def seconds(function, text):
    """Return the shortest CPU time of a few calls."""
    least = float("inf")
    for _ in range(3):
        begun = time.process_time()
        function(text)
        least = min(least, time.process_time() - begun)
        if least < SECONDS or least > 1.0:
            break
    return least


def expect_linear(function, before, pump, length=LENGTH, behind=""):
    """Require that a text of this kind takes hardly any time, or time proportional to its length."""

    def text(characters):
        return before + pump * (characters // len(pump)) + behind

    function(text(100))  # for imports and compilation at first use
    took = seconds(function, text(length))
    if took >= SECONDS:
        longer = seconds(function, text(4 * length))
        assert longer < GROWTH * took, f"{before!r} + {pump!r} * n took {took:.3f} s, four times as much {longer:.3f} s"


@pytest.mark.parametrize("pattern", patterns(), ids=lambda pattern: re.sub(r"[^\w]+", "-", pattern.pattern)[:40])
def test_expressions_are_linear(pattern):
    """No regular expression applied to a student's text takes more than linear time, for any repetition in the text."""

    def everywhere(text):
        pattern.match(text)
        pattern.sub("", text)

    # A prefix matters only to an expression that contains one of its words.
    for before in (
        one for one in BEFORE if not one or any(word in pattern.pattern for word in re.findall(r"[\w`<#]+", one))
    ):
        for pump in PUMPS:
            expect_linear(everywhere, before, pump)


def test_expressions_are_found():
    """The tested expressions include those of every package that reads students' text."""
    tried = "\n".join(pattern.pattern for pattern in patterns())
    for part in ("Ground", "accuracy", "answer", "%%time", "0x[0-9a-fA-F]", "mermaid", "href", r"\s*+print\s++"):
        assert part in tried


def test_a_quadratic_expression_is_noticed():
    """The bounds are narrow enough: a pass over the text for each of its characters is rejected."""
    with pytest.raises(AssertionError, match="four times as much"):
        expect_linear(re.compile(r"\s*x").search, "", " ")


def notebook(source, kind="code"):
    """Return the bytes of a notebook with one cell."""
    metadata = {"kernelspec": {"name": "python3"}}
    cells = [{"cell_type": kind, "source": source, "metadata": {}}]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells}).encode()


def read(source):
    """Read a cell as the child does."""
    return cell_sources(read_notebook("s.ipynb", notebook(source)))


def written(source):
    """Look for an answer in a Markdown cell and in a file."""
    found = read_notebook("s.ipynb", notebook(source, "markdown"))
    return find_answers(["1", "2.b"], found, {"answers.md": source.encode()})


def executed(text):
    """Write an executed notebook that printed this."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": text, "data": None}]
    fields = {"cell_type": "code", "source": text, "tags": [], "error": None, "outputs": outputs, "execution_count": 1}
    return executed_notebook({"cells": [fields, fields | {"cell_type": "markdown"}]})


def printed(text):
    """Capture a cell's output piece by piece."""
    outputs = CellOutputs(Budget())
    for character in text[:5000]:
        outputs.print("stdout", character)
    outputs.print("stdout", text)
    return outputs.items()


def at_home(text):
    """Remove the commands of a cell, as if IPython were not installed."""
    return install(lambda remark: None).transform_cell(text)


WHOLE = {
    "printed lines": printed_sets,
    "a text in a message": lambda text: (cut(text), described(text), short(text)),
    "a text on a page": lambda text: (excerpt(text), visible(text)),
    "Markdown": harmless,
    "a message in Markdown": lambda text: (prose(text), fenced(text)),
    "an executed notebook": executed,
    "what a cell prints": printed,
    "a cell that is read": read,
    "an answer": lambda text: (written(text), state_of(text, "Write here.")),
    "a cell at home": at_home,
}


@pytest.mark.parametrize("function", WHOLE.values(), ids=WHOLE.keys())
@pytest.mark.parametrize(
    "line",
    [
        "",
        "!ls",
        "%x",
        "a?",
        "x = !ls",
        "'''",
        "(",
        "\\",
        "Iter: 0 | Ground truth",
        "## 1",
        "<!--",
        "\r",
        "```",
        "loss=[",
        "    if x:",
    ],
)
def test_whole_passes_are_linear(function, line):
    """Reading, printing and showing a student's text takes linear time, even if one line is repeated many times."""
    expect_linear(function, "x", f"{line}\n", length=3000)


COMMANDS = """\
x = 1
!ls -l
%matplotlib inline
values = !cat a.txt
text = '''
!not a command
'''
total = (1
    % 2)
if x:
    !echo "a \\
    b"
    y = %who_ls
z = 7 \\
    % 4
x?
print("a # b", '!c') # !d
"""


def test_commands_are_translated_as_by_ipython():
    """A cell too long for IPython is translated by our own code, line by line, to the same calls."""
    from IPython.core.inputtransformer2 import TransformerManager

    theirs = TransformerManager().transform_cell(COMMANDS)
    ours = python_of(COMMANDS * 30, lambda text: pytest.fail("the cell is long"))
    ast.parse(ours)
    assert ast.dump(ast.parse(ours)) == ast.dump(ast.parse(theirs * 30))
    assert python_of(COMMANDS, lambda text: theirs) == theirs


@pytest.mark.parametrize("magic", ["%%time\nx = 1\n", "%%capture out\nx = 1\n", "%%writefile a.txt\n!x\n"])
def test_cell_magics_of_long_cells_stay_one_call(magic):
    """A cell that belongs to a cell magic is passed to it unchanged."""
    from IPython.core.inputtransformer2 import TransformerManager

    text = magic + "!ls\n" * 200
    assert python_of(text, lambda text: pytest.fail("the cell is long")) == TransformerManager().transform_cell(text)


def test_a_long_cell_of_plain_python_stays_as_it_is():
    """Plain Python is not changed, even if its strings and comments look like commands."""
    text = "x = '''\n" + "!ls\n" * 500 + "'''  # %y\ny = 7 % 2\n"
    assert python_of(text, lambda text: pytest.fail("the cell is long")) == text
