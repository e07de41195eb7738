"""Reading finds the entry and says in one sentence each what is wrong, executing nothing."""

import json

import pytest

UNREADABLE = {
    "syntax": (b"x = 1\ndef f(:\n", "crashed", "s001.py, line 2: invalid syntax (`def f(:`)."),
    "print": (b"print 'a'\n", "crashed", "s001.py, line 1: Missing parentheses in call to 'print'. Did you mean print(...)? (`print 'a'`)."),
    "indent": (b"def f():\nx = 1\n", "crashed", "s001.py, line 2: expected an indented block after function definition on line 1 (`x = 1`)."),
    "bracket": (b"x = (1,\n", "crashed", "s001.py, line 1: '(' was never closed (`x = (1,`)."),
    "empty": (b"", "missing", "s001.py is empty."),
    "blank": (b"\xef\xbb\xbf \n\n", "missing", "s001.py is empty."),
    "comments": (b"# nothing yet\n'''later'''\n", "missing", "s001.py holds no code, only comments."),
    "null": (b"x = 1\ny = \x00\n", "crashed", "s001.py holds a null byte in line 2, so it is not text."),
    "utf-16": ("x = 1".encode("utf-16"), "crashed", "s001.py is saved as UTF-16."),
    "latin-1": (b"s = '\xe4'\n", "crashed", "s001.py cannot be read as text: invalid or missing encoding declaration."),
    "unknown": (b"# coding: nonsense\n", "crashed", "s001.py cannot be read as text: unknown encoding: nonsense."),
    "zip": (b"PK\x03\x04abc", "wrong", "s001.py is a zip archive, not Python code."),
}  # fmt: skip


@pytest.mark.parametrize(("content", "why", "message"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_reading_says_why_a_script_cannot_run(session, content, why, message):
    """What keeps a script from running is one sentence, with a hint."""
    reading = session.read({"s001.py": content})
    assert reading["kind"] is None
    (problem,) = reading["problems"]
    assert (problem["why"], problem["message"], problem["file"]) == (why, message, "s001.py")
    assert problem["hint"]


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfx = '\xc3\xa4'\n", b"# coding: latin-1\nx = '\xe4'\n", b"x = 1\r\ny = 2\r\n"]
)
def test_reading_takes_declared_encodings(session, content):
    """A byte-order mark, a declared encoding and Windows line ends are no problem."""
    reading = session.read({"s001.py": content})
    assert (reading["kind"], reading["names"][0], reading["problems"]) == ("script", "x", [])
    assert session.load()["error"] is None


def test_reading_executes_nothing(session):
    """No line of the submission has run after reading."""
    session.read({"s001.py": "open('trace', 'w').close()\n"})
    assert [path.name for path in session.folder.iterdir()] == ["s001.py"]


def test_reading_survives_deep_expressions(session):
    """An expression that is too much for the parser is a problem of that file."""
    reading = session.read({"s001.py": "x = " + "(" * 5000 + ")" * 5000})
    assert (reading["kind"], reading["problems"][0]["why"]) == (None, "crashed")


def test_reading_lists_names_imports_and_the_guard(session):
    """Names bound at the top level, foreign imports and the forbidden among them are listed with file and line."""
    text = (
        "import os, numpy as np\nfrom matplotlib import pyplot\nimport torch.nn\nfrom google.colab import drive\n"
        "def f():\n    import sklearn\nclass A: pass\nx, (y, *z) = 1, (2, 3)\nfor i in []: pass\n"
        "try:\n    import importlib\n    jax = importlib.import_module('jax')\nexcept ImportError:\n    jax = None\n"
        "if '__main__' == __name__:\n    hidden = 1\n"
    )
    reading = session.read({"s001.py": text})
    assert reading["has_main_guard"] is True
    assert reading["names"] == ["A", "f", "i", "jax", "x", "y", "z"]
    assert [entry["module"] for entry in reading["imports"]] == [
        "numpy", "matplotlib", "torch.nn", "google.colab", "sklearn", "jax",
    ]  # fmt: skip
    assert reading["forbidden"] == [
        {"module": "torch.nn", "file": "s001.py", "line": 3},
        {"module": "sklearn", "file": "s001.py", "line": 6},
        {"module": "jax", "file": "s001.py", "line": 12},
    ]


ENTRIES = {
    "main": ({"main.py": "x=1", "other.py": "if __name__ == '__main__': pass"}, "modules", "main.py"),
    "guard": ({"a.py": "x=1", "b.py": "if __name__ == '__main__': pass"}, "modules", "b.py"),
    "two guards": ({"a.py": "if __name__ == '__main__': 1", "b.py": "if __name__ == '__main__': 1"}, "modules", None),
    "notebook": ({"a.ipynb": "NOTEBOOK", "layers.py": "x=1"}, "notebook", "a.ipynb"),
    "one file": ({"only.py": "x=1", "data.csv": "1"}, "script", "only.py"),
    "deeper main": ({"src/main.py": "x=1", "src/a.py": "x=1"}, "modules", "main.py"),
}


@pytest.mark.parametrize(("files", "kind", "entry"), ENTRIES.values(), ids=ENTRIES.keys())
def test_reading_finds_the_entry_of_a_folder(session, files, kind, entry):
    """The entry is the notebook, else main.py, else the only module with a main guard."""
    cells = [{"cell_type": "code", "source": "x = 1", "metadata": {}}]
    text = json.dumps({"nbformat": 4, "nbformat_minor": 0, "metadata": {}, "cells": cells})
    reading = session.read({path: text if value == "NOTEBOOK" else value for path, value in files.items()}, "folder")
    assert (reading["kind"], reading["entry"]) == (kind, entry)


def test_reading_asks_for_one_notebook(session):
    """Two notebooks are not guessed between."""
    reading = session.read({"a.ipynb": "{}", "b.ipynb": "{}"}, "folder")
    assert (reading["kind"], reading["problems"][0]["message"]) == (
        None,
        "The submission holds 2 notebooks: a.ipynb, b.ipynb.",
    )


def test_reading_says_what_is_there_instead_of_code(session):
    """A folder without code is described by what it holds."""
    reading = session.read({"report.pdf": "x"}, "folder")
    assert reading["problems"][0]["message"] == "The submission holds report.pdf, but no .py or .ipynb file."
    assert session.read({}, "folder")["problems"][0]["message"] == "The submission holds no .py or .ipynb file."
