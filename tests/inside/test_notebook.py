"""Notebooks run cell by cell, whatever a cell does."""

import json

import pytest


def notebook(*cells, **extra):
    """Return the bytes of a notebook with these code cells; a tuple is a text and its tags."""
    entries = []
    for cell in cells:
        text, tags = cell if isinstance(cell, tuple) else (cell, [])
        entries.append(
            {"cell_type": "code", "source": text, "metadata": {"tags": tags}, "outputs": [], "execution_count": None}
        )
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": entries, **extra}).encode()


def run(session, *cells, **fields):
    """Read and load a notebook."""
    reading = session.read({"s001.ipynb": notebook(*cells)})
    assert reading["kind"] == "notebook", reading
    return session.load(**fields)


def shown(loading, number):
    """Return the outputs of the code cell with this number, from 1: texts of streams, data of the rest."""
    outputs = loading["cells"][number - 1]["outputs"]
    return [output["text"] if output["output_type"] == "stream" else output["data"] for output in outputs]


def test_notebook_goes_on_after_a_failing_cell(session):
    """A failing cell is reported where it stands, and later cells still run."""
    loading = run(session, "x = 1", "1 / 0", "def f(:", "y = x + 1\ny")
    assert [cell["status"] for cell in loading["cells"]] == ["ok", "raised", "raised", "ok"]
    assert (loading["status"], loading["names"]) == ("raised", ["x", "y"])
    assert loading["error"] == loading["cells"][1]["error"]
    assert loading["error"]["frames"] == [
        {"file": "cell 2 of s001.ipynb", "line": 1, "function": "<module>", "code": "1 / 0"}
    ]
    assert loading["cells"][2]["error"]["type"] == "SyntaxError"
    assert shown(loading, 4) == [{"text/plain": "2"}]


def test_notebook_runs_no_shell_and_installs_nothing(session):
    """Shell cells and package commands do nothing but leave a remark."""
    loading = run(
        session,
        "a = 1\n!touch {a}\nx = !ls",
        "%pip install torch\n%conda install x",
        "%%bash\ntouch b",
        "%cd /",
        "exit()",
    )
    assert loading["status"] == "loaded", loading["error"]
    assert sorted(path.name for path in session.folder.iterdir()) == ["s001.ipynb"]
    assert loading["remarks"] == [
        "Cell 1 of s001.ipynb: `!touch {a}` was not run.",
        "Cell 1 of s001.ipynb: `!ls` was not run.",
        "Cell 2 of s001.ipynb: `%pip install torch` was not run.",
        "Cell 2 of s001.ipynb: `%conda install x` was not run.",
        "Cell 3 of s001.ipynb: `%%bash` was not run.",
        "Cell 4 of s001.ipynb: `%cd /` was not run.",
        "Cell 5 of s001.ipynb: `exit` was not obeyed; the later cells were run.",
    ]


def test_notebook_times_nothing(session):
    """Timing commands run their code once, keep the names they keep at home, and print no time."""
    loading = run(
        session,
        "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'\n%load_ext autoreload\n%autoreload 2",
        "calls = []\ndef f():\n    calls.append(1)",
        "%%time\na = 1\nf()\na",
        "%timeit -n 1000 -r 7 f()",
        "%%timeit b = 2\nc = b\nf()",
        "%time d = 3",
        "%time d + 1",
        "best = %timeit -o f()\nbest.best",
        "len(calls)",
    )
    assert loading["status"] == "loaded", loading["error"]
    assert loading["names"] == ["a", "best", "calls", "d", "f"]
    note = "(run once; nothing is timed while the work is graded)\n"
    outputs = [shown(loading, number) for number in range(1, 10)]
    one, four = [{"text/plain": "1"}], [{"text/plain": "4"}]
    assert outputs == [[], [], one, [note], [note], [], four, [note, {"text/plain": "0.0"}], four]


def test_notebook_records_what_cells_show(session):
    """Streams, results and rich displays are kept in order, also in the printed output."""
    loading = run(
        session,
        "from IPython.display import display, HTML, clear_output\nprint('a')\ndisplay(HTML('<b>b</b>'))\nprint('c')",
        "1; 2;",
        "import sys\nprint('e', file=sys.stderr)\nobject()",
        "for i in range(3):\n    print(f'\\r{i} %', end='')\nprint()",
        "print('x')\nclear_output()\nprint('y')",
    )
    html = {"text/plain": "<IPython.core.display.HTML object>"}
    assert shown(loading, 1) == ["a\n", html, "c\n"]
    assert shown(loading, 2) == []
    assert shown(loading, 3) == ["e\n", {"text/plain": "<object at 0x...>"}]
    assert shown(loading, 4) == ["2 %\n"]
    assert shown(loading, 5) == ["y\n"]
    assert session.printed().startswith("a\nc\n")


def test_notebook_caps_what_a_cell_prints(session):
    """A flood of output is kept at its beginning."""
    loading = run(session, "for _ in range(200):\n    print('x' * 10000)")
    (text,) = shown(loading, 1)
    assert len(text) < 100_000
    assert text.endswith("[more was printed]\n")


def test_notebook_figures_belong_to_their_cells(session):
    """Figures are shown where they are shown at home, and closed afterwards."""
    loading = run(
        session,
        "import matplotlib.pyplot as plt",
        "plt.plot([1, 2])\nplt.show()\nplt.plot([3, 4]);",
        "plt.title('third');",
        figures=True,
    )
    assert [len(shown(loading, number)) for number in (1, 2, 3)] == [0, 2, 1]
    assert shown(loading, 2)[0]["image/png"].startswith(b"\x89PNG")
    assert shown(loading, 2)[0]["text/plain"] == "<Figure size 512x384 with 1 Axes>"
    assert [figure["axes"][0]["title"] for figure in loading["figures"]] == ["", "", "third"]


def test_notebook_draws_nothing_unless_asked(session):
    """Without `figures` there are data, but no pictures."""
    loading = run(session, "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert loading["figures"][0]["png"] is None
    assert list(shown(loading, 1)[0]) == ["text/plain"]


def test_notebook_cell_that_hangs_leaves_the_names(session):
    """When the time is used up the later cells are skipped, and the names so far answer."""
    loading = run(
        session,
        "def f():\n    return 1",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "x = 1",
        cpu_seconds=1.0,
    )
    assert [cell["status"] for cell in loading["cells"]] == ["ok", "timed_out", "skipped"]
    assert (loading["status"], loading["names"]) == ("timed_out", ["f"])
    with session.check() as check:
        assert check.call("f") == 1


def test_notebook_cells_after_one_that_hangs_can_run(session):
    """With a share of the time for each cell, the cells after one that hangs still run, more than once."""
    hang = "while True:\n    pass"
    loading = run(
        session, "a = 1", hang, "b = a + 1\nb", hang, "c = b + 1\nprint(c)", cpu_seconds=20.0, cell_cpu_seconds=0.5
    )
    assert [cell["status"] for cell in loading["cells"]] == ["ok", "timed_out", "ok", "timed_out", "ok"]
    assert (loading["status"], loading["names"]) == ("timed_out", ["a", "b", "c"])
    assert shown(loading, 5) == ["3\n"]
    assert loading["error"]["message"] == "The time limit of 0.5 seconds was reached."
    with session.check() as check:
        assert check.value("get", on=0, name="c") == 3


def test_notebook_goes_back_to_the_cell_that_gave_a_name_its_value(session):
    """The value of a tagged cell comes first, then those of other cells, the last one first; each check begins anew."""
    cells = (("x = 1", ["q1"]), ("x = 2", ["q2"]), "x = 3", "y = 4")
    run(session, *cells, follow=["x", "z"])
    with session.check() as check:
        for tag, values in (("q1", [1, 3, 2]), ("q2", [2, 3, 1]), ("q9", [3, 2, 1])):
            for back, value in enumerate(values):
                assert check.value("rewind", name="x", tag=tag, back=back) == 3
                assert (check.value("get", on=0, name="x"), check.value("get", on=0, name="y")) == (value, 4)
        assert check.value("rewind", name="z", tag="q1") == 0
        assert check.value("rewind", name="y") == 0
    with session.check() as check:
        assert check.value("get", on=0, name="x") == 3


def test_notebook_goes_back_to_functions_whose_names_were_used_again(session):
    """What a function needs is what it was when the function was defined: helpers, numbers and modules."""
    cells = (
        "import math\nw = 2\ndef f(x):\n    return w * math.floor(g(x))",
        "def g(x):\n    return x + 1",
        "w, f, math = 7, f(1.5), 3",
        "def h(x):\n    return math.floor(x)",
    )
    run(session, *cells, follow=["f", "h"])
    with session.check() as check:
        assert check.value("get", on=0, name="w") == 7
        check.value("rewind", name="f")
        assert check.value("call", on=0, name="f", args=[1.5], kwargs={}) == 4
        check.value("rewind", name="h")
        assert check.value("get", on=0, name="w") == 7
        assert check.value("call", on=0, name="h", args=[1.5], kwargs={}) == 1


def test_notebook_prefers_what_is_written_to_a_stub_of_the_template(session):
    """A cell of the template left in place below the answer does not take its place."""
    stub = "def f(x):\n    raise NotImplementedError('Task 1: write f')"
    model = "class A:\n    def f(self):\n        {}"
    cells = ("def f(x):\n    return x + 1", stub, model.format("return 5"), model.format("raise NotImplementedError"))
    run(session, *cells, follow=["f", "A"])
    with session.check() as check:
        assert check.value("call", on=0, name="f", args=[1], kwargs={}) == 2
        assert check.value("rewind", name="f") == 2
        assert check.value("call", on=0, name="f", args=[1], kwargs={}) == 2
        check.value("rewind", name="A")
        made = check.value("call", on=0, name="A", args=[], kwargs={})
        assert check.value("call", on=made.id, name="f", args=[], kwargs={}) == 5


def test_notebook_finds_modules_beside_it(session):
    """A notebook imports the modules that came with it."""
    reading = session.read(
        {"s001.ipynb": notebook("from layers import f\nf()"), "layers.py": "def f():\n    return 7\n"}, "folder"
    )
    assert reading["forbidden"] == []
    assert shown(session.load(), 1) == [{"text/plain": "7"}]


def test_notebook_expected_failures_are_none(session):
    """A cell tagged `raises-exception` may fail."""
    loading = run(session, ("1 / 0", ["raises-exception"]))
    assert (loading["status"], loading["cells"][0]["status"]) == ("loaded", "raised")


def test_notebook_asks_nobody(session):
    """`input()` fails at once, and `sys.exit()` ends only its cell."""
    loading = run(session, "input('?')", "import sys\nsys.exit(1)", "x = 1")
    assert [cell["status"] for cell in loading["cells"]] == ["raised", "raised", "ok"]
    assert loading["cells"][0]["error"]["type"] == "EOFError"


def test_notebook_runs_coroutines(session):
    """`await` works at the top level."""
    loading = run(session, "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 5\nawait f()")
    assert loading["error"] is None
    assert shown(loading, 1) == [{"text/plain": "5"}]


def test_notebook_shell_leaves_scripts_alone(load):
    """A script sees no trace of the prepared shell."""
    session, _ = load(
        "import builtins, sys\n"
        "trace = [hasattr(builtins, 'display'), hasattr(builtins, '__IPYTHON__'), hasattr(builtins, 'get_ipython'), hasattr(sys, 'ps1')]\n",
    )
    with session.check() as check:
        assert check.value("get", on=0, name="trace") == [False, False, False, False]


def test_notebook_finds_the_given_files(session):
    """A given file lies beside the notebook and at the top of the hand-in, whatever was handed in under its name."""
    text = "from pathlib import Path\nprint(Path('a.txt').read_text(), Path('../a.txt').read_text())"
    files = {"work/s001.ipynb": notebook(text), "work/a.txt": "changed", "b.pdf": b"x"}
    session.read(files, "folder", given=[("a.txt", b"given")])
    assert shown(session.load(), 1) == ["given given\n"]


def test_notebook_survives_a_folder_in_the_place_of_a_given_file(session):
    """A folder of that name is reported, and nothing ends."""
    reading = session.read({"s001.ipynb": notebook("x = 1"), "a.txt/b": "c"}, "folder", given=[("a.txt", b"given")])
    assert [found["message"] for found in reading["problems"]] == [
        "A folder has the name of the file a.txt, which is given."
    ]
    assert session.load()["names"] == ["x"]


FORMER = {
    "display from its former place": "from IPython.core.display import display, HTML\ndisplay(HTML('<p>x</p>'))",
    "formats of figures": "from IPython.display import set_matplotlib_formats\nset_matplotlib_formats('svg')",
    "magic as a method": "get_ipython().magic('matplotlib inline')\nget_ipython().magic('%pylab inline')",
    "a command as a method": "get_ipython().system('pip install numpy')\nget_ipython().getoutput('ls')",
    "figures as a method": "get_ipython().enable_matplotlib('inline')",
    "every expression": (
        "from IPython.core.interactiveshell import InteractiveShell\nInteractiveShell.ast_node_interactivity = 'all'"
    ),
    "an extension": "%load_ext tensorboard\n%tensorboard --logdir logs",
    "extensions that watch": "%load_ext memory_profiler\n%memit 1 + 1\n%lprun -f print print()",
    "a version of a library": "%tensorflow_version 2.x",
    "a magic with an argument in braces": "%nbagg {1}\n%watermark -v -p numpy",
}


@pytest.mark.parametrize("name", FORMER)
def test_notebook_written_for_other_versions_and_extensions_goes_on(name, session):
    """What this version or this machine does not have is left out, and the rest of the cell runs."""
    session.read({"s001.ipynb": notebook(f"{FORMER[name]}\nimport numpy as np", "def f(x):\n    return np.abs(x)")})
    loading = session.load()
    assert [cell["status"] for cell in loading["cells"]] == ["ok", "ok"], loading["error"]


def test_notebook_says_which_unknown_magics_it_left_out(session):
    """A magic that does not exist here is a remark, also one of a whole cell."""
    session.read({"s001.ipynb": notebook("%tensorboard --logdir logs", "%%sql\nselect 1", "%%memit\nx = 3\nprint(x)")})
    loading = session.load()
    assert loading["remarks"] == [
        "Cell 1 of s001.ipynb: `%tensorboard --logdir logs` was not run.",
        "Cell 2 of s001.ipynb: `%%sql` was not run.",
    ]
    assert shown(loading, 3) == ["3\n"]


@pytest.mark.parametrize(
    "line", ["%time np.exp(x)", "%timeit -n 1 np.exp(x)", "%time {k: k + x for k in [1]}", "%prun x + 1"]
)
def test_notebook_times_in_a_function_among_its_names(line, session):
    """A magic inside a function sees the function's names, and its braces are Python's."""
    session.read({"s001.ipynb": notebook("import numpy as np", f"def f(x):\n    {line}\n    return 2 * x")})
    assert session.load()["error"] is None
    with session.check() as check:
        assert check.call("f", 2.0) == 4.0


@pytest.mark.parametrize(
    "line",
    [
        "!mkdir -p out/figures",
        "%mkdir out",
        "!mkdir out 2>/dev/null",
        "import os; os.system('mkdir out')",
        "name = 'out'\n!mkdir {name}",
    ],
)
def test_notebook_makes_folders(line, session):
    """A folder that a cell makes by a command is there; nothing else of a shell is run."""
    session.read({"s001.ipynb": notebook(line, "open('out/a.txt', 'w').close()")})
    assert [cell["status"] for cell in session.load()["cells"]] == ["ok", "ok"]


def test_notebook_obeys_no_other_command(session):
    """What is more than the making of folders is a remark, and does nothing."""
    long = f"!mkdir {' '.join(['a'] * 500)}; touch b"
    commands = ("!mkdir a; touch b", "!mkdir a && rm -r a", "!ls", long)
    session.read({"s001.ipynb": notebook(*commands, "import os\nprint(os.listdir())")})
    loading = session.load()
    assert len(loading["remarks"]) == 4
    assert shown(loading, 5) == ["['s001.ipynb']\n"]


USED_AGAIN = {
    "as a value": ("def f(x):\n    return 2 * x", "f = f(3)"),
    "in one cell": ("def f(x):\n    return 2 * x\nf = f(3)",),
    "for a part of the data": ("def f(x):\n    return 2 * x", "f, g = [1, 2], [3]"),
    "in a loop": ("def f(x):\n    return 2 * x", "for f in range(3):\n    pass"),
    "as a stub of the template": (
        "def f(x):\n    return 2 * x", "def f(x):\n    raise NotImplementedError('Task 1.1: write f')",
    ),
    "after an import": ("from work import f", "f = f(3)"),
    "and deleted": ("def f(x):\n    return 2 * x", "del f"),
    "as an object of its class": (
        "class f:\n    def __new__(cls, x):\n        return 2 * x if x else object.__new__(cls)\n    def __call__(self, x):\n        return 0",
        "f = f(0)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", USED_AGAIN)
@pytest.mark.parametrize("form", ["notebook", "script"])
def test_notebook_and_script_may_use_a_name_again(name, form, session):
    """A name that is asked for may stand for something else further down: it is checked as it was written."""
    cells = USED_AGAIN[name]
    files = {"work.py": "def f(x):\n    return 2 * x\n"} if name == "after an import" else {}
    if form == "notebook":
        session.read({"s001.ipynb": notebook(*cells), **files}, "folder", names=["f"], entry="s001.ipynb")
        loading = session.load(follow=["f"])
    else:
        session.read({"s001.py": "\n".join(cells) + "\n", **files}, "folder", names=["f"], entry="s001.py")
        loading = session.load()
    assert loading["error"] is None
    remark = "`f` stands for something else further down; it was checked as it was written."
    assert remark in loading["remarks"]
    with session.check() as check:
        assert check.call("f", 2.0) == 4.0


def test_script_that_uses_a_name_again_keeps_its_future_statements_and_lines(session):
    """Run statement by statement, a script has the same annotations, docstring and lines of errors."""
    text = '"""Doc."""\nfrom __future__ import annotations\ndef f(x: Missing):\n    return __doc__, __annotations__\nf = f(3)\n1 / 0\n'
    session.read({"s001.py": text}, names=["f"])
    loading = session.load()
    assert loading["error"]["frames"] == [{"file": "s001.py", "line": 6, "function": "<module>", "code": "1 / 0"}]
    with session.check() as check:
        assert check.call("f", 1) == ("Doc.", {})


EXPORTED = {
    "Jupyter": "#!/usr/bin/env python\n# coding: utf-8\n\n# In[1]:\n\n\nget_ipython().run_line_magic('matplotlib', 'inline')\nimport numpy as np\n\n\n# In[ ]:\n\n\n",
    "Jupyter with pip": "# In[1]:\n\n\nget_ipython().system('pip install numpy')\nimport numpy as np\n\n",
    "Colab": '# -*- coding: utf-8 -*-\n"""HW1.ipynb\n\nAutomatically generated by Colab.\n"""\n\n!pip install numpy\n\nimport numpy as np\n\n',
    "Colab with a magic": "# Commented out IPython magic\n# %matplotlib inline\n%cd /content\nimport numpy as np\n",
    "Spyder": "from IPython import get_ipython\nget_ipython().run_line_magic('reset', '-sf')\nimport numpy as np\n",
    "a script that displays": "from IPython.display import display\nimport numpy as np\ndisplay(3)\n",
    "a command in a function": "import numpy as np\ndef g():\n    !ls\n",
}


@pytest.mark.parametrize("name", EXPORTED)
def test_notebook_that_was_saved_as_a_script_is_run_as_one(name, session):
    """A script that a front end has made of a notebook is read as the notebook that it was, and a remark says so."""
    text = f"{EXPORTED[name]}def f(x):\n    return np.abs(x)\n"
    reading = session.read({"hw.py": text})
    assert (reading["kind"], reading["problems"]) == ("notebook", [])
    assert "hw.py was saved from a notebook and was run as one." in reading["remarks"]
    loading = session.load()
    assert loading["error"] is None
    with session.check() as check:
        assert check.call("f", -2.0) == 2.0


def test_script_with_cells_stays_a_script(session):
    """Marks of cells alone, as Spyder's editor has them, and broken Python make no notebook."""
    assert session.read({"hw.py": "# %% data\nx = 1\n# In[2]:\ny = 2\n"})["kind"] == "script"
    assert session.read({"hw.py": "x = (1\n% pass\n"})["kind"] is None


def test_notebook_goes_on_with_the_answer_below_a_stub(session):
    """The cells behind a stub of the template, which was left below the answer, use the answer."""
    stub = "class Net:\n    def forward(self, x):\n        raise NotImplementedError('Task 1: write forward')"
    cells = ("class Net:\n    def forward(self, x):\n        return x + 1", stub, "print(Net().forward(41))")
    session.read({"s001.ipynb": notebook(*cells)}, names=["Net"])
    loading = session.load(follow=["Net"])
    assert (loading["error"], shown(loading, 3)) == (None, ["42\n"])
    assert loading["remarks"] == ["`Net` stands for something else further down; it was checked as it was written."]


@pytest.mark.parametrize("line", ["%prun -q x = 3", "%prun -l 10 -s cumulative x = 3", "%prun x = 3"])
def test_notebook_runs_what_is_to_be_profiled(line, session):
    """The options of `%prun` are none of the code."""
    session.read({"s001.ipynb": notebook(line, "print(x)")})
    assert shown(session.load(), 2) == ["3\n"]


MARIMO = '''\
import marimo

__generated_with = "0.13.0"
app = marimo.App(width="medium")

with app.setup:
    import math


@app.cell
def _(half, mo):
    mo.md(r"""
# A text that stands further to the left
""")
    print(half(42))
    return


@app.cell(hide_code=True)
def _():
    import marimo as mo
    return (mo,)


@app.function
def half(x):
    # as the answer key has it
    return math.floor(x / 2)


@app.cell
def _(half):
    def quarter(x):
        return half(half(x))
    return (quarter,)


if __name__ == "__main__":
    app.run()
'''


def test_notebook_of_marimo_is_run_in_the_order_of_its_names(session):
    """Each function is a cell, after those whose names it needs; a text that it shows is left out."""
    reading = session.read({"hw.py": MARIMO})
    assert (reading["kind"], reading["forbidden"]) == ("notebook", [])
    assert reading["remarks"] == ["hw.py was saved from a notebook and was run as one."]
    loading = session.load()
    assert loading["error"] is None
    assert [output["text"] for cell in loading["cells"] for output in cell["outputs"]] == ["21\n"]
    with session.check() as check:
        assert (check.call("half", 9), check.call("quarter", 9)) == (4, 2)
