"""What is part of the hand-in can be imported from wherever Python would find it, and what a submission writes itself, too."""

import json

import pytest

LAYERS = "def double(x):\n    return 2 * x\n"


def notebook(*cells):
    """Return a notebook with these cells."""
    listed = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell} for cell in cells
    ]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def loaded(open_session, files, run_name="submission", form="folder", **fields):
    """Read and load some files; return the session, the reading and the loading."""
    session = open_session()
    reading = session.read(files, form=form, **fields)
    return session, reading, session.load(run_name)


ROADS = {
    "relative": "import sys\nsys.path.append('src')\nfrom layers import double\n",
    "with a slash": "import sys\nsys.path.insert(0, './src/')\nfrom layers import double\n",
    "beside the file": "import os, sys\nsys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'src'))\nfrom layers import double\n",
    "dirname": "import os, sys\nsys.path.append(os.path.dirname(__file__) + '/src')\nimport layers\ndouble = layers.double\n",
    "getcwd": "import os, sys\nsys.path.append(os.getcwd() + '/src')\nfrom layers import *\n",
    "pathlib": "import sys\nfrom pathlib import Path\nsys.path.append(str(Path(__file__).resolve().parent / 'src'))\nfrom layers import double\n",
    "site": "import site\nsite.addsitedir('src')\nfrom layers import double\n",
    "chdir": "import os, sys\nos.chdir('src')\nsys.path.append(os.getcwd())\nfrom layers import double\n",
    "package": "from src.layers import double\n",
    "by importlib": "import importlib, sys\nsys.path.append('src')\ndouble = importlib.import_module('layers').double\n",
    "by location": "import importlib.util as u\nspec = u.spec_from_file_location('l', 'src/layers.py')\nm = u.module_from_spec(spec)\nspec.loader.exec_module(m)\ndouble = m.double\n",
    "exec": "exec(open('src/layers.py').read())\n",
    "runpy": "import runpy\ndouble = runpy.run_path('src/layers.py')['double']\n",
    "somebody's machine": "import sys\nsys.path.append('/content/drive/MyDrive/hw1/src')\nfrom layers import double\n",
    "somebody's Windows": "import sys\nsys.path.append('C:\\\\Users\\\\kim\\\\hw\\\\src')\nfrom layers import double\n",
    "find_spec": "import sys, importlib.util\nsys.path.append('src')\nassert importlib.util.find_spec('layers') is not None\nfrom layers import double\n",
    "reload": "import sys, importlib\nsys.path.append('src')\nimport layers\nimportlib.reload(layers)\ndouble = layers.double\n",
    "in a try": "import sys\nsys.path.append('src')\ntry:\n    from layers import double\nexcept ImportError:\n    double = None\n",
}


@pytest.mark.parametrize("run_name", ["submission", "__main__"])
@pytest.mark.parametrize("road", ROADS)
def test_module_in_a_folder_is_found(open_session, road, run_name):
    """Every usual way to a module in `src/` leads there, when the folder is loaded and when it is run as a program."""
    files = {"main.py": ROADS[road], "src/layers.py": LAYERS}
    session, reading, loading = loaded(open_session, files, run_name)
    assert reading["forbidden"] == []
    assert (loading["status"], loading["error"]) == ("loaded", None)
    with session.check() as check:
        assert check.call("double", 3) == 6


@pytest.mark.parametrize("road", [road for road in ROADS if "__file__" not in ROADS[road]])
def test_module_in_a_folder_is_found_from_a_notebook(open_session, road):
    """A cell finds it as a script does."""
    files = {"hw.ipynb": notebook(ROADS[road]), "src/layers.py": LAYERS}
    session, reading, loading = loaded(open_session, files)
    assert (reading["forbidden"], loading["error"]) == ([], None)
    with session.check() as check:
        assert check.call("double", 3) == 6


@pytest.mark.parametrize(
    "way",
    [
        "import sys\nsys.path.append('../lib')\n",
        "import sys, os\nsys.path.append(os.path.abspath('../lib'))\n",
        "import sys, os\nsys.path.append(os.path.join(os.path.dirname(__file__), '..', 'lib'))\n",
        "import sys\nfrom pathlib import Path\nsys.path.append(str(Path(__file__).parent.parent / 'lib'))\n",
    ],
)
def test_module_one_level_up_is_found(open_session, way):
    """The folder of the program is where its relative paths begin."""
    files = {"app/main.py": f"{way}from layers import double\n", "lib/layers.py": LAYERS, "lib/b.py": "import layers\n"}
    session, reading, loading = loaded(open_session, files, "__main__")
    assert (reading["forbidden"], loading["error"]) == ([], None)
    with session.check() as check:
        assert check.call("double", 3) == 6


def test_modules_that_find_one_another_by_the_path_of_the_program_are_loaded(open_session):
    """Modules in `src/` that import one another without its name work once the program has put `src/` on the path."""
    files = {
        "main.py": "import sys\nsys.path.append('src')\nfrom model import Net\n",
        "src/model.py": "from layers import double\nclass Net:\n    def f(self, x): return double(x)\n",
        "src/layers.py": LAYERS,
    }
    session, reading, loading = loaded(open_session, files)
    assert (reading["forbidden"], loading["error"], loading["conflicts"]) == ([], None, [])
    with session.check() as check:
        net = check.value("call", on=0, name="Net", args=[])
        assert check.call("f", 3, on=net.id) == 6


@pytest.mark.parametrize(
    "files",
    [
        {"__init__.py": "", "layers.py": LAYERS, "run.py": "from own_pkg.layers import double\n"},
        {"layers.py": LAYERS, "run.py": "from own_pkg.layers import double\nif __name__ == '__main__':\n    pass\n"},
        {"__init__.py": "from .layers import double\n", "layers.py": LAYERS, "main.py": "from . import double\n"},
        {"__init__.py": "", "layers.py": LAYERS, "main.py": "from .layers import double\n"},
        {"pkg/__init__.py": "", "pkg/layers.py": LAYERS, "pkg/main.py": "from .layers import double\n", "README.py": "#"},
        {"pkg/layers.py": LAYERS, "pkg/main.py": "from pkg.layers import double\n", "a.py": "#"},
        {"pkg/sub/layers.py": LAYERS, "pkg/a.py": "from .sub.layers import double\n", "main.py": "from pkg.a import double\n"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("run_name", ["submission", "__main__"])
def test_folder_can_be_a_package(open_session, files, run_name):
    """Modules may import one another by dots, or by the name of the folder that was handed in."""
    session, reading, loading = loaded(open_session, files, run_name, name="own_pkg")
    assert reading["forbidden"] == []
    assert (loading["status"], loading["error"]) == ("loaded", None)
    if run_name == "submission" or reading["entry"]:
        with session.check() as check:
            assert check.call("double", 3) == 6


WRITTEN = {
    "open": "with open('helper.py', 'w') as f:\n    f.write('def double(x):\\n    return 2 * x\\n')\nfrom helper import double\n",
    "in a folder": "import os, sys\nos.makedirs('gen/deep')\nopen('gen/deep/helper.py', 'w').write('double = lambda x: 2 * x')\nsys.path.append('gen')\nfrom deep.helper import double\n",
    "pathlib": "from pathlib import Path\nPath('helper.py').write_text('double = lambda x: 2 * x')\nimport helper\ndouble = helper.double\n",
    "tempfile": "import tempfile, sys, pathlib\nd = tempfile.mkdtemp(dir='.')\npathlib.Path(d, 'helper.py').write_text('double = lambda x: 2 * x')\nsys.path.insert(0, d)\nfrom helper import double\n",
    "module object": "import sys, types\nm = types.ModuleType('helper')\nm.double = lambda x: 2 * x\nsys.modules['helper'] = m\nfrom helper import double\n",
    "package": "import os\nos.mkdir('kit')\nopen('kit/__init__.py', 'w').write('from .a import double')\nopen('kit/a.py', 'w').write('double = lambda x: 2 * x')\nimport kit\ndouble = kit.double\n",
}


@pytest.mark.parametrize("way", WRITTEN)
def test_module_that_the_submission_writes_is_its_own(open_session, way):
    """A module written at run time can be imported, from a script and from a cell."""
    for files in ({"s001.py": WRITTEN[way]}, {"s001.ipynb": notebook(WRITTEN[way])}):
        session, reading, loading = loaded(open_session, files, form="file")
        assert (reading["forbidden"], loading["error"]) == ([], None)
        with session.check() as check:
            assert check.call("double", 3) == 6


@pytest.mark.parametrize("magic", ["%%writefile helper.py", "%%file helper.py"])
def test_module_that_a_cell_writes_is_its_own(open_session, magic):
    """The magic for it writes a file, the next cell imports it; its imports are held to the list, and its lines are shown."""
    cells = (
        f"{magic}\nimport torch\ndef double(x):\n    return 2 * x\ndef wrong(x):\n    return torch.ones(x)\n",
        "from helper import double, wrong",
    )
    session, reading, loading = loaded(open_session, {"s001.ipynb": notebook(*cells)}, form="file")
    assert (reading["forbidden"], loading["error"]) == ([], None)
    with session.check() as check:
        assert check.call("double", 3) == 6
        raised = check.ask("call", on=0, name="wrong", args=[3])["raised"]
    assert raised["message"] == (
        "helper.py, line 1 imports `torch`, which is neither allowed here nor part of the submission."
    )
    assert raised["frames"] == [{"file": "helper.py", "line": 5, "function": "wrong", "code": "return torch.ones(x)"}]


def test_other_script_is_run_by_a_magic(open_session):
    """`%run other.py` gives the notebook the names of a script beside it."""
    files = {
        "hw.ipynb": notebook("%run other.py", "out = double(3)\ndef f(x): return x\ndef g(x): return double(x)"),
        "other.py": LAYERS,
    }
    session, reading, loading = loaded(open_session, files)
    assert (reading["forbidden"], loading["error"]) == ([], None)
    with session.check() as check:
        assert check.value("get", on=0, name="out") == 6


def test_reading_names_only_what_is_not_allowed(open_session):
    """Modules of the hand-in are in no list of forbidden imports, wherever they lie and whatever writes them."""
    cells = (
        "%%writefile made.py\nx = 1",
        "import made, layers, util.deep, a, torch\nopen('other.py', 'w').write('y = 1')\nimport other\nfrom pandas import DataFrame",
    )
    files = {"nb/hw.ipynb": notebook(*cells), "src/layers.py": LAYERS, "lib/util/deep.py": "", "nb/a.py": "import jax"}
    session = open_session()
    forbidden = session.read(files, form="folder")["forbidden"]
    assert [(entry["module"], entry["file"], entry["line"]) for entry in forbidden] == [
        ("jax", "nb/a.py", 1),
        ("torch", "cell 2 of nb/hw.ipynb", 1),
        ("pandas", "cell 2 of nb/hw.ipynb", 4),
    ]


def test_module_that_is_in_nobodys_hand_in_is_refused(open_session):
    """A path that leads nowhere makes no module out of nothing."""
    files = {"main.py": "import sys\nsys.path.append('src')\nimport layers\nlayers.double(1)\n", "src/other.py": ""}
    _session, reading, loading = loaded(open_session, files)
    assert [entry["module"] for entry in reading["forbidden"]] == ["layers"]
    assert loading["status"] == "forbidden"
