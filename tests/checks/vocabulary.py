"""Makes docs/vocabulary.md from the docstrings; ``python -m tests.checks.vocabulary`` writes it again."""

from __future__ import annotations

import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader import checks
from grader.checks import Notes, Parts, Program, Run, Student, StudentObject

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "vocabulary.md"
SHARED = ROOT / "grader" / "assignments" / "vocabulary"
_SECTION = re.compile(r"(?m)^([A-Z][a-z]+)\n-+$")

HEAD = """\
# The vocabulary of checks

The functions and classes with which checks are written. All of them come from one place:

```python
from grader.checks import expect_close, expect_array, StudentFault, Why
```

This page is made from the docstrings (`python -m tests.checks.vocabulary`), and a test runs every example. The examples run on the answer key of
`backprop` as if a student had handed it in, with these lines at its end:

```python
{extra}```

## The arguments of a check

A check is a function `check_...`; its arguments say what it needs, in any order:

| argument | what it is | in detail |
|---|---|---|
| `student` | the names of the submission | [the submission](#the-submission) |
| `reference` | the answer key, a module: `reference.softmax(x)` | only in the judge |
| `rng` | a `numpy.random.Generator`, the same for every student and known to none | [inputs](#inputs) |
| `parts` | partial credit | [parts and notes](#parts-and-notes) |
| `notes` | things that the report shows besides the verdict | [parts and notes](#parts-and-notes) |
| `settings` | the tables `[settings...]` of `assignment.toml`, as a dict | `settings["training"]["epochs"]` |
| `script` | what the submission printed and drew when it was run | [the run](#the-run) |

## Data and objects

The submission runs in a separate process. A call returns data if possible, and otherwise an object that stays there:

| in the submission | in the check |
|---|---|
| a number, a truth value, `None`, a text, bytes | the same |
| an array or a scalar of NumPy with numbers or truth values | the same type and shape |
| a list, a tuple, a dict with texts as keys, also nested; a `range`, a `deque`, an `array.array` | the same; a `range` is a list |
| a named tuple, or a class derived from list, tuple or dict without its own methods | a tuple, a list, a dict |
| anything else: an instance, a function, a class, a generator, a dict with other keys, an array of objects | a `StudentObject`: its attributes are read and assigned there, and calls are made there |

Data is copied: `array[0] = 1` changes only the check's copy. To see whether an argument was changed, `student.hold` it. If a list or a
dict is an attribute, or a name of the submission, assigning an entry also assigns it in the submission:

```python
>>> net = student.Net()
>>> sorted(net.params)
['W', 'b']
>>> net.params["W"] = np.ones((2, 3))
>>> net.total()
6.0
>>> net.params["w"]
Traceback (most recent call last):
grader.outcomes.StudentFault: `Net().params` has no entry 'w'; its keys are 'W', 'b'.
```

You can pass numbers, texts, arrays of numbers, lists, tuples, dicts, objects of the submission, `student.generator(seed)`, and types: those of
Python, and the types, dtypes and elementwise functions of NumPy. You cannot pass a function of your own.

```python
>>> student.Net(np.float32).params["b"].dtype
dtype('float32')
>>> student.Net(np.dtype("float32")).params["b"].dtype
dtype('float32')
>>> student.applied(np.exp, np.zeros(2))
array([1., 1.])
```

## Inputs

Draw all inputs from `rng`. A part that fails must not change the inputs of another part, neither for the student nor in the recording
for the pre-check at home: give each part that draws its own generator with `rng.spawn`.

```python
>>> first, second = rng.spawn(2)
>>> with parts("small inputs", points=1):
...     inputs = first.standard_normal((4, 3))
...     outputs = expect_close(student.softplus(inputs), reference_softplus(inputs), what="`softplus(x)`")
>>> with parts("large inputs", points=1):
...     inputs = 500.0 * second.standard_normal((2, 5))
...     outputs = expect_close(student.softplus(inputs), reference_softplus(inputs), what="`softplus(x)` for large x")
```

"""

# The most important entries come first.
SECTIONS: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("The submission", "", (Student, StudentObject)),
    (
        "Many steps at once",
        "One request costs little, but a thousand are slow: a program collects steps and runs them with a single request.",
        (Program,),
    ),
    (
        "The run",
        "A figure is a dict with `axes`, and each of these has `title`, `xlabel`, `ylabel`, `texts`, the numbers of `images` and `bars`, "
        "`lines` with `label`, `x` and `y`, and `points` with `label` and `xy`. Figures are data of the submission: check which of these exist.",
        (Run,),
    ),
    ("Parts and notes", "", (Parts, Notes)),
    (
        "Values",
        "Each of these raises a `StudentFault` that tells the student what differs: shape before dtype, dtype before finiteness, and values last.",
        ("expect_close", "expect_array", "expect_number", "expect_unchanged", "expect_kept", "expect_object", "as_array", "as_shape"),
    ),
    (
        "Tolerances",
        "`EXACT` (1e-6 of each entry and 1e-9 of the largest) passes; `ROUGH` (1e-3 and 1e-5) passes with a remark, if the "
        "norm-relative error is also below 1e-4. Pass `exact=` and `rough=` for other tolerances.",
        ("Tolerance", "relative_error"),
    ),
    (
        "Gradients",
        "Compare with the answer key's gradient if there is one: it is exact. Otherwise, central differences of the student's "
        "own function show whether a gradient belongs to it.",
        (
            "central_differences", "expect_differences", "run_forward", "run_backward", "expect_repeated", "expect_repeated_grad",
            "tell_whose_gradient",
        ),
    ),
    ("What must be refused", "", ("expect_value_error", "expect_exception")),
    ("Notebooks", "", ("at_any_moment",)),
    (
        "Faults and words",
        "A check that finds a mistake itself raises a `StudentFault`; an `assert` with a message also works.",
        ("StudentFault", "Why", "ForAPerson", "Evidence", "Diagnosis", "wrong_shape", "shown_shape", "described", "call_label"),
    ),
)  # fmt: skip
TAIL = """\
## What the shipped checks share

The checks of `backprop`, `components` and `autograd` have their own functions, for networks in the form that these assignments ask for. Import them from
`grader.assignments.vocabulary` if your classes have the same names; students get them with the pre-check.

"""
# Objects that an author makes, and the names of others in a check.
MADE = (checks.StudentFault, checks.ForAPerson, checks.Evidence, checks.Diagnosis, checks.Tolerance)
CALLED = {"Student": "student", "StudentObject": "thing", "Program": "program", "Parts": "parts", "Notes": "notes"}
# Types that stand in signatures only.
PLAIN = {"EXACT", "ROUGH", "Deferred", "Floats"}

EXTRA = '''
class Net:
    """A network that keeps its parameters in a dict."""

    def __init__(self, dtype=np.float64):
        self.params = {"W": np.zeros((2, 3), dtype), "b": np.zeros(3, dtype)}

    def total(self):
        """Return the sum of all parameters."""
        return float(sum(value.sum() for value in self.params.values()))


def softplus(x):
    """Return log(1 + exp(x))."""
    return np.logaddexp(0.0, x)


def softplus_grad(x):
    """Return the derivative of softplus."""
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def applied(function, x):
    """Return function(x)."""
    return function(x)


def counting(n):
    """Yield the first n numbers."""
    yield from range(n)


def greet():
    """Print a greeting."""
    print("hello")
'''


def page() -> str:
    """Return the page."""
    parts = [HEAD.format(extra=EXTRA.lstrip("\n")) if "{extra}" in HEAD else HEAD]
    for title, words, entries in SECTIONS:
        parts.append(f"## {title}\n\n" + (f"{textwrap.fill(words, 130, break_on_hyphens=False)}\n\n" if words else ""))
        for entry in entries:
            if isinstance(entry, str):
                parts.append(_entry(entry, getattr(checks, entry)))
            else:
                parts += [_entry(entry.__name__, entry, signature=False), *_methods(entry)]
    parts.append(TAIL)
    parts += [_module(path) for path in sorted(SHARED.glob("*.py")) if path.stem != "__init__"]
    return "".join(parts).rstrip() + "\n"


def described_names() -> set[str]:
    """Return the names of ``grader.checks`` that the page has an entry for."""
    return {entry if isinstance(entry, str) else entry.__name__ for _, _, entries in SECTIONS for entry in entries}


def _methods(kind: type) -> Iterator[str]:
    for name, value in vars(kind).items():
        function = getattr(value, "__func__", value)
        public = not name.startswith("_") or name == "__call__"
        if public and inspect.isfunction(function) and function.__doc__ and ">>>" in function.__doc__:
            yield _entry(f"{CALLED[kind.__name__]}.{name}", function, level=4)


def _entry(name: str, thing: Any, *, level: int = 3, signature: bool = True) -> str:
    head, sections = _parsed(thing)
    shown = f"{name}{_signature(thing)}" if signature and inspect.isfunction(thing) else name
    text = f"{'#' * level} `{shown}`\n\n{head}\n\n"
    for title in ("Parameters", "Attributes", "Returns"):
        # Nobody makes a student or a program.
        if title in sections and (inspect.isfunction(thing) or title == "Attributes" or thing in MADE):
            text += f"{'It returns' + chr(10) * 2 if title == 'Returns' else ''}{_rows(sections[title])}\n"
    if "Examples" in sections:
        text += f"```python\n{sections['Examples']}\n```\n\n"
    return text


def _signature(function: Any) -> str:
    """Return the arguments with their defaults, without types and ``self``."""
    signature = inspect.signature(function)
    kept = [
        each.replace(annotation=inspect.Parameter.empty)
        for each in signature.parameters.values()
        if each.name != "self"
    ]
    return (
        str(inspect.Signature(kept))
        .replace("Tolerance(rtol=1e-06, share=1e-09)", "EXACT")
        .replace("Tolerance(rtol=0.001, share=1e-05)", "ROUGH")
        .replace("6.055454452393343e-06", "STEP")
    )


def _parsed(thing: Any) -> tuple[str, dict[str, str]]:
    """Return the text of a docstring above its sections, and each section."""
    text = inspect.getdoc(thing) or ""
    pieces = _SECTION.split(text)
    sections = dict(zip(pieces[1::2], (piece.strip("\n") for piece in pieces[2::2]), strict=True))
    head = re.sub(r"``([^`]+)``", r"`\1`", pieces[0].strip())
    return re.sub(
        r"(?m)::\n\n((?:    .*\n?|\n)+)",
        lambda found: ":\n\n```python\n" + textwrap.dedent(found[1]).strip() + "\n```\n",
        head,
    ), sections


def _rows(section: str) -> str:
    """Return a section of a docstring as a list."""
    rows = []
    for piece in re.split(r"(?m)^(?=\S)", section):
        name, _, words = piece.partition("\n")
        kind = name.partition(" : ")
        said = " ".join(words.split())
        label = f"`{kind[0]}`" if kind[1] else kind[0]
        rows.append(
            f"- {label}{f' ({kind[2]})' if kind[1] else ''}{f': {said}' if said else ''}" if name.strip() else ""
        )
    return re.sub(r"``([^`]+)``", r"`\1`", "\n".join(filter(None, rows))) + "\n"


def _module(path: Path) -> str:
    """Return what a module of the shared vocabulary offers: a row for each name, and the examples."""
    module = importlib.import_module(f"grader.assignments.vocabulary.{path.stem}")
    text = f"### {path.stem}\n\n{_first(module)}\n\n| name | what it does |\n|---|---|\n"
    examples = []
    for name, thing in vars(module).items():
        own = getattr(thing, "__module__", "") == module.__name__ and not name.startswith("_")
        if own and (inspect.isfunction(thing) or inspect.isclass(thing)):
            text += f"| `{name}` | {_first(thing)} |\n"
            examples += [_parsed(thing)[1]["Examples"]] if "Examples" in _parsed(thing)[1] else []
    return text + "\n" + "".join(f"```python\n{example}\n```\n\n" for example in examples)


def _first(thing: Any) -> str:
    """Return the first paragraph of a docstring on one line."""
    return re.sub(r"``([^`]+)``", r"`\1`", " ".join(_parsed(thing)[0].split("\n\n")[0].split())).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
