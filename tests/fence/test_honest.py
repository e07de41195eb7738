"""What honest code of the exercise does is possible inside the fence; what is not fails with a clear word."""

import pytest

from grader.fence import CleanParent
from grader.fence.levels import IsolationLevel
from grader.outcomes import StudentFault, Why

HONEST = {
    "linear algebra": "a = np.eye(200) + np.ones((200, 200)) / 999\n    return bool(np.allclose(np.linalg.inv(a) @ a, np.eye(200)))",
    "training": "w, x = np.zeros((2, 1)), np.random.default_rng(0).random((50, 2))\n    y = (x[:, :1] > x[:, 1:]) * 1.0\n    for _ in range(500):\n        w -= 5.0 * x.T @ (1 / (1 + np.exp(-x @ w)) - y) / 50\n    return bool(np.mean((x @ w > 0) == (y > 0.5)) > 0.95)",
    "threads": "from concurrent.futures import ThreadPoolExecutor\n    with ThreadPoolExecutor(4) as pool:\n        return sum(pool.map(abs, range(9))) == 36",
    "temporary file": "import tempfile\n    with tempfile.NamedTemporaryFile() as file:\n        return os.path.exists(file.name)",
    "array on disk": "np.save('a.npy', np.ones(3))\n    return float(np.load('a.npy').sum()) == 3.0",
    "event loop": "import asyncio\n    return asyncio.run(asyncio.sleep(0.01, True))",
    "copies of folders": "import shutil\n    os.mkdir('d')\n    open('d/f', 'w').close()\n    shutil.copytree('d', 'e')\n    return os.listdir('e') == ['f']",
    "the home folder": "import getpass, pathlib\n    return (getpass.getuser(), pathlib.Path.home()) == ('student', pathlib.Path.cwd())",
    "late imports": "import decimal, json, sqlite3, unittest, numpy.polynomial\n    return True",
    "pauses": "import time\n    time.sleep(0.01)\n    return time.strftime('%Z') == 'UTC'",
    "child process": "if os.fork() == 0:\n        os._exit(3)\n    return os.waitstatus_to_exitcode(os.wait()[1]) == 3",
}  # fmt: skip
POOL = "def work():\n    import multiprocessing\n    with multiprocessing.Pool(2) as pool:\n        return sum(pool.map(abs, range(9)))\n"


@pytest.mark.parametrize("level", [IsolationLevel.FULL, IsolationLevel.NO_NAMESPACES])
@pytest.mark.parametrize("name", HONEST)
def test_honest_work_is_possible(name, level, clean_parents, fenced, call):
    """Nothing that computing needs is refused."""
    source = f"import os\nimport numpy as np\ndef work():\n    {HONEST[name]}\n"
    assert call(fenced(source, parent=clean_parents(level)), "work") is True


def test_honest_drawing_is_possible():
    """A figure can be drawn and saved, with text in mathematical fonts."""
    source = (
        "import matplotlib.pyplot as plt\ndef draw():\n    plt.plot([1, 2])\n    plt.title(r'$\\alpha$')\n"
        "    plt.savefig('a.png')\n    plt.savefig('a.pdf')\n    return open('a.png', 'rb').read(4)\n"
    )
    with CleanParent(preload=("numpy", "matplotlib.pyplot")) as clean_parent, clean_parent.open() as session:
        session.read([("a.py", source.encode())], name="a.py", form="file", allowed_imports=("matplotlib",))
        assert session.load("submission", cpu_seconds=30.0)["status"] == "loaded"
        with session.check(30.0) as ask:
            answer = ask({"op": "call", "on": 0, "name": "draw", "args": [], "kwargs": {}})
    assert answer["value"] == b"\x89PNG"


def test_honest_pool_works_where_it_has_its_own_shared_memory(clean_parents, fenced, call):
    """A pool of processes works in namespaces of its own."""
    assert call(fenced(POOL, parent=clean_parents(IsolationLevel.FULL)), "work") == 36


def test_honest_pool_is_refused_with_a_clear_word(clean_parents, fenced, call):
    """Without namespaces its shared memory would be everybody's: blocked, with what is possible instead."""
    with pytest.raises(StudentFault) as caught:
        call(fenced(POOL, parent=clean_parents(IsolationLevel.NO_NAMESPACES)), "work")
    assert caught.value.why is Why.BLOCKED
    assert caught.value.hint == (
        "Only computing, printing, drawing and files in the working folder are possible here: no network, no other "
        "programs, no pools of processes."
    )
