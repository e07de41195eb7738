"""Notebooks run cell by cell, whatever a cell does."""

import json


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
        session, "!touch a\nx = !ls", "%pip install torch\n%conda install x", "%%bash\ntouch b", "%cd /", "exit()"
    )
    assert loading["status"] == "loaded", loading["error"]
    assert sorted(path.name for path in session.folder.iterdir()) == ["s001.ipynb"]
    assert loading["remarks"] == [
        "Cell 1 of s001.ipynb: `!touch a` was not run.",
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
        cpu_seconds=0.3,
    )
    assert [cell["status"] for cell in loading["cells"]] == ["ok", "timed_out", "skipped"]
    assert (loading["status"], loading["names"]) == ("timed_out", ["f"])
    with session.check() as check:
        assert check.call("f") == 1


def test_notebook_cells_after_one_that_hangs_can_run(session):
    """With a share of the time for each cell, the cells after one that hangs still run, more than once."""
    hang = "while True:\n    pass"
    loading = run(
        session, "a = 1", hang, "b = a + 1\nb", hang, "c = b + 1\nprint(c)", cpu_seconds=5.0, cell_cpu_seconds=0.2
    )
    assert [cell["status"] for cell in loading["cells"]] == ["ok", "timed_out", "ok", "timed_out", "ok"]
    assert (loading["status"], loading["names"]) == ("timed_out", ["a", "b", "c"])
    assert shown(loading, 5) == ["3\n"]
    assert loading["error"]["message"] == "The time limit of 0.2 seconds was reached."
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
        assert check.value("get", on=0, name="f") == 4
        assert check.ask("call", on=0, name="h", args=[1.5], kwargs={})["raised"]["type"] == "AttributeError"
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
        assert check.ask("call", on=0, name="f", args=[1], kwargs={})["task"] == "1"
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
        "import builtins, sys\nfrom IPython import get_ipython\n"
        "trace = [get_ipython() is None, hasattr(builtins, 'display'), hasattr(builtins, '__IPYTHON__'), hasattr(sys, 'ps1')]\n",
    )
    with session.check() as check:
        assert check.ask("get", on=0, name="trace")["missing"] == "trace"


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
