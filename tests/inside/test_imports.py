"""An import that is not allowed costs what uses it and nothing else; who has provided for its absence has it absent."""

import pytest

TORCH = "s001.py, line 1 imports `torch`, which is neither allowed here nor part of the submission."


def names_of(load, text):
    """Load a script that must come to its end; return the values of its names that begin with `out`."""
    session, loading = load(text)
    assert (loading["status"], loading["error"]) == ("loaded", None), text
    with session.check() as check:
        return {name: check.value("get", on=0, name=name) for name in loading["names"] if name == "out"}


@pytest.mark.parametrize(
    "statement",
    [
        "import torch",
        "import torch as t",
        "import torch.nn.functional",
        "import torch.nn.functional as F",
        "from torch import nn, optim",
        "from torch.nn import functional as F",
        "from torch import *",
        "import PIL",
        "import importlib; t = importlib.import_module('torch.nn')",
        "t = __import__('torch')",
        "exec('import torch')",
        "exec(compile('from torch import nn', '<x>', 'exec'))",
        "t = eval('__import__(\"torch\")')",
        "import torch, sklearn, os",
        "def g():\n    import torch\ng()",
        "class A:\n    import torch",
        "from torch import Tensor\ndef g(x: Tensor | None, y: 'Tensor' = None) -> list[Tensor]: return x",
        "import torch\ndef g(x: torch.Tensor, *y: torch.nn.Module) -> torch.Tensor | None: return x\nz: torch.Tensor = 3",
        "import torch\nfrom typing import Optional, Union\ndef g(x: Optional[torch.Tensor], y: Union[int, torch.nn.Module] = 1): ...",
        "import torch\nfrom dataclasses import dataclass\n@dataclass\nclass A:\n    x: torch.Tensor\n    y: int = 1\na = A(3)",
        "import torch\nkept = {torch: [torch]}\nprint(torch, f'{torch}', torch is None, type(torch), callable)",
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    import torch",
        "try:\n    import torch\nfinally:\n    pass",
        "try:\n    import torch\nexcept (ValueError, OSError):\n    raise",
        "try:\n    import torch\nexcept ImportError:\n    raise SystemExit('install torch')",
        "import sys\ntry:\n    import torch\nexcept ImportError:\n    print('pip install torch')\n    sys.exit(1)",
        "import sys, subprocess\ntry:\n    import torch\nexcept ImportError:\n    subprocess.check_call([sys.executable, '-m', 'pip', 'install', 'torch'])\n    import torch",
    ],
)
def test_import_that_is_never_used_costs_nothing(load, statement):
    """However it is written, it binds a stand-in, which may be kept, printed, and named as a type."""
    assert names_of(load, f"{statement}\nout = 1\n") == {"out": 1}


@pytest.mark.parametrize(
    "use",
    [
        "torch.nn", "torch()", "torch[0]", "for x in torch: pass", "list(torch)", "bool(torch)", "torch == 1", "torch + 1", "2 * torch",
        "-torch", "len(torch)", "float(torch)", "class A(torch): pass", "@torch\ndef f(): pass", "with torch: pass", "1 in torch",
        "torch.x = 1", "isinstance(1, torch)", "a, b = torch", "import numpy as np; np.asarray(torch)", "import numpy as np; np.ones(2) + torch",
        "print(*torch)", "hasattr(torch, 'nn')", "torch | 1", "x = torch.Tensor", "import copy; copy.deepcopy(torch)", "open(torch)",
        "torch @ 1", "torch < 1", "next(torch)", "import numpy as np; np.exp(torch)",
    ],
)  # fmt: skip
def test_first_use_of_an_import_that_is_not_allowed_raises(load, use):
    """Whatever is done with the stand-in, the message names the line of the import, the frame that of the use."""
    _, loading = load(f"import torch\n{use}\nout = 1\n")
    assert (loading["status"], loading["names"]) == ("forbidden", [])
    assert (loading["error"]["type"], loading["error"]["message"]) == ("ForbiddenImport", TORCH)
    assert loading["error"]["frames"][0]["line"] >= 2


@pytest.mark.parametrize(
    ("statement", "use"),
    [
        ("import torch.nn.functional", "torch.nn.functional.relu"),
        ("import torch.nn.functional", "torch.optim"),
        ("import torch.nn.functional as F", "F.relu"),
        ("from torch import nn", "nn.Linear"),
        ("from torch import __version__ as version", "version + ''"),
        ("from torch import *", "tensor([1.0])"),
        ("from torch.nn import Module", "\nclass Net(Module): pass"),
        ("from numba import njit", "\n@njit\ndef f(): pass"),
        ("t = __import__('torch')", "t.nn"),
        ("import importlib; t = importlib.import_module('torch.nn')", "t.Linear"),
        ("exec('import torch')", "torch.nn"),
        ("from seaborn import set_theme", "set_theme()"),
    ],
)
def test_names_taken_from_a_library_raise_at_their_use(load, statement, use):
    """Every form of the statement leads to the same end."""
    _, loading = load(f"{statement}\n{use}\n")
    assert loading["status"] == "forbidden", loading
    assert loading["error"]["message"].startswith("s001.py, line 1 imports `")


def test_first_use_can_be_caught(load):
    """A use in a `try` goes where the failure of an import would."""
    text = "import torch\ntry:\n    out = torch.device('cuda')\nexcept ImportError:\n    out = 'cpu'\n"
    assert names_of(load, text) == {"out": "cpu"}


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import torch\nexcept ImportError:\n    out = 1",
        "try:\n    import torch\nexcept ModuleNotFoundError:\n    out = 1",
        "try:\n    import torch\n    out = torch.cuda\nexcept Exception as error:\n    out = 1",
        "try:\n    import torch\n    out = 2\nexcept:\n    out = 1",
        "try:\n    import torch\n    out = 2\nexcept (ValueError, ImportError):\n    out = 1",
        "try: import torch; out = 2\nexcept ImportError: out = 1",
        "try:\n    from torch import nn\n    out = 2\nexcept ImportError:\n    out = 1\nelse:\n    out = 3",
        "import builtins\ntry:\n    import torch\n    out = 2\nexcept builtins.ImportError:\n    out = 1",
        "missing = (ImportError, OSError)\ntry:\n    import torch\n    out = 2\nexcept missing:\n    out = 1",
        "import contextlib\nout = 1\nwith contextlib.suppress(ImportError):\n    import torch\n    out = 2",
        "from contextlib import suppress\nout = 1\nwith suppress(ValueError, ModuleNotFoundError): import torch; out = 2",
        "from contextlib import suppress\nquiet = suppress(ImportError)\nout = 1\nwith quiet:\n    import torch\n    out = 2",
        "def find():\n    import torch\n    return torch\ntry:\n    out = find()\nexcept ImportError:\n    out = 1",
        "def find():\n    try:\n        import torch\n        return 2\n    except ImportError:\n        return 1\nout = find()",
        "try:\n    try:\n        import torch\n        out = 2\n    finally:\n        pass\nexcept ImportError:\n    out = 1",
        "try:\n    try:\n        import torch\n        out = 2\n    except ValueError:\n        out = 3\nexcept ImportError:\n    out = 1",
        "for name in ('torch', 'jax'):\n    try:\n        __import__(name)\n        out = 2\n    except ImportError:\n        out = 1",
        "import importlib\ntry:\n    importlib.import_module('torch')\n    out = 2\nexcept ImportError:\n    out = 1",
        "exec('try:\\n    import torch\\n    out = 2\\nexcept ImportError:\\n    out = 1')",
        "try:\n    exec('import torch')\n    out = 2\nexcept ImportError:\n    out = 1",
        "import importlib.util\nout = 1 if importlib.util.find_spec('torch') is None else 2",
        "from importlib.util import find_spec\nout = 1 if find_spec('scipy') is None else 2",
        "import pkgutil, warnings\nwarnings.simplefilter('ignore')\nout = 1 if pkgutil.find_loader('scipy') is None else 2",
        "import sys\nimport torch\nout = 2 if 'torch' in sys.modules else 1",
        "import importlib.metadata as m\ntry:\n    out = m.version('scipy')\nexcept m.PackageNotFoundError:\n    out = 1",
        "from importlib import metadata\nout = 1 if metadata.version('numpy') else 2",
        "from importlib.metadata import version, PackageNotFoundError\ntry:\n    out = version('torch')\nexcept PackageNotFoundError:\n    out = 1",
        "import sys\ntry:\n    import google.colab\n    out = 2\nexcept ImportError:\n    out = 1",
        "try:\n    from google.colab import drive\n    out = 2\nexcept ModuleNotFoundError:\n    out = 1",
        "import sys\nfrom google.colab import drive\nout = 2 if 'google.colab' in sys.modules else 1",
        "import importlib.util\nout = 2 if importlib.util.find_spec('google.colab') else 1",
    ],
)  # fmt: skip
def test_who_has_provided_for_a_missing_library_has_it_missing(load, text):
    """Handlers, `suppress` and questions about what is installed go as on a machine without it; a real library hides as well."""
    assert names_of(load, f"{text}\n") == {"out": 1}


def test_except_branch_is_told_as_python_tells_it(load):
    """The exception is a ModuleNotFoundError with the name of the module."""
    text = "try:\n    import torch.nn\nexcept ModuleNotFoundError as error:\n    out = [error.name, type(error).__name__]\n"
    assert names_of(load, text) == {"out": ["torch.nn", "ForbiddenImport"]}


def test_handler_far_outside_is_about_other_things(load):
    """Who guards a whole program against everything has not provided for the absence of a library that is not used."""
    text = (
        "def main():\n    import pandas as pd\n    return 1\ntry:\n    out = main()\nexcept Exception:\n    out = 2\n"
    )
    assert names_of(load, text) == {"out": 1}


def test_imports_in_checks_are_held_to_the_list(load):
    """A function that uses what it imports when it is called is refused then; one that does not use it is not."""
    session, _ = load(
        "def f():\n    import torch\n    return torch.ones(2)\ndef g():\n    import torch\n    return 1\n"
    )
    with session.check() as check:
        raised = check.ask("call", on=0, name="f")["raised"]
        assert (raised["type"], raised["message"]) == ("ForbiddenImport", TORCH.replace("line 1", "line 2"))
        assert check.call("g") == 1


def test_stand_in_that_a_check_asks_for_raises(load):
    """A name that should be the student's own work and comes from a library is refused when the check calls it."""
    session, loading = load("from torch.nn.functional import softplus, relu as double\n")
    assert loading["names"] == []
    with session.check() as check:
        assert check.ask("call", on=0, name="softplus", args=[1.0])["raised"]["type"] == "ForbiddenImport"
        assert check.ask("get", on=0, name="double")["value"] is not None


@pytest.mark.parametrize(
    "text",
    [
        "import importlib\nimportlib.__import__('rich').print",
        "import importlib._bootstrap as b\nb._gcd_import('rich')",
        "import sys\nsys.modules['rich']",
        "import runpy\nrunpy.run_module('rich')",
        "import pkgutil\npkgutil.resolve_name('rich:print')",
        "exec(compile('import rich\\nrich.print', 'x.py', 'exec'))",
        "exec(compile('import rich\\nrich.print', 's001.py', 'exec'))",
        "import os\nexec(compile('import rich\\nrich.print', os.__file__, 'exec'), {})",
        "def f():\n    yield __import__('rich').print\nnext(f())",
        "list(map(__import__, ['rich']))[0].print",
        "try:\n    import rich\nexcept ImportError as error:\n    out = error.name.print",
        "import rich\nimport importlib\nimportlib.reload(rich)",
        "import rich\nobject.__getattribute__(rich, 'print')",
        "import rich\nvars(rich)['print']",
        "import gc\nimport rich\n[o for o in gc.get_referents(rich) if hasattr(o, 'Console')][0]",
        "import pickle\npickle._loads(b'crich\\nprint\\n.')(1)",
        "import timeit\ntimeit.timeit('import rich; rich.print')",
        "import pydoc\npydoc.locate('rich.print')(1)",
        "import copy\nclass A:\n    def __reduce_ex__(self, _): return __import__, ('rich',)\ncopy.deepcopy(A()).print",
        "import contextlib, sys\nwith contextlib.ExitStack() as stack:\n    stack.callback(__import__, 'rich')\nsys.modules['rich']",
        "import unittest\nunittest.defaultTestLoader.loadTestsFromName('rich.print')",
        "import logging.config\nlogging.config.BaseConfigurator({}).resolve('rich.print')",
        "import cProfile, sys\ncProfile.run('import rich')\nsys.modules['rich']",
        "import os, site, sys\nopen('a.pth', 'w').write('import rich\\n')\nsite.addsitedir(os.getcwd())\nsys.modules['rich']",
        "import os, shutil, sysconfig\nshutil.copytree(os.path.join(sysconfig.get_path('purelib'), 'rich'), 'rich')\nimport rich\nrich.print",
        "import os, sysconfig\nos.symlink(os.path.join(sysconfig.get_path('purelib'), 'rich'), 'mine')\nimport mine\nmine.print",
    ],
)
def test_forbidden_library_is_not_to_be_had_by_other_ways(load, text):
    """What is installed and not allowed stays away from whoever asks by unusual ways."""
    _, loading = load(f"{text}\nout = 1\n")
    assert loading["status"] != "loaded", text
    assert "out" not in loading["names"]


def test_the_standard_library_imports_what_it_needs(load):
    """What it imports for itself is its own affair, also what no list of its modules names."""
    text = (
        "import importlib, sysconfig, copy, pickle, zoneinfo\n" + "importlib.reload(copy)\nimportlib.reload(pickle)\n"
    )
    text += "prefix = sysconfig.get_config_var('prefix')\nzone = zoneinfo.ZoneInfo('Europe/Berlin').key\nout = pickle.loads(pickle.dumps(3))\n"
    _, loading = load(text)
    assert (loading["status"], loading["error"]) == ("loaded", None)


def test_imports_of_libraries_by_libraries_are_free(load):
    """What an allowed library imports later is not the student's, and neither is what executes texts in the library."""
    text = (
        "import matplotlib.dates\nimport numpy.testing, numpy.fft, numpy.typing, numpy.lib.stride_tricks, sqlite3, xml.dom.minidom\n"
        "import collections\nPoint = collections.namedtuple('Point', 'x y')\nimport dataclasses\nimport timeit\n"
    )
    _, loading = load(text)
    assert loading["status"] == "loaded", loading["error"]


@pytest.mark.parametrize(
    "statement",
    ["from mpl_toolkits.mplot3d import Axes3D", "import pylab as plt", "from pylab import *", "from mpl_toolkits import mplot3d"],
)  # fmt: skip
def test_parts_of_an_allowed_library_are_allowed(load, statement):
    """What Matplotlib installs beside the module of its name belongs to it."""
    assert names_of(load, f"import numpy as np\n{statement}\nout = 1\n") == {"out": 1}


def test_imports_that_are_harmless_do_nothing(load):
    """`google.colab` is a stand-in of which every use is harmless."""
    text = (
        "from google.colab import drive, files\nimport google.colab\ndrive.mount('/content/drive')\n"
        "for name in files.upload().keys():\n    raise ValueError\ngoogle.colab.output.clear()\n"
        "from google.colab.patches import cv2_imshow\ncv2_imshow([1])\n"
    )
    _session, loading = load(text)
    assert (loading["status"], loading["error"]) == ("loaded", None)


@pytest.mark.parametrize(
    "text",
    [
        "from tqdm import tqdm\nout = [x for x in tqdm(range(3))]",
        "from tqdm import trange\nout = list(trange(3))",
        "from tqdm import trange\nout = list(trange(0, 3, desc='epoch'))",
        "import tqdm\nout = list(tqdm.tqdm(range(3), desc='x'))",
        "import tqdm\nout = list(tqdm.trange(3))",
        "import tqdm.notebook\nout = list(tqdm.notebook.tqdm(range(3)))",
        "import tqdm.auto as t\nout = list(t.tqdm(range(3)))",
        "from tqdm.auto import tqdm, trange\nout = list(tqdm(trange(3)))",
        "from tqdm.notebook import tqdm as bar\nout = list(bar(iterable=range(3)))",
        "from tqdm import tqdm_notebook\nout = list(tqdm_notebook([0, 1, 2], total=3, leave=False))",
        "from tqdm import tqdm\nout = [i for i, x in enumerate(tqdm('abc'))] if False else [i for i, x in enumerate(tqdm(['a', 'b', 'c']))]",
        "from tqdm import tqdm\nout = [a for a, b in zip(tqdm(range(3)), range(3))]",
        "from tqdm import tqdm\nout = []\nwith tqdm(total=3) as bar:\n    while bar.n < 3:\n        out.append(bar.n)\n        bar.update(1)",
        "from tqdm import tqdm\nout = []\nfor epoch in (bar := tqdm(range(3))):\n    bar.set_description(f'{epoch}')\n    bar.set_postfix(loss=1.0)\n    bar.set_postfix_str('x')\n    out.append(epoch)\nbar.close()\nassert len(bar) == 3 and bar.total == 3",
        "from tqdm import tqdm\nout = list(tqdm(iter([0, 1, 2])))\ntqdm.pandas()\nassert tqdm._instances is not None",
        "from tqdm import tqdm\nout = list(tqdm(x for x in range(3)))",
        "from tqdm.contrib import tenumerate, tzip\nout = [i for i, x in tenumerate('abc')] if list(tzip([1], [2])) == [(1, 2)] else 0",
        "from tqdm.contrib.concurrent import thread_map\nout = thread_map(int, '012')",
        "from tqdm import tqdm\nclass Bar(tqdm):\n    def extra(self): return 1\nout = [x for x in Bar(range(3))]",
        "from alive_progress import alive_bar, alive_it\nout = list(alive_it(range(3)))\nwith alive_bar(3) as bar:\n    for _ in out:\n        bar()",
        "import progressbar\nout = [x for x in progressbar.progressbar(range(3))]\nbar = progressbar.ProgressBar(max_value=3)\nbar.start()\nassert list(bar([1])) == [1]\nbar.finish()",
        "import importlib\nout = list(importlib.import_module('tqdm').tqdm(range(3)))",
        "from rich.progress import track\nout = list(track(range(3), description='epochs'))",
        "from rich import progress\nout = list(progress.track(range(3)))",
        "import rich.progress\nout = [x for x in rich.progress.track([0, 1, 2])]",
        "from rich.progress import BarColumn, Progress, TextColumn\nwith Progress(TextColumn('x'), BarColumn(), transient=True) as bars:\n    out = list(bars.track(range(3)))",
        "from rich.progress import Progress\nout = []\nwith Progress() as bars:\n    task = bars.add_task('[red]Training', total=3)\n    while not bars.finished:\n        out.append(bars.tasks[task].n)\n        bars.update(task, advance=1)",
        "from rich.progress import Progress\nbars = Progress(*Progress.get_default_columns())\ntask = bars.add_task('x')\nbars.start()\nbars.update(task, total=2, completed=1)\nbars.advance(task)\nout = [0, 1, 2] if bars.finished else []\nbars.stop()",
        "try:\n    from tqdm import tqdm\nexcept ImportError:\n    tqdm = lambda x: x\nout = list(tqdm(range(3), desc='works in both branches' if False else None) if tqdm.__class__.__name__ != 'function' else tqdm(range(3)))",
    ],
)
def test_progress_bars_give_back_what_they_are_given(load, text):
    """A loop behind a bar runs as without it, and the bar writes nothing."""
    session, loading = load(f"{text}\n")
    assert (loading["status"], loading["error"]) == ("loaded", None)
    with session.check() as check:
        assert check.value("get", on=0, name="out") == [0, 1, 2]
    assert session.printed() == ""


def test_bars_of_rich_print_what_they_are_told_to(load):
    """Beside the bars a program prints with `print` and `console.print`."""
    text = "from rich.progress import Progress\nwith Progress() as bars:\n    bars.print('epoch 1')\n    bars.console.print('epoch 2')\n"
    session, loading = load(text)
    assert loading["error"] is None
    assert session.printed() == "epoch 1\nepoch 2\n"


@pytest.mark.parametrize(
    "text",
    [
        "import msvcrt\nimport winreg, winsound",
        "from msvcrt import getch",
        "import msvcrt as keys\ndef wait():\n    return keys.getch()",
        "from winsound import *",
        "try:\n    import msvcrt\n    out = 2\nexcept ImportError:\n    pass",
        "try:\n    from msvcrt import getch\nexcept ModuleNotFoundError:\n    getch = None\nassert getch is None",
        "import sys\nimport msvcrt\nassert 'msvcrt' not in sys.modules",
    ],
)
def test_module_of_another_system_costs_only_what_uses_it(load, text):
    """What the standard library has on another system only may be imported, and a fallback is taken where there is one."""
    assert names_of(load, f"out = 1\n{text}\n")["out"] == 1


@pytest.mark.parametrize("use", ["msvcrt.getch()", "msvcrt.nothing", "for key in msvcrt: pass"])
def test_use_of_a_module_of_another_system_names_its_import(load, use):
    """It is no forbidden import; what misses it says so."""
    _, loading = load(f"x = 1\nimport msvcrt\n{use}\n")
    assert (loading["status"], loading["names"], loading["error"]["type"]) == ("raised", ["x"], "ModuleNotFoundError")
    assert loading["error"]["message"] == "s001.py, line 2 imports `msvcrt`, which is not on the computer that grades."


def test_progress_bar_prints_what_it_is_told_to(load):
    """`tqdm.write` is a way to print, and stays one."""
    session, loading = load("from tqdm import tqdm\ntqdm.write('epoch 1')\ntqdm.write('x', end='')\n")
    assert loading["error"] is None
    assert session.printed() == "epoch 1\nx"


def test_bars_around_arrays_give_rows(load):
    """An array, a dictionary or a file is gone through as it would be without the bar."""
    text = "import numpy as np\nfrom tqdm import tqdm\nout = [float(r.sum()) for r in tqdm(np.ones((2, 3)))] + list(tqdm({5: 1}))\n"
    assert names_of(load, text) == {"out": [3.0, 3.0, 5]}
