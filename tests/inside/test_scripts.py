"""Scripts are run as a program or for their names only, and keep what they defined."""

import pytest

GUARDED = "import sys\nx = 1\nprint('top', __name__)\nif __name__ == '__main__':\n    y = 2\n    print('guarded', len(sys.argv))\n"


def test_script_gives_its_names(load):
    """A script that is loaded shows its names, without modules and private ones, and answers calls."""
    session, loading = load("import numpy as np\n_hidden = 1\n\ndef double(x):\n    return 2 * x\n")
    assert (loading["status"], loading["error"], loading["names"]) == ("loaded", None, ["double"])
    with session.check() as check:
        assert check.call("double", 21) == 42


def test_script_loaded_as_submission_leaves_the_guarded_part_out(load):
    """Under another name than `__main__` the main guard does not run."""
    session, loading = load(GUARDED)
    assert loading["names"] == ["x"]
    assert session.printed() == "top submission\n"


def test_script_run_as_main_runs_the_guarded_part(load):
    """Under the name `__main__` the main guard runs, with the file as the only argument."""
    session, loading = load(GUARDED, "__main__")
    assert loading["names"] == ["x", "y"]
    assert session.printed() == "top __main__\nguarded 1\n"


def test_script_keeps_the_names_before_an_exception(load):
    """An exception while loading is described with the student's own lines, and earlier names survive."""
    session, loading = load("import json\n\ndef f():\n    return 3\n\njson.loads('{')\ndef g():\n    pass\n")
    assert (loading["status"], loading["names"]) == ("raised", ["f"])
    assert loading["error"]["type"] == "JSONDecodeError"
    assert loading["error"]["frames"] == [
        {"file": "s001.py", "line": 6, "function": "<module>", "code": "json.loads('{')"}
    ]
    with session.check() as check:
        assert check.call("f") == 3


def test_script_that_exits_counts_as_exited(load):
    """`sys.exit()` and `sys.exit(3)` are described with their line."""
    assert load("import sys\nx = 1\nsys.exit()\n")[1]["error"]["frames"][0]["line"] == 3
    _, loading = load("x = 1\nexit(3)\n")
    assert (loading["status"], loading["names"]) == ("exited", ["x"])
    assert loading["error"]["type"] == "SystemExit"


def test_script_that_runs_out_of_stack_is_described_shortly(load):
    """A recursion error names at most twelve frames."""
    _, loading = load("def f(n):\n    return f(n + 1) + f(n)\nf(0)\n")
    assert (loading["status"], loading["error"]["type"]) == ("raised", "RecursionError")
    assert 0 < len(loading["error"]["frames"]) <= 12


def test_script_that_raises_keyboard_interrupt_is_only_a_failure(load):
    """A KeyboardInterrupt does not end the loader."""
    _, loading = load("x = 1\nraise KeyboardInterrupt\n")
    assert (loading["status"], loading["names"]) == ("raised", ["x"])


def test_script_that_asks_for_memory_is_out_of_memory(load):
    """A MemoryError has a status of its own, and the report of it still comes."""
    text = (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\n"
        "def f():\n    return 1\nkept = []\nwhile True:\n    kept.append(bytearray(2**20))\n"
    )
    session, loading = load(text)
    assert (loading["status"], loading["names"]) == ("out_of_memory", ["f", "kept"])
    with session.check() as check:
        assert check.call("f") == 1


def test_script_cannot_wait_for_input(load):
    """`input()` fails at once with a clear message."""
    _, loading = load("name = input('who? ')\n")
    assert loading["error"]["type"] == "EOFError"
    assert loading["error"]["message"] == (
        "input() was called, but nobody is there to type an answer while the work is graded"
    )


def test_script_may_use_dataclasses_and_pickle(load):
    """The script's module is where the standard library looks for it."""
    text = (
        "from __future__ import annotations\nimport dataclasses, pickle, pathlib\n"
        "@dataclasses.dataclass\nclass P:\n    x: int = 1\n"
        "same = pickle.loads(pickle.dumps(P(4))).x\nhere = pathlib.Path(__file__).read_text()[:4]\n"
    )
    session, loading = load(text)
    assert loading["error"] is None
    with session.check() as check:
        assert (check.value("get", name="same"), check.value("get", name="here")) == (4, "from")


def test_script_waits_for_its_threads(load):
    """What a thread prints after the script's last line is there, as at the end of a program."""
    session, _ = load(
        "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), print('late'))).start()\n"
    )
    assert session.printed() == "late\n"


def test_script_with_a_syntax_error_has_nothing_to_run(session):
    """Loading an unreadable script repeats what the reading said."""
    reading = session.read({"s001.py": "def f(:\n"})
    loading = session.load()
    assert (loading["status"], loading["names"]) == ("raised", [])
    assert loading["error"]["message"] == reading["problems"][0]["message"]


def test_script_is_loaded_once(load):
    """A second load is refused in words."""
    session, _ = load("x = 1\n")
    assert session.load()["raised"]["message"] == "load follows one read, and comes once"


PICKLED = (
    "import os, pickle\nclass Net:\n    def __init__(self):\n        self.weight = 3.0\n"
    "with open('net.pkl', 'wb') as file:\n    file.write({content!r})\n"
    "with open('net.pkl', 'rb') as file:\n    net = pickle.load(file)\ndef weight():\n    return net.weight\n"
)


def test_script_loads_what_it_has_pickled_as_a_program(load):
    """A pickle names the script's own classes after `__main__`, whether it is run or only loaded."""
    content = b"\x80\x04\x95\x2b\x00\x00\x00\x00\x00\x00\x00\x8c\x08__main__\x94\x8c\x03Net\x94\x93\x94)\x81\x94}\x94\x8c\x06weight\x94G@\x1c\x00\x00\x00\x00\x00\x00sb."
    for run_name in ("submission", "__main__"):
        session, loading = load(PICKLED.format(content=content), run_name)
        assert loading["error"] is None
        with session.check() as check:
            assert check.call("weight") == 7.0


@pytest.mark.parametrize(
    "line",
    [
        "import os; os.chdir(r'C:\\Users\\kim\\hw1')",
        "import os; os.chdir('/content/drive/MyDrive/hw1')",
        "import os; os.chdir('D:/hw1')",
        "breakpoint()",
        "import locale; locale.setlocale(locale.LC_ALL, 'Korean_Korea.949')",
        "import locale; locale.setlocale(locale.LC_ALL, 'de_XY.UTF-8')",
    ],
)
def test_script_goes_on_where_it_needs_its_authors_computer(load, line):
    """A folder, a debugger or a language of the author's own computer stops nothing, and the program stays in its folder."""
    text = f"import os\nbefore = os.getcwd()\n{line}\nassert os.getcwd() == before\n"
    _, loading = load(text)
    assert (loading["status"], loading["error"]) == ("loaded", None)


def test_script_is_told_of_a_folder_of_its_own_that_is_not_there(load):
    """A relative name is a mistake of the program, at home as well."""
    _, loading = load("import os\nos.chdir('data')\n")
    assert loading["error"]["type"] == "FileNotFoundError"


HELPED = """\
import math
import time

def helper(x):
    return math.floor(x) + sum([1, 1])

def f(x):
    began = time.time()
    return helper(x) if began else data()[0]

def data():
    return [1]

def g():
    return len(rows), max, input.real, sys.imag, points.real

import sys
def points():
    return 5

points = points()
sys = 2 + 3j
input = 6
time = time.time()
helper = helper(3)
math = 4
sum = 0
max = 7
rows = rows = [1, 2]
"""


def test_script_may_use_the_names_of_its_helpers_again(session):
    """Functions find the helpers, modules and builtins that they call; a name that one reads as data keeps its last value."""
    session.read({"s001.py": HELPED}, names=["f"])
    assert session.load()["error"] is None
    with session.check() as check:
        assert check.call("f", 2.5) == 4
        assert check.call("g") == (2, 7, 6, 3.0, 5)


def test_script_that_closes_its_output_is_checked(session):
    """A descriptor that the program has closed is not taken for the channel of a check."""
    session.read({"s001.py": "import os\ndef f():\n    return 3\nos.close(1)\nos.close(2)\nos.close(0)\n"})
    assert session.load()["status"] == "loaded"
    for _ in range(3):
        with session.check() as check:
            assert check.call("f") == 3


@pytest.mark.parametrize(
    "command",
    [
        "subprocess.check_call([sys.executable, '-m', 'pip', 'install', 'numpy'])",
        "subprocess.run('pip install numpy', shell=True, check=True, capture_output=True, text=True)",
        "subprocess.check_output(['pip3', 'install', '-q', 'numpy'])",
        "assert subprocess.Popen(['conda', 'install', 'numpy'], stdout=subprocess.PIPE).communicate() == (b'', None)",
        "assert subprocess.call(('/usr/bin/pip', 'install', '--user', 'numpy')) == 0",
        "import pip\nassert pip.main(['install', 'numpy']) == 0",
        "from pip._internal import main as install\ninstall(['install', 'numpy'])",
        "import pkg_resources\nfor each in {'numpy'} - {found.key for found in pkg_resources.working_set}:\n"
        "    subprocess.run(['pip', 'install', each], check=True)",
    ],
)
def test_script_that_installs_packages_goes_on(load, command):
    """Nothing is installed here, and the program goes on as it does where all is there."""
    _, loading = load(f"import subprocess, sys\n{command}\nx = 1\n")
    assert (loading["status"], loading["names"][-1:]) == ("loaded", ["x"])


@pytest.mark.parametrize(
    "line",
    [
        "subprocess.run(['clear'], check=True)",
        "subprocess.call('cls', shell=True)",
        "subprocess.check_call(['cmd', '/c', 'cls'])",
        "assert os.popen('chcp 65001').read() == ''",
        "subprocess.run('mkdir -p out/a', shell=True, check=True)\nos.listdir('out/a')",
        "subprocess.check_call(['mkdir', 'two words'])\nos.listdir('two words')",
        "x = os.nice(0)\nassert os.nice(-5) in (x, x - 5)",
        "os.setpriority(os.PRIO_PROCESS, 0, -5)",
        "os.sched_setaffinity(0, {5000})",
        "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nresource.setrlimit(resource.RLIMIT_CPU, (2, 2))",
    ],
)
def test_script_that_sets_up_its_terminal_or_its_computer_goes_on(load, line):
    """A screen that is cleared, a folder that is made by a command, a priority and a limit stop nothing."""
    _, loading = load(f"import os, subprocess\n{line}\nx = 1\n")
    assert (loading["error"], loading["names"]) == (None, ["x"])


@pytest.mark.parametrize(
    "command",
    ["['pip', 'no-such-command']", "['ls', 'install', 'pip']", "'echo install'", "['python', '-c', 'pip install']"],
)
def test_script_that_starts_another_program_is_told(load, command):
    """The control: what asks for no packages is refused, as every program is."""
    _, loading = load(f"import subprocess\nsubprocess.run({command}, check=True)\nx = 1\n")
    assert (loading["status"], loading["names"]) == ("raised", [])


def test_what_a_program_does_at_its_end_is_done(load):
    """What it has registered is called in the right order, after its threads; what fails there stops nothing."""
    text = (
        "import atexit, threading, time\n@atexit.register\ndef last(): print('last')\natexit.register(print, 'before the last')\n"
        "@atexit.register\ndef fails(): raise ValueError('too late')\n"
        "def first(word): print('first', word)\natexit.register(first, word='of two')\n"
        "threading.Thread(target=lambda: (time.sleep(0.1), print('thread'))).start()\nprint('end')\n"
    )
    session, loading = load(text, "__main__")
    assert (loading["status"], session.printed()) == ("loaded", "end\nthread\nfirst of two\nbefore the last\nlast\n")


@pytest.mark.parametrize("leave", ["import sys\nsys.exit(0)", "exit()", "raise SystemExit", "import os\nos._exit(0)"])
def test_a_program_that_ends_itself_does_what_it_has_registered(load, leave):
    """Its last words are heard, too, and it counts as exited."""
    text = f"import atexit\n@atexit.register\ndef last(): print('last')\nprint('first')\n{leave}\n"
    session, loading = load(text, "__main__")
    assert (loading["status"], session.printed()) == ("exited", "first\nlast\n")


def test_a_fork_that_ends_itself_ends_at_once(load):
    """Only the program itself is saved from an early end; a fork ends with the status that it gives."""
    text = "import os\nchild = os.fork()\nif child == 0:\n    os._exit(7)\nstatus = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])\ndef f():\n    return status\n"
    session, loading = load(text)
    assert loading["status"] == "loaded"
    with session.check() as check:
        assert check.call("f") == 7
