"""Whatever a submission does to the process, the loader goes on or dies alone."""

import pytest

from tests.inside.driver import Gone

SURVIVED = {
    "builtins": "import builtins\nfor n in ('len', 'print', 'open', 'min', 'max', 'range', 'sorted', 'getattr', 'hasattr', 'zip', 'iter', 'any', 'all', 'bytes', 'float', 'bool', 'map', 'filter', 'enumerate', 'id', 'compile', 'exec', 'sum', 'abs', 'round', 'next', 'repr', 'eval'):\n    setattr(builtins, n, None)\n",
    "no streams": "import sys\nsys.stdout = sys.stderr = sys.stdin = None\n",
    "closed streams": "import sys\nsys.stdout.close()\nsys.stderr.close()\n",
    "fork": "import os\nos.fork = os._exit = os.wait4 = os.dup2 = os.read = os.write = None\n",
    "descriptors": "import os\nos.closerange(0, 256)\n",
    "modules": "import sys\nsys.modules.clear()\n",
    "numpy": "import numpy as np\nnp.ndarray = np.array = np.asarray = np.frombuffer = None\nnp.random.seed = np.random.default_rng = None\n",
    "sockets": "import socket, struct\nsocket.socket = struct.pack = struct.unpack = None\n",
    "folder": "import os\nos.mkdir('sub')\nos.chdir('sub')\nos.rmdir('../sub')\n",
    "threads": "import threading, time\nthreading.Thread(target=lambda: time.sleep(3600), daemon=True).start()\n",
    "signals": "import signal\nfor s in signal.valid_signals():\n    try:\n        signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError):\n        pass\nsignal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n",
    "exit handler": "import atexit, sys\natexit.register(sys.exit, 3)\n",
    "recursion limit": "import sys\nsys.setrecursionlimit(60)\n",
    "traceback": "import traceback, linecache, warnings\ntraceback.format_exception = linecache.getline = warnings.warn = None\n",
    "warnings": "import warnings\nwarnings.filterwarnings('error')\n",
    "trace": "import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)\n",
    "excepthook": "import sys\nsys.excepthook = sys.displayhook = sys.unraisablehook = None\n",
    "path": "import sys\nsys.path.clear()\nsys.meta_path.clear()\nsys.path_hooks.clear()\n",
    "random": "import random\nrandom.seed = random.getstate = random.setstate = random.Random = None\n",
    "gc": "import gc\ngc.disable()\n",
    "children": "import os\nfor _ in range(3):\n    if os.fork() == 0:\n        os._exit(0)\n",
    "own class": "__builtins__ = {}\n__name__ = 7\n__file__ = None\n",
    "names": "globals().update({1: 2, None: 3, 'a b': 4})\n",
    "odd names": "class S(str):\n    def startswith(self, *a): raise SystemExit\nglobals()[S('odd')] = 1\n",
    "print": "def print(*args):\n    raise ValueError\n",
}


@pytest.mark.parametrize("text", SURVIVED.values(), ids=SURVIVED.keys())
def test_hostile_change_leaves_the_loader_working(load, text):
    """The loading is reported and two checks answer, after the process was turned upside down."""
    session, loading = load("def f(x):\n    return x * 2\ndef bad():\n    return 1 / 0\n" + text)
    assert loading["status"] == "loaded", loading["error"]
    for _ in range(2):
        with session.check() as check:
            assert check.call("f", 21) == 42
            assert check.ask("call", on=0, name="bad")["raised"]["type"] == "ZeroDivisionError"
            assert "f" in check.value("names", on=0)
            assert check.ask("get", on=0, name="nothing")["missing"] == "nothing"
            assert check.value("figures", png=False) == []
            check.value("output")


DEADLY = {
    "all descriptors": "import os\nos.closerange(0, 70000)\n",
    "exit of C": "import ctypes\nctypes.CDLL(None)._exit(0)\n",
    "kill": "import os\nos.kill(os.getpid(), 9)\n",
    "segmentation fault": "import ctypes\nctypes.string_at(0)\n",
}


@pytest.mark.parametrize("text", DEADLY.values(), ids=DEADLY.keys())
def test_hostile_end_is_the_loaders_alone(load, text):
    """A submission that ends the loader ends nothing else."""
    with pytest.raises(Gone):
        load(text)
    session, _ = load("def f():\n    return 1\n")
    with session.check() as check:
        assert check.call("f") == 1


RAISED = {
    "no text": "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E\n",
    "text of another type": "class S(str):\n    pass\nclass E(Exception):\n    def __str__(self): return S('x')\nraise E\n",
    "lying class": "class E(BaseException):\n    __class__ = int\nraise E\n",
    "group": "raise ExceptionGroup('many', [ValueError(1), TypeError(2)])\n",
    "own traceback": "class E(Exception):\n    __traceback__ = property(lambda self: 1 / 0)\nraise E\n",
    "long": "raise ValueError('x' * 10 ** 7)\n",
    "generator exit": "raise GeneratorExit\n",
    "frames": "import sys\nx = 1\nexec(compile('1/0', 'other.py', 'exec'))\n",
}


@pytest.mark.parametrize("text", RAISED.values(), ids=RAISED.keys())
def test_hostile_exception_becomes_data(load, text):
    """An exception of any kind is described in at most 2000 characters."""
    _, loading = load("def f():\n    pass\n" + text)
    assert (loading["status"], "f" in loading["names"]) == ("raised", True)
    assert len(loading["error"]["message"]) <= 2000
    assert all(frame["file"] == "s001.py" for frame in loading["error"]["frames"])
