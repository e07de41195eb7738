"""Whatever a program does with its output streams works as in any interpreter, and what it prints is kept."""

import json

import pytest

WRITERS = {
    "reconfigured": "sys.stdout.reconfigure(encoding='utf-8', errors='replace', line_buffering=True)\nprint(WORD)",
    "wrapped": "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')\nprint(WORD)",
    "wrapped twice": (
        "for _ in range(2):\n    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8', write_through=True)\nprint(WORD)"
    ),
    "detached": "sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding='utf-8', errors='replace')\nprint(WORD)",
    "through codecs": "sys.stdout = codecs.getwriter('utf-8')(sys.stdout.buffer)\nprint(WORD)",
    "through codecs, detached": "sys.stdout = codecs.getwriter('utf-8')(sys.stdout.detach())\nprint(WORD)",
    "as bytes": "sys.stdout.buffer.write((WORD + '\\n').encode())",
    "as bytes, raw": "sys.stdout.buffer.raw.write((WORD + '\\n').encode())",
    "in lines": "sys.stdout.writelines([WORD, '\\n'])",
    "in two halves of a letter": "sys.stdout.buffer.write(WORD.encode()[:1]); sys.stdout.flush(); sys.stdout.buffer.write(WORD.encode()[1:])",
    "to the error stream": "sys.stderr.reconfigure(encoding='utf-8')\nprint(WORD, file=sys.stderr)",
    "to a wrapped error stream": "sys.stderr = io.TextIOWrapper(sys.stderr.buffer, encoding='utf-8')\nprint(WORD, file=sys.stderr)",
    "through a tee": (
        "class Tee:\n    def __init__(self, under):\n        self.under = under\n    def write(self, text):\n        self.under.write(text)\n"
        "    def flush(self):\n        self.under.flush()\nsys.stdout = Tee(sys.stdout)\nprint(WORD)"
    ),
    "through logging": "import logging\nlogging.basicConfig(stream=sys.stdout, level=logging.INFO, force=True)\nlogging.info(WORD)",
    "through a handle of its own": "out = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')\nprint(WORD, file=out)",
    "after questions": (
        "sys.stdout.fileno(), sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.errors, sys.stdout.mode, sys.stdout.name\n"
        "assert not sys.stdout.seekable() and sys.stdout.writable() and not sys.stdout.closed\nprint(WORD)"
    ),
    "across the terminal": "print(WORD * (os.get_terminal_size().columns // 80))\nassert os.get_terminal_size(1).lines == 24",
    "after reading nothing": "sys.stdin.reconfigure(encoding='utf-8')\nassert sys.stdin.read() == ''\nprint(WORD)",
    "where a crash would be told": "import faulthandler\nfaulthandler.enable()\nprint(WORD)",
}  # fmt: skip
WORD = "été 漢字"
HEAD = f"import codecs, io, os, sys\nWORD = {WORD!r}\n"
# What no interpreter does twice, since the stream that is there then has no buffer.
ONCE = ("detached", "through codecs", "through codecs, detached")


@pytest.mark.parametrize("name", WRITERS)
def test_a_script_may_do_with_its_streams_what_it_likes(name, fenced, call):
    """At the top of a script nothing is lost: neither what it prints nor what it defines afterwards."""
    session = fenced(f"{HEAD}{WRITERS[name]}\ndef work():\n    return 3\n")
    assert call(session, "work") == 3
    output = session.output()
    assert WORD in (output.stderr if "error stream" in name else output.stdout)


def test_text_and_bytes_keep_their_order(fenced):
    """What is printed and what is written to the buffer below stand in the order in which they were written, as in a terminal."""
    session = fenced("import sys\nfor i in range(3):\n    print('text', i)\n    sys.stdout.buffer.write(b'bytes\\n')\n")
    assert session.output().stdout == "text 0\nbytes\ntext 1\nbytes\ntext 2\nbytes\n"


@pytest.mark.parametrize("name", WRITERS)
def test_a_function_may_do_with_its_streams_what_it_likes(name, fenced):
    """In a check what a function prints is kept, twice in a row, too."""
    body = "".join(f"    {line}\n" for line in WRITERS[name].splitlines())
    source = f"{HEAD}def work():\n    global out\n{body}    return 3\n"
    with fenced(source).check(10.0) as ask:
        for _ in range(1 if name in ONCE else 2):
            assert ask({"op": "call", "on": 0, "name": "work", "args": [], "kwargs": {}})["value"] == 3
            assert WORD in ask({"op": "output"})["value"]


@pytest.mark.parametrize("name", WRITERS)
def test_a_notebook_may_do_with_its_streams_what_it_likes(name, clean_parents):
    """A cell's output stays with the cell, and the cells after it run."""
    cells = [f"{HEAD}{WRITERS[name]}", "def work():\n    return 3", "print(WORD)"]
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {
                "cell_type": "code",
                "source": cell,
                "metadata": {},
                "outputs": [],
                "execution_count": None,
                "id": f"c{at}",
            }
            for at, cell in enumerate(cells)
        ],
    }
    with clean_parents("full").open() as session:
        session.read([("a.ipynb", json.dumps(document).encode())], name="a.ipynb", form="file")
        loading = session.load("__main__", cpu_seconds=30.0)
    assert [cell["status"] for cell in loading["cells"]] == ["ok", "ok", "ok"], loading["error"]
    for cell in (loading["cells"][0], loading["cells"][2]):
        assert WORD in "".join(item["text"] or "" for item in cell["outputs"])
