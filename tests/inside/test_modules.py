"""Folders of modules are loaded whole, whatever their names and however they fail."""

MAIN = "from layers import Linear\nimport training\nif __name__ == '__main__':\n    print('trained', training.rate)\n"


def load_folder(session, files, run_name="submission", **fields):
    """Read and load a folder; return reading and loading."""
    reading = session.read(files, "folder")
    return reading, session.load(run_name, **fields)


def test_modules_give_the_names_of_every_module(session):
    """Names come from all modules, whether or not the entry imports them."""
    files = {
        "main.py": MAIN,
        "layers.py": "class Linear:\n    pass\n",
        "training.py": "from layers import Linear\nrate = 0.5\n",
        "extra.py": "def alone():\n    return 1\n",
    }
    reading, loading = load_folder(session, files)
    assert (reading["kind"], reading["entry"]) == ("modules", "main.py")
    assert (loading["status"], loading["conflicts"]) == ("loaded", [])
    assert loading["names"] == ["Linear", "alone", "rate"]
    with session.check() as check:
        assert check.call("alone") == 1
        assert check.value("get", on=0, name="rate") == 0.5


def test_modules_run_as_main_run_the_entry(session):
    """As a program the entry runs with its guarded part."""
    files = {"run.py": MAIN, "layers.py": "class Linear:\n    pass\n", "training.py": "rate = 1\n"}
    reading, loading = load_folder(session, files, "__main__")
    assert (reading["entry"], loading["status"]) == ("run.py", "loaded")
    assert session.printed() == "trained 1\n"


def test_modules_that_disagree_are_reported(session):
    """A name that two modules define differently is a conflict; importing or repeating it is none."""
    files = {
        "a.py": "class Linear:\n    pass\nSIZE = 3\n",
        "b.py": "import a\nclass Linear:\n    pass\nSIZE = 3\n",
        "c.py": "from a import Linear\n",
    }
    _, loading = load_folder(session, files)
    assert loading["conflicts"] == [{"name": "Linear", "files": ["a.py", "b.py"]}]


def test_modules_that_fail_do_not_stop_the_others(session):
    """Names before a failure, and those of the other modules, survive."""
    files = {"a.py": "def f():\n    return 1\n1 / 0\n", "b.py": "def g():\n    return 2\n", "c.py": "def h(:\n"}
    reading, loading = load_folder(session, files)
    assert [problem["file"] for problem in reading["problems"]] == ["c.py"]
    assert (loading["status"], loading["names"]) == ("raised", ["f", "g"])
    with session.check() as check:
        assert (check.call("f"), check.call("g")) == (1, 2)


def test_modules_in_a_package_import_one_another(session):
    """Packages with relative imports are loaded under their dotted names."""
    files = {
        "net/__init__.py": "",
        "net/layers.py": "class Linear:\n    pass\n",
        "net/model.py": "from .layers import Linear\ndef build():\n    return Linear()\n",
        "main.py": "from net.model import build\n",
    }
    _, loading = load_folder(session, files)
    assert loading["error"] is None
    with session.check() as check:
        assert check.call("build").type_name == "Linear"


def test_modules_below_a_source_folder_find_each_other(session):
    """Imports start from the folder of the entry."""
    files = {"src/main.py": "from layers import f\n", "src/layers.py": "def f():\n    return 1\n", "readme.md": "x"}
    reading, loading = load_folder(session, files)
    assert (reading["entry"], loading["error"], loading["names"]) == ("src/main.py", None, ["f"])


def test_modules_named_like_libraries_are_found_and_remarked(session):
    """A student's `random.py` is the one that the student's imports find."""
    files = {"random.py": "mine = 1\n", "main.py": "import random\nvalue = random.mine\n"}
    reading, loading = load_folder(session, files)
    assert "random.py has the name of the library module `random`; rename it." in reading["remarks"]
    assert (loading["error"], loading["names"]) == (None, ["mine", "value"])


def test_modules_for_tests_are_not_loaded(session):
    """Test modules and set-up scripts are left alone."""
    files = {"net.py": "x = 1\n", "more.py": "y = 1\n", "test_net.py": "raise SystemExit\n", "setup.py": "1 / 0\n"}
    _, loading = load_folder(session, files)
    assert (loading["status"], loading["names"]) == ("loaded", ["x", "y"])


def test_modules_keep_their_names_when_time_runs_out(session):
    """An endless loop in one module leaves its own names and those of the modules before it."""
    files = {"a.py": "x = 1\n", "main.py": "import a\ny = 2\nwhile True:\n    pass\n"}
    _, loading = load_folder(session, files, cpu_seconds=1.0)
    assert (loading["status"], loading["names"]) == ("timed_out", ["x", "y"])


def test_modules_take_a_new_value_where_the_name_lives(session):
    """A name that is set is seen by the code that uses it."""
    files = {"a.py": "rate = 1\ndef f():\n    return rate\n", "b.py": "import a\n"}
    load_folder(session, files)
    with session.check() as check:
        check.value("set", on=0, name="rate", value=5)
        assert check.call("f") == 5


def test_modules_may_use_a_name_again(session):
    """What a module binds again further down is checked as it was written, in the program, its modules and those beside it."""
    files = {
        "layers.py": "class f:\n    def __init__(self, x):\n        self.x = x\n\nf = f(3)\n",
        "losses.py": "def twice(x):\n    return 2 * x\n\ndef g(x):\n    return twice(x) + sum([1])\n\ng = g(2)\ntwice = 3\nsum = 0\n",
        "main.py": "from layers import f\nfrom losses import g\nassert g == 5\nassert f.x == 3\n",
    }
    session.read(files, "folder", names=["f", "g"])
    loading = session.load()
    assert (loading["status"], loading["error"]) == ("loaded", None)
    assert loading["remarks"] == [
        f"`{name}` stands for something else further down; it was checked as it was written." for name in ("f", "g")
    ]
    with session.check() as check:
        assert check.value("call", on=0, name="f", args=[7], kwargs={}).id
        assert check.call("g", 4) == 9


def test_modules_find_the_empty_folders_of_the_hand_in(open_session):
    """A program writes into a folder that came empty, beside it or above it."""
    for files, folders in (
        ({"main.py": "open('out/a/x.txt', 'w').close()\n"}, ["out/a", "out"]),
        ({"hw/main.py": "open('out/x.txt', 'w').close()\n"}, ["hw/out"]),
        ({"code/main.py": "open('../out/x.txt', 'w').close()\nopen('out/y.txt', 'w').close()\n"}, ["out"]),
    ):
        session = open_session()
        session.read(files, "folder", folders=folders)
        assert session.load()["error"] is None, files
