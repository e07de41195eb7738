"""Imports through the real commands: what they cost, and what must be installed."""

import json
import subprocess
import sys

import pytest

from grader.handout.starter import write_assignment
from tests.grading import PROJECT, RIGHT, TINY, environment, grade, write_class

SOFTPLUS = "import numpy as np\ndef softplus(x):\n    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))\n"
DRAWING = "import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4])\nplt.show()\n"


def run(*words, **more):
    """Run `python -m grader` with these words; return status, output and errors."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=PROJECT, env=environment(**more), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def own_assignment(folder, imports):
    """Write an assignment as `new` does, with this table of imports."""
    write_assignment(folder)
    file = folder / "assignment.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('allowed = ["numpy"]', imports), encoding="utf-8")
    return folder


def records(out):
    """Return the records in a folder of reports, by student."""
    return {path.stem: json.loads(path.read_bytes()) for path in (out / "records").glob("*.json")}


RIGHT_WORK = {
    "unused": "import pandas as pd\nimport torch.nn as nn\nfrom sklearn import *\n" + RIGHT,
    "inside": RIGHT.replace("    return 2.0", "    import seaborn\n    return 2.0"),
    "typed": "from torch import Tensor\nimport torch\n" + RIGHT.replace("double(x)", "double(x: torch.Tensor) -> Tensor"),
    "branch": "try:\n    import cupy as xp\nexcept ModuleNotFoundError:\n    xp = None\n" + RIGHT,
    "bars": "from tqdm import tqdm\n"
    + RIGHT.replace("return 2.0 * x", "return np.array([2.0 * row for row in tqdm(x, desc='rows')])"),
    "colab": "try:\n    import google.colab\n    import nowhere\n    nowhere.mount()\nexcept ImportError:\n    pass\n" + RIGHT,
    "mount": "from google.colab import drive\ndrive.mount('/content/drive')\n" + RIGHT,
    "wrote": "open('mine.py', 'w').write('def twice(x):\\n    return 2.0 * x\\n')\nfrom mine import twice\n"
    + RIGHT.replace("2.0 * x", "twice(x)"),
}  # fmt: skip


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """Records of students whose work is right, whatever else they import."""
    work = tmp_path_factory.mktemp("right")
    folder = write_class(work / "class", **RIGHT_WORK)
    (folder / "src-layout" / "src").mkdir(parents=True)
    (folder / "src-layout" / "main.py").write_text(
        "import sys\nsys.path.append('src/')\nfrom work import *\nprint(42)\n"
    )
    (folder / "src-layout" / "src" / "work.py").write_text(RIGHT)
    return grade(folder, work / "out", "--quiet")


@pytest.mark.parametrize("student", [*RIGHT_WORK, "src-layout"])
def test_right_work_loses_nothing_by_what_it_imports(right, student):
    """No point is lost by an import that nothing uses, by a bar around a loop, by a question about Colab, by a folder of modules."""
    assert (right[student]["score"]["sum"], right[student]["loading"]["fault"]) == (10.0, None)


def test_precheck_at_home_sees_imports_as_grading_does(tmp_path):
    """The same stand-ins, the same sentence: right work is done, what uses a library is a forbidden import."""
    folder = own_assignment(tmp_path / "week", 'allowed = ["numpy"]')
    work = tmp_path / "s001.py"
    work.write_text(
        "import pandas as pd\nfrom tqdm import tqdm\nn = sum(tqdm([1, 2]))\n"
        + SOFTPLUS.replace("return", "return n / 3 *")
    )
    status, output, errors = run("precheck", work, "--assignment", folder)
    assert status == 0, errors
    assert "Points so far: 10 of 10 in these checks" in output
    work.write_text("import torch\n" + SOFTPLUS.replace("np.log1p", "torch.log1p"))
    _, output, _ = run("precheck", work, "--assignment", folder)
    said = " ".join(output.split())
    assert (
        "It raised ForbiddenImport: s001.py, line 1 imports `torch`, which is neither allowed here nor part of the submission."
        in said
    )


def test_own_assignment_that_allows_matplotlib_can_draw(tmp_path):
    """Without any `preload` a script may import Matplotlib in every way, and its figures arrive."""
    folder = own_assignment(tmp_path / "week", 'allowed = ["numpy", "matplotlib"]')
    students = {
        "plain": "import matplotlib\n",
        "pyplot": DRAWING,
        "agg": "import matplotlib\nmatplotlib.use('TkAgg')\n" + DRAWING,
        "star": "from pylab import *\nplot([1, 2])\nshow()\n",
        "toolkit": "from mpl_toolkits.mplot3d import Axes3D\n" + DRAWING,
        "late": "def draw():\n    import importlib\n    plt = importlib.import_module('matplotlib.pyplot')\n    plt.plot([1])\n    plt.show()\ndraw()\n",
    }
    write_class(tmp_path / "class", **{name: text + SOFTPLUS for name, text in students.items()})
    status, output, errors = run("grade", tmp_path / "class", "--assignment", folder, "--out", tmp_path / "out")
    assert status == 0, output + errors
    graded = records(tmp_path / "out")
    assert {name: record["score"]["sum"] for name, record in graded.items()} == dict.fromkeys(students, 10.0)
    drawn = {name: len(record["figures"]) for name, record in graded.items()}
    assert drawn == {**dict.fromkeys(students, 1), "plain": 0}


def test_allowed_library_must_be_installed(tmp_path):
    """What nobody can import stops the class at once, in one sentence that says what to do; so does what is no name."""
    folder = own_assignment(tmp_path / "week", 'allowed = ["numpy", "no_such_library"]')
    write_class(tmp_path / "class", s001=SOFTPLUS)
    words = ("grade", tmp_path / "class", "--out", tmp_path / "out", "--assignment")
    sentence = (
        "grader: {} is an allowed import but is not installed here. Add its package to `deps =` in the section "
        "[testenv:grade] of tox.ini and run `tox -e grade` again, or stop allowing it.\n"
    )
    assert run(*words, folder) == (2, "", sentence.format("no_such_library"))
    for name in ("also_not_there", "scipy.also_not_there"):
        assert run(*words, TINY, "--allow", name) == (2, "", sentence.format(name))
    assert run(*words, TINY, "--allow", "scikit-learn") == (
        2, "", "grader: 'scikit-learn' cannot be imported: give the name that follows `import`, such as sklearn.\n"
    )  # fmt: skip


def test_one_run_can_allow_more(tmp_path):
    """`--allow` counts for its run: it is in the record and in the words that repeat it, and other runs grade anew."""
    folder = write_class(
        tmp_path / "class",
        s001="from scipy.special import xlogy\nfrom rich import markup\n"
        + RIGHT.replace("2.0 * x", "x + xlogy(1, np.e) * x"),
    )
    assert grade(folder, tmp_path / "out", "--quiet")["s001"]["score"]["sum"] == 2.0
    record = grade(folder, tmp_path / "out", "--quiet", "--allow", "scipy", "--allow", "rich")["s001"]
    assert record["score"]["sum"] == 10.0
    assert record["assignment"]["allowed"][-2:] == ["scipy", "rich"]
    assert record["submission"]["forbidden"] == []
    assert record["repeat"].endswith(" --allow scipy --allow rich --only s001")
    assert grade(folder, tmp_path / "out", "--quiet")["s001"]["score"]["sum"] == 2.0


@pytest.mark.parametrize("flag", ["-O", "-OO"])
def test_python_without_assertions_is_refused(flag):
    """Checks rely on assertions: a Python that skips them is refused in one sentence."""
    sentence = "grader: Python skips assertions when it is started with -O or PYTHONOPTIMIZE; start it without them.\n"
    for command in ([sys.executable, flag, "-m", "grader", "grade"], [sys.executable, flag, "-m", "grader", "--help"]):
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence)
