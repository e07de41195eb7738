"""Reading finds the entry and says in one sentence each what is wrong, executing nothing."""

import json
import sys

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
    "two guards": ({"a.py": "if __name__ == '__main__': 1", "b.py": "if __name__ == '__main__': 1"}, "modules", "a.py"),
    "notebook": ({"a.ipynb": "NOTEBOOK", "layers.py": "x=1"}, "notebook", "a.ipynb"),
    "one file": ({"only.py": "x=1", "data.csv": "1"}, "script", "only.py"),
    "deeper main": ({"src/main.py": "x=1", "src/a.py": "x=1"}, "modules", "main.py"),
}


@pytest.mark.parametrize(("files", "kind", "entry"), ENTRIES.values(), ids=ENTRIES.keys())
def test_reading_finds_the_entry_of_a_folder(session, files, kind, entry):
    """The entry is the notebook, else main.py, else a module with a main guard."""
    cells = [{"cell_type": "code", "source": "x = 1", "metadata": {}}]
    text = json.dumps({"nbformat": 4, "nbformat_minor": 0, "metadata": {}, "cells": cells})
    reading = session.read({path: text if value == "NOTEBOOK" else value for path, value in files.items()}, "folder")
    assert (reading["kind"], reading["entry"]) == (kind, entry)


def test_reading_says_what_is_there_instead_of_code(session):
    """A folder without code is described by what it holds."""
    reading = session.read({"report.pdf": "x"}, "folder")
    assert reading["problems"][0]["message"] == "The submission holds report.pdf, but no .py or .ipynb file."
    assert session.read({}, "folder")["problems"][0]["message"] == "The submission holds no .py or .ipynb file."


RIGHT = "def f(x):\n    return x\ndef g(x):\n    return f(x)\n"
STUB = 'def f(x):\n    """Say so."""\n    raise NotImplementedError("Task 1.1")\ndef g(x):\n    raise NotImplementedError\n'
GUARD = "if __name__ == '__main__':\n    print(1)\n"
MANY = "it has written most of what is asked for"
FIRST = "it comes first of those that have written as much"


def notebook(*cells):
    """Return the text of a notebook of these cells."""
    listed = [{"cell_type": "code", "source": cell, "metadata": {}} for cell in cells]
    metadata = {"kernelspec": {"name": "python3", "language": "python"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 0, "metadata": metadata, "cells": listed})


HANDED_IN = {
    "a template with a guard beside it": (
        {"solution.py": RIGHT, "tiny.py": STUB + GUARD}, "script", "solution.py", [f"solution.py was graded: {MANY}. Not graded: tiny.py."],
    ),
    "the template's notebook beside it": (
        {"hw.ipynb": notebook(RIGHT), "tiny.ipynb": notebook(STUB)}, "notebook", "hw.ipynb", [f"hw.ipynb was graded: {MANY}. Not graded: tiny.ipynb."],
    ),
    "an empty notebook beside it": (
        {"hw.ipynb": notebook(RIGHT), "Untitled.ipynb": notebook("")}, "notebook", "hw.ipynb", [f"hw.ipynb was graded: {MANY}. Not graded: Untitled.ipynb."],
    ),
    "the notebook's template and modules": (
        {"tiny.ipynb": notebook(STUB), "modules/main.py": "from work import f\n" + GUARD, "modules/work.py": RIGHT},
        "modules", "modules/main.py", [f"modules/main.py was graded: {MANY}. Not graded: tiny.ipynb."],
    ),
    "a script that its notebook was exported to": (
        {"hw.py": RIGHT, "hw.ipynb": notebook(RIGHT)}, "notebook", "hw.ipynb", [f"hw.ipynb was graded: {FIRST}. Not graded: hw.py."],
    ),
    "a notebook that only shows modules": (
        {"show.ipynb": notebook("from work import f\nf(1)"), "work.py": RIGHT}, "notebook", "show.ipynb", [],
    ),
    "a module that may be tried on its own": (
        {"train.py": "from utils import f\n" + GUARD, "utils.py": RIGHT + GUARD}, "modules", "train.py", [],
    ),
    "a program without a guard": ({"train.py": "import work\nprint(work.f(1))\n", "work.py": RIGHT}, "modules", "train.py", []),
    "modules without a program": ({"a.py": "def f(x):\n    return x\n", "b.py": "def g(x):\n    return x\n"}, "modules", None, []),
    "what an editor keeps of former states": (
        {"hw.py": RIGHT, ".history/hw_1.py": RIGHT, ".history/old.py": "x = 1", ".vs/hw.ipynb": notebook(RIGHT)}, "script", "hw.py", [],
    ),
    "nothing but a hidden file": ({".hw.py": RIGHT}, "script", ".hw.py", []),
    "a copy": ({"hw.py": RIGHT, "hw - Copy.py": RIGHT}, "script", "hw.py", [f"hw.py was graded: {FIRST}. Not graded: hw - Copy.py."]),
    "a half finished copy": (
        {"hw.py": RIGHT, "old/hw.py": RIGHT.partition("def g")[0]}, "script", "hw.py", [f"hw.py was graded: {MANY}. Not graded: old/hw.py."],
    ),
    "a file that is broken beside the template": (
        {"hw.py": RIGHT + "def broken(:\n", "tiny.py": STUB}, None, "hw.py", [f"hw.py was graded: {MANY}. Not graded: tiny.py."],
    ),
    "two programs that share nothing": (
        {"linear.py": GUARD, "xor.py": GUARD, "work.py": RIGHT}, "modules", "xor.py", ["xor.py was run as the program. Not run: linear.py."],
    ),
    "the whole zip of the students, worked on in the modules": (
        {
            "precheck.py": "FOLDER = 'precheck_files'\n" + RIGHT, "precheck_files/grader/a.py": RIGHT, "tiny.py": STUB + GUARD,
            "tiny.ipynb": notebook(STUB), "modules/main.py": "from work import f\n" + GUARD, "modules/work.py": RIGHT, "README.md": "x",
        },
        "modules", "modules/main.py", [f"modules/main.py was graded: {MANY}. Not graded: tiny.ipynb, tiny.py."],
    ),
    "the whole zip of the students, worked on in the script": (
        {
            "precheck.py": "FOLDER = 'precheck_files'\n" + RIGHT, "tiny.py": RIGHT + GUARD, "tiny.ipynb": notebook(STUB),
            "modules/main.py": "from work import f\n" + GUARD, "modules/work.py": STUB,
        },
        "script", "tiny.py", [f"tiny.py was graded: {MANY}. Not graded: modules/main.py, tiny.ipynb."],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "kind", "entry", "remarks"), HANDED_IN.values(), ids=HANDED_IN.keys())
def test_reading_takes_what_has_written_most(session, files, kind, entry, remarks):
    """Of several files that could be meant, the one that has written most of what is asked for is graded, and a remark says so."""
    reading = session.read(files, "folder", names=["f", "g"])
    assert (reading["kind"], reading["entry"], reading["remarks"]) == (kind, entry, remarks)


def test_reading_takes_the_file_that_is_asked_for(session):
    """Whoever grades may choose another file; one that is not there is told with those that are."""
    files = {"hw.py": RIGHT, "tiny.py": STUB, "hw.ipynb": notebook(RIGHT)}
    reading = session.read(files, "folder", names=["f"], entry="tiny.py")
    chosen = "tiny.py was graded, because the person who graded this has chosen it."
    assert (reading["kind"], reading["entry"], reading["remarks"]) == ("script", "tiny.py", [chosen])
    reading = session.read(files, "folder", names=["f"], entry="other.py")
    assert (reading["kind"], reading["problems"][0]["message"]) == (
        None,
        "There is no file other.py to grade; the submission holds hw.ipynb, hw.py, tiny.py.",
    )


PLACES = {
    "beside the program": ({"code/main.py": "{}", "code/data.csv": "3", "report.md": "x"}, "data.csv"),
    "one level up": ({"code/main.py": "{}", "data/data.csv": "3"}, "../data/data.csv"),
    "one level up, started from there": ({"code/main.py": "{}", "data/data.csv": "3"}, "data/data.csv"),
    "a file one level up, started from there": ({"code/main.py": "{}", "data.csv": "3"}, "data.csv"),
    "two levels up": ({"code/inner/main.py": "{}", "data.csv": "3"}, "data.csv"),
    "beside a notebook": ({"notebooks/hw.ipynb": "{}", "notebooks/data.csv": "3", "report.md": "x"}, "data.csv"),
    "above a notebook": ({"notebooks/hw.ipynb": "{}", "data/data.csv": "3"}, "../data/data.csv"),
}


@pytest.mark.parametrize(("files", "name"), PLACES.values(), ids=PLACES.keys())
def test_reading_runs_a_program_in_its_own_folder(session, files, name):
    """A program finds the data beside it and above it, however it was started at home."""
    text = f"value = float(open({name!r}).read())\ndef f():\n    return value + float(open({name!r}).read())\n"
    program = next(path for path, content in files.items() if content == "{}")
    session.read(files | {program: notebook(text) if program.endswith(".ipynb") else text}, "folder", names=["f"])
    assert session.load()["error"] is None
    with session.check() as check:
        assert check.call("f") == 6.0


HIDDEN = {
    "def main():\n    def f(x):\n        return x\n": "inside `main()` (line 2 of s001.py)",
    "x = 1\nif __name__ == '__main__':\n    def f(x):\n        return x\n": "below `if __name__ == ...` (line 3 of s001.py)",
    "class Tools:\n    def f(x):\n        return x\n": "inside the class `Tools` (line 2 of s001.py)",
}


@pytest.mark.parametrize("text", HIDDEN)
def test_reading_finds_names_that_nobody_outside_sees(session, text):
    """A name that is defined only inside something is told with the place."""
    session.read({"s001.py": text}, names=["f"])
    session.load()
    with session.check() as check:
        reply = check.ask("call", on=0, name="f", args=[1], kwargs={})
    assert (reply["missing"], reply["inside"]) == ("f", HIDDEN[text])


NEWER = {
    "x = f'{d['a']}'\n": (3, 12),
    "type Vector = list[float]\n": (3, 12),
    "def f[T](x: T) -> T:\n    return x\n": (3, 12),
    "class Box[T]:\n    pass\n": (3, 12),
    "x = t'{y}'\n": (3, 14),
    "try:\n    pass\nexcept ValueError, TypeError:\n    pass\n": (3, 14),
}


@pytest.mark.parametrize("text", NEWER)
def test_reading_tells_syntax_of_a_newer_python(session, text):
    """Code that a newer Python takes is told so, with the version here; a newer Python takes it."""
    reading = session.read({"s001.py": text})
    here, wanted = (".".join(map(str, version[:2])) for version in (sys.version_info, NEWER[text]))
    if sys.version_info >= NEWER[text]:
        assert reading["problems"] == []
    else:
        assert reading["problems"][0]["hint"] == (
            f"This is syntax of Python {wanted}; here it is Python {here}. Write it as Python {here} has it."
        )


LINEAR = "from data import generate_linear\nx, y = generate_linear(100)\nprint(x)\n"
XOR = "from data import generate_XOR_easy\nx, y = generate_XOR_easy()\nprint(x)\n"
DATA = "def generate_linear(n):\n    return n, n\ndef generate_XOR_easy():\n    return 0, 0\n"


@pytest.mark.parametrize(
    ("files", "programs"),
    [
        ({"linear.py": "print(1)", "XOR.py": "print(2)"}, ["linear.py", "XOR.py"]),
        ({"b.py": LINEAR, "a.py": XOR, "data.py": DATA}, ["b.py", "a.py"]),
        ({"one.py": DATA + LINEAR[33:], "two.py": DATA + XOR[35:]}, ["one.py", "two.py"]),
        ({"1.py": "print(1)", "2.py": "print(2)", "README.md": "`1.py`: XOR\n`2.py` is linear"}, ["2.py", "1.py"]),
        ({"old.py": LINEAR + XOR, "new.py": LINEAR + XOR, "data.py": DATA}, []),
        ({"linear.py": "print(1)", "train.py": LINEAR + XOR, "data.py": DATA}, []),
        ({"main.py": LINEAR, "data.py": DATA}, []),
    ],
)
def test_one_program_for_each_run_is_found_where_that_is_plain(session, files, programs):
    """Names of files, the data that a program gets, and a README say what it is about; all runs must have one, else there are none."""
    reading = session.read(files, "folder", about=["linear", "xor"])
    assert reading["programs"] == programs
    assert reading["entry"] in (programs or [reading["entry"]])
    told = [f"These programs were run one after the other: {', '.join(programs)}."] if programs else []
    assert [remark for remark in reading["remarks"] if remark.startswith("These programs")] == told


def test_the_program_may_be_called_otherwise_and_lie_in_a_folder(session):
    """What the assignment calls its program comes before `main.py` and before what has a main guard, wherever the folder lies."""
    files = {"a/src/train.py": "import layers\n", "a/src/layers.py": "x = 1\n", "a/main.py": "from src import layers\n"}
    assert session.read(files | {"b.txt": ""}, "folder", usual="src/train.py")["entry"] == "a/src/train.py"
    assert session.read(files | {"b.txt": ""}, "folder")["entry"] == "a/main.py"


HINTS = {
    "x = 1\n<<<<<<< HEAD\nx = 2\n=======\nx = 3\n>>>>>>> main\n": (
        "Keep one of the two versions, remove the lines that begin with <<<<<<<, ======= and >>>>>>>, and run it once."
    ),
    ">>> x = 1\n": "Remove the `>>>` and `...` that were copied from a Python prompt.",
    "In [1]: import math\n": "Remove the `In [1]:` that was copied from a notebook; copy the code alone.",
    "```python\nx = 1\n```\n": "Remove the lines with ```; they mark code in a text, and are no code.",
    "<html><body>x = 1</body></html>\n": "This is a text document or a web page; save the code itself as plain text.",
    "{\\rtf1 x = 1}\n": "This is a text document or a web page; save the code itself as plain text.",
    "x = \u201ca\u201d\n": (
        "A character here only looks like the one that Python wants, as a text program puts it in; type it again with an English keyboard."
    ),
    "print\uff08'\u597d'\uff09\n": (
        "A character here only looks like the one that Python wants, as a text program puts it in; type it again with an English keyboard."
    ),
    "x = ('\uff08'\n": "Close the bracket, or look for one too many before it.",
}


@pytest.mark.parametrize("text", HINTS)
def test_reading_tells_what_was_copied_along_with_the_code(session, text):
    """Marks of Git, prompts, fences and characters of text programs are told as what they are."""
    (problem,) = session.read({"s001.py": text})["problems"]
    assert problem["hint"] == HINTS[text]


def test_reading_tells_a_notebook_with_marks_of_git(session):
    """A merge conflict in a notebook is told with its line."""
    text = '{\n "cells": [],\n<<<<<<< HEAD\n "nbformat": 4\n=======\n "nbformat": 4\n>>>>>>> main\n}\n'
    (problem,) = session.read({"s001.ipynb": text})["problems"]
    assert problem["message"] == "s001.ipynb holds marks of a merge conflict of Git, the first one before or in line 3."
    assert problem["hint"].startswith("Keep one of the two versions")


@pytest.mark.parametrize("number", ['"nbformat": "4", ', ""])
def test_reading_takes_a_notebook_without_its_number(session, number):
    """Cells are cells, whatever number of format stands beside them."""
    cell = '{"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": []}'
    reading = session.read({"s001.ipynb": f'{{{number}"cells": [{cell}], "metadata": {{}}}}'})
    assert (reading["kind"], reading["names"], reading["problems"]) == ("notebook", ["x"], [])


def test_reading_tells_utf_16_from_utf_32(session):
    """Their marks begin alike."""
    for encoding in ("utf-16", "utf-32"):
        (problem,) = session.read({"s001.py": "x = 1\n".encode(encoding)})["problems"]
        assert problem["message"] == f"s001.py is saved as {encoding.upper()}."


F, G, H = "def f():\n    return 1\nn = 1", "def g():\n    return 1 / 0", "def g():\n    raise NotImplementedError"


def test_reading_joins_notebooks_for_different_tasks(session):
    """One notebook for each task is one work, in the order of the names; a message names the cell of the right one."""
    reading = session.read(
        {"q2.ipynb": notebook("n = 2", G, "g()"), "q1.ipynb": notebook(F), "try.ipynb": notebook("1")},
        names=["f", "g", "n"],
    )
    assert (reading["entry"], reading["remarks"]) == (
        "q1.ipynb",
        ["q1.ipynb was graded: it has written most of what is asked for. Not graded: try.ipynb.", "These notebooks were run one after the other: q1.ipynb, q2.ipynb."],
    )  # fmt: skip
    loading = session.load()
    assert [frame["file"] for frame in loading["error"]["frames"]] == ["cell 3 of q2.ipynb", "cell 2 of q2.ipynb"]
    with session.check() as check:
        assert check.call("f") == 1


@pytest.mark.parametrize("other", [notebook(F, G), notebook(H), notebook(G, "def f():\n    pass")])
def test_reading_joins_no_notebook_with_the_same_task(session, other):
    """A copy, a template and another version stay aside."""
    reading = session.read({"a.ipynb": notebook(F, G, "x = 1"), "b.ipynb": other}, names=["f", "g"])
    assert (reading["entry"], len(reading["remarks"])) == ("a.ipynb", 1)
    assert "Not graded: b.ipynb" in reading["remarks"][0]
