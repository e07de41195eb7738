"""Right work that was written for another computer, and packed as nobody expects, keeps its points in the real fence."""

import gzip
import json
import shutil

import pytest

from tests.grading import RIGHT, TINY, grade, write_class

PARTS = RIGHT.partition("if __name__")[0]
LINE = "print(21 * 2)\n"


def book(*cells):
    """Return a notebook of cells with code, as a text."""
    entries = [
        {"cell_type": "code", "metadata": {}, "source": cell, "outputs": [], "execution_count": None} for cell in cells
    ]
    return json.dumps(
        {
            "cells": entries,
            "metadata": {"kernelspec": {"name": "python3", "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


UP = "import os\nos.makedirs('../out/a', exist_ok=True)\nopen('../out/a/x.txt', 'w').close()\nassert open('../out/a/x.txt').read() == ''\n"
PATH = "import pathlib\npathlib.Path('../out').mkdir(exist_ok=True)\npathlib.Path('../out/x.txt').write_text('1')\n"
WRITES = "".join(
    f"open({name!r}, 'w').write('1')\nassert open({name!r}).read() == '1'\n"
    for name in ("/content/drive/MyDrive/hw1/x.txt", "/tmp/x.txt", "D:/hw1/x.txt", "/srv/kim/x.txt")
)
MAKES = "import os\nos.makedirs('/content/drive/MyDrive/out', exist_ok=True)\nopen('/content/drive/MyDrive/out/x.txt', 'w').close()\n"
LOGS = "import logging\nlogging.basicConfig(level=logging.INFO, format='%(message)s')\n"
MARIMO = (
    "import marimo\napp = marimo.App()\n@app.cell\ndef _(double):\n    print(double(21))\n    return\n"
    "@app.cell\ndef _(np):\n    def double(x):\n        return 2 * x\n    def total(x, axis):\n        return np.sum(x, axis=axis)\n"
    "    return double, total\n@app.cell\ndef _():\n    import numpy as np\n    return (np,)\nif __name__ == '__main__':\n    app.run()\n"
)
GUARD = "if __name__ == '__main__':\n    "
TWICE = f"{PARTS}def twice(x):\n    return 2 * x\n{GUARD}"
SPAWNS = {
    "spawned": "import multiprocessing as mp\nmp.set_start_method('spawn')\n" + TWICE
    + "with mp.Pool(2) as pool:\n        print(pool.map(twice, [21])[0])\n",
    "served": "import multiprocessing as mp\n" + TWICE.replace("return 2 * x", "print(2 * x, flush=True)")
    + "each = mp.get_context('forkserver').Process(target=twice, args=(21,))\n    each.start()\n    each.join()\n",
    "executed": "import multiprocessing as mp\nfrom concurrent.futures import ProcessPoolExecutor\n" + TWICE
    + "with ProcessPoolExecutor(2, mp_context=mp.get_context('spawn')) as pool:\n        print(pool.submit(twice, 21).result())\n",
    "shares": "from multiprocessing import shared_memory\n" + PARTS + GUARD
    + "m = shared_memory.SharedMemory(create=True, size=8)\n    m.buf[0] = 42\n    print(m.buf[0])\n    m.close()\n    m.unlink()\n",
    "spawned_in_a_check": "import multiprocessing as mp\n"
    + RIGHT.replace("    return 2.0 * x", "    with mp.get_context('spawn').Pool(2) as pool:\n        return np.array(pool.map(twice, list(x)))")
    + "def twice(x):\n    return 2 * x\n",
}  # fmt: skip
KEEPS = (
    "import sqlite3, shelve\nkept = sqlite3.connect('log.db')\nkept.execute('pragma journal_mode=wal')\n"
    "kept.execute('create table if not exists loss (value real)')\nkept.execute('insert into loss values (1)')\nkept.commit()\n"
    "assert sqlite3.connect('file:log.db?mode=ro', uri=True).execute('select * from loss').fetchone() == (1,)\n"
    "assert sqlite3.connect(':memory:', 5.0, 0, None, True, sqlite3.Connection, 100, False).execute('select 2').fetchone() == (2,)\n"
    "with shelve.open('cache') as cache:\n    cache['a'] = 1\n"
)
ON_WINDOWS = (
    "import ctypes, os\nfrom ctypes import windll\nctypes.windll.shcore.SetProcessDpiAwareness(1)\n"
    "windll.kernel32.SetConsoleMode(windll.kernel32.GetStdHandle(-11), 7)\nos.getlogin()\n"
)


def text_of_chunks(head, begin, *cells):
    """Return a notebook that is a text of Markdown."""
    return head + "\n# A title\n\n" + "\n\nWords.\n\n".join(f"{begin}\n{cell.rstrip()}\n```" for cell in cells) + "\n"


RMD = "---\ntitle: hw\n---\n```{r setup}\nlibrary(reticulate)\n```\n"
QUARTO = text_of_chunks(
    "---\njupyter: python3\n---", "```{python}", f"#| label: a\n%matplotlib inline\n{PARTS}", f"#| echo: false\n{LINE}"
)
UNUSED = "\n```{python}\n#| eval: false\nraise SystemExit(1)\n```\n\n```python\nnot a chunk\n```\n"
MYST = text_of_chunks(
    "---\nkernelspec:\n  name: python3\n---", "```{code-cell} ipython3", f":tags: [a]\n\n{PARTS}", LINE
)
PLAIN_MD = text_of_chunks("---\njupyter:\n  jupytext:\n    formats: md\n---", "```python", PARTS, LINE)
FILES = {
    "markdown.Rmd": text_of_chunks(RMD, "```{python parts, echo=FALSE}", PARTS, LINE),
    "quarto.qmd": QUARTO + UNUSED,
    "windows.qmd": "\ufeff" + QUARTO.replace("\n", "\r\n"),
    "myst.md": MYST,
    "jupytext.md": PLAIN_MD,
    "no_zip.zip": RIGHT,
    "starts.ipynb": book(f"%%writefile main.py\n{RIGHT}", "!python3 -u ./main.py --epochs 3"),
    "stops.ipynb": book(PARTS, "%%writefile main.py\nprint(21 * 2)\nraise SystemExit('done')", "!python main.py"),
    "moves.ipynb": book(
        f"%mkdir src\n%cd src\nopen('layers.py', 'w').write({PARTS!r})",
        f"from layers import double, total\n%cd ..\n%cd /content/hw\nopen('src/layers.py').close()\n{LINE}",
    ),
    "forgets.ipynb": book(PARTS, LINE, "%reset -f"),
    "looks_back.ipynb": book(PARTS, "21 * 2", "print(_2 if Out[2] == _2 else 0)"),
    "nests.ipynb": book(f"import nest_asyncio\nnest_asyncio.apply()\n{PARTS}", LINE),
}
SCRIPTS = {
    **SPAWNS,
    "keeps": KEEPS + RIGHT,
    "on_windows": ON_WINDOWS + RIGHT,
    "at_the_end": f"import atexit\n{PARTS}{GUARD}atexit.register(print, 42)\n",
    "writes": WRITES + RIGHT,
    "makes": MAKES + RIGHT,
    "leaves": RIGHT + "import os\nos._exit(0)\n",
    "logs": LOGS + RIGHT.replace("print(21 * 2)", "logging.info('42')"),
    "marimo": MARIMO,
    "up": UP + RIGHT,
    "path": PATH + RIGHT,
    "none": "open('../x.txt', 'w').close()\n" + RIGHT,
}
FOLDERS = {
    "package": {
        "hw1/parts.py": PARTS,
        "hw1/main.py": f"from hw1.parts import double, total\nif __name__ == '__main__':\n    {LINE}",
    },
    "report": {
        "parts.py": PARTS,
        "main.py": f"from parts import double, total\nif __name__ == '__main__':\n    {LINE}",
        "report.ipynb": book("from main import *"),
    },
    "runs": {"parts.py": PARTS, "hw.ipynb": book("%run parts.py", LINE)},
    "runs_another": {"parts.ipynb": book(PARTS), "hw.ipynb": book("%run parts.ipynb", LINE)},
    "tasks": {
        "2.ipynb": book("import numpy as np\ndef total(x, axis):\n    return np.sum(x, axis=axis)", LINE),
        "1.ipynb": book("def double(x):\n    return 2.0 * x"),
    },
    "imports": {"parts.py": PARTS, "hw.ipynb": book("import parts", f"parts.double(1.0)\n{LINE}")},
    "acts": {"parts.py": PARTS, "run_it.py": f"from parts import double, total\nif True:\n    {LINE}"},
    "downloaded_twice": {"main (1).py": f"from parts import double, total\n{GUARD}{LINE}", "parts (1).py": PARTS},
    "imports_a_notebook": {
        "hw.ipynb": book("!pip install import-ipynb\nimport import_ipynb\nfrom parts import double, total", LINE),
        "lib/parts.ipynb": book(f"%matplotlib inline\n{PARTS}"),
    },
    "imports_all_of_one": {"hw.ipynb": book("from ipynb.fs.full.parts import *", LINE), "parts.ipynb": book(PARTS)},
    "imports_definitions": {
        "hw.ipynb": book("from ipynb.fs.defs.parts import double, total", LINE),
        "parts.ipynb": book(PARTS, "raise SystemExit(1)"),
    },
    "uses_notebooks": {
        "hw.ipynb": book(
            "import nbimporter, parts",
            f"def double(x):\n    return parts.double(x)\ndef total(x, axis):\n    return parts.total(x, axis)\n{LINE}",
        ),
        "parts.ipynb": book("import more\n" + PARTS.replace("2.0", "more.TWO"), "raise SystemExit(1)"),
        "more.ipynb": book("TWO = 2.0"),
    },
    "program_imports_a_notebook": {
        "main.py": f"import import_ipynb\nfrom parts import double, total\n{GUARD}{LINE}",
        "parts.ipynb": book(f"%matplotlib inline\n{PARTS}"),
    },
    "reads_a_notebook": {
        "hw.ipynb": book(
            "import nbformat\nfor cell in nbformat.read('parts.ipynb', as_version=4).cells:\n    exec(cell.source)",
            LINE,
        ),
        "parts.ipynb": book(PARTS),
    },
    "below_src": {
        "src/hw/__init__.py": "",
        "src/hw/parts.py": PARTS,
        "src/hw/__main__.py": "from hw.parts import double\nprint(int(double(21)))\n",
    },
    "takes_modules": {"hw.qmd": QUARTO.replace(PARTS.rstrip(), "from parts import double, total"), "parts.py": PARTS},
    "reports": {"hw.py": RIGHT, "report.Rmd": text_of_chunks(RMD, "```{python}", PARTS.replace("2.0", "3.0"))},
    "old": {"hw.py": RIGHT, "hw_old.py": RIGHT.replace("def total(", "def total((")},
}


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """The records of a class of right work."""
    folder = write_class(tmp_path_factory.mktemp("class"), **SCRIPTS)
    for student, files in FOLDERS.items():
        for path, text in files.items():
            (folder / student / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / student / path).write_text(text)
    for name, text in FILES.items():
        (folder / name).write_text(text, newline="")
    served = f"import multiprocessing\n{PARTS}{GUARD}multiprocessing.Manager()\n"
    write_class(folder, needs_a_server=served)
    (folder / "r_only.Rmd").write_text(RMD)
    (folder / "single.py.gz").write_bytes(gzip.compress(RIGHT.encode()))
    (folder / "empty" / "out").mkdir(parents=True)
    (folder / "empty" / "main.py").write_text("open('out/x.txt', 'w').close()\n" + RIGHT)
    return grade(folder, tmp_path_factory.mktemp("reports"), "--quiet")


@pytest.mark.parametrize(
    "student", [*SCRIPTS, *FOLDERS, *(name.partition(".")[0] for name in FILES), "single.py", "empty"]
)
def test_right_work_keeps_all_points(student, records):
    """Whatever it was written for, and however it lies there."""
    (record,) = [record for record in records.values() if record["student"] == student]
    assert record["score"]["points"] == 10, record["remarks"]


def test_page_says_what_was_graded_and_why(records):
    """Of two files of which one cannot be read the other one is graded."""
    assert records["old"]["remarks"][0] == (
        "hw.py was graded: it has written most of what is asked for and can be read. Not graded: hw_old.py."
    )


def test_page_says_how_a_text_was_read(records):
    """It names the kind of text, and the languages that were left out."""
    for student, sentence in {
        "markdown": "markdown.Rmd is an R Markdown document; its chunks of Python were run as the cells of a notebook; those of r were not.",
        "quarto": "quarto.qmd is a Quarto document; its chunks of Python were run as the cells of a notebook.",
        "myst": "myst.md is a notebook in Markdown; its chunks of Python were run as the cells of a notebook.",
        "no_zip": "no_zip.zip holds Python code and was read as such.",
    }.items():
        assert records[student]["remarks"][0] == sentence


def test_page_says_what_cannot_be_had_here(records):
    """A server for processes, and a text without a chunk of Python, cost their points with a true sentence."""
    printed = next(check for check in records["needs_a_server"]["checks"] if check["id"] == "check_printed")
    assert (records["needs_a_server"]["score"]["points"], printed["message"]) == (
        8,
        "The line `42` was not printed. Running your submission stopped at line 11 of needs_a_server.py with PermissionError: "
        "[Errno 1] Operation not permitted: multiprocessing.Manager() starts a server for other processes.",
    )
    assert records["r_only"]["loading"]["fault"]["message"] == "r_only.Rmd has no chunk of Python."
    assert records["r_only"]["loading"]["fault"]["hint"] == "Write your code into chunks that begin with ```{python}."


def test_what_a_program_logs_reaches_the_checks_beside_what_it_prints(tmp_path):
    """A check reads both streams of a program that uses both."""
    assignment = shutil.copytree(TINY, tmp_path / "assignment")
    check = assignment / "check_tiny.py"
    check.write_text(check.read_text().replace("script.output.split()", "(script.output + script.logged).split()"))
    both = LOGS + RIGHT.replace("print(21 * 2)", "print('begins')\n    logging.info('42')")
    folder = write_class(
        tmp_path / "class", both=both, prints=LOGS + RIGHT, neither=RIGHT.replace("print(21", "print(20")
    )
    graded = grade(folder, tmp_path / "out", "--assignment", assignment)
    assert {name: record["score"]["points"] for name, record in graded.items()} == {
        "both": 10,
        "prints": 10,
        "neither": 8,
    }
