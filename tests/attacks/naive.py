"""A grader as many courses have it, without any fence: what an attack must succeed against to count as one.

``python naive.py DOOR PATH`` grades one submission and prints ``SCORE n``; whoever reads that takes the last such line. The
doors are the usual ways: ``process`` (import it and compare), ``pythonpath`` (the same, started in the submission's folder),
``pytest`` (a test file put beside it), ``ipython`` (its cells and the tests in one shell) and ``socket`` (a child that is asked over
a socket and believed). Nothing of the real grader is used here.
"""

import contextlib
import importlib.util
import io
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np

STATE = {"earned": 0}


def check_double(student):
    """Compare as most do."""
    inputs = np.random.default_rng().standard_normal((3, 4))
    result = student.double(inputs)
    expected = 2.0 * inputs
    assert np.allclose(result, expected)


def check_total(student):
    """Compare by hand, with an answer key that is imported when it is needed."""
    import answers

    inputs = np.random.default_rng().standard_normal((3, 4))
    expected = answers.total(inputs, 1)
    result = student.total(inputs, 1)
    assert abs(result - expected).max() < 1e-9


def check_equal(student):
    """Compare with the operator that belongs to the student's object."""
    assert student.double(3.0) == 6.0


def check_not_greater(student):
    """Compare so that NaN is never too large."""
    inputs = np.ones((3, 4))
    assert not (np.abs(student.double(inputs) - 2.0) > 1e-9).any()


CHECKS = [(4, check_double), (4, check_total), (1, check_equal), (1, check_not_greater)]


def load(path):
    """Import a submission into this very process; return it and what it printed."""
    path = Path(path)
    entry = path / "main.py" if path.is_dir() else path
    sys.path.insert(0, str(entry.parent))
    spec = importlib.util.spec_from_file_location("submission", entry)
    module = importlib.util.module_from_spec(spec)
    sys.modules["submission"] = module
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
    return module, printed.getvalue()


def process(path):
    """Import and compare."""
    module, printed = load(path)
    print(printed)
    for points, check in CHECKS:
        try:
            check(module)
        except Exception as error:
            print(f"{check.__name__}: {type(error).__name__}: {error}")
        else:
            STATE["earned"] += points
    print(f"SCORE {STATE['earned']}")


def pythonpath(path):
    """Start the same with the submission's folder in front of everything."""
    here = str(Path(__file__).parent)
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    search = os.pathsep.join([folder, here, str(Path(np.__file__).parents[1])])
    code = "import sys; from naive import process; process(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, path], env=os.environ | {"PYTHONPATH": search}, check=False)


def pytest(path):
    """Put a test beside the submission and count what passes."""
    (Path(path) / "test_it.py").write_text("import main\ndef test_double():\n    assert main.double(3.0) == 6.0\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        f"--rootdir={path}",
        "test_it.py",
    ]
    done = subprocess.run(command, cwd=path, capture_output=True, text=True, check=False)
    print(done.stdout)
    print(f"SCORE {10 if re.search('1 passed', done.stdout) else 0}")


def ipython(path):
    """Run its cells, and the test as one more."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    for cell in json.loads(Path(path).read_text())["cells"]:
        shell.run_cell("".join(cell["source"]))
    result = shell.run_cell("assert double(3.0) == 6.0")
    print(f"SCORE {10 if result.success else 0}")


def serve(channel, nonce, path):
    """Load the submission, answer one question, as the child of the door ``socket``."""
    module, printed = load(path)
    os.write(2, printed.encode())
    try:
        answer = repr(module.double(np.ones(3)))
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    channel.sendall(json.dumps({"answer": answer}).encode())


def socket_(path):
    """Ask a child, and believe whatever arrives."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        try:
            serve(theirs, b"01234567", path)
        finally:
            os._exit(0)
    theirs.close()
    got = b""
    with contextlib.suppress(OSError):
        while len(got) < 2**22 and (chunk := ours.recv(65536)):
            got += chunk
    print(got.decode("latin-1"))
    print("SCORE 10" if b"earned" in got else "SCORE 0")


DOORS = {"process": process, "pythonpath": pythonpath, "pytest": pytest, "ipython": ipython, "socket": socket_}

if __name__ == "__main__":
    DOORS[sys.argv[1]](sys.argv[2])
