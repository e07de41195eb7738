"""Makes a process ready and serves the pre-check until it closes the pipe: CONFINED. Imports `_fenced` and `_home` only."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
from typing import Any, NoReturn

NEEDED = ("fcntl", "resource")


def main() -> NoReturn:
    """Serve; the command line holds the folder of `_fenced` and the settings as JSON."""
    settings = json.loads(sys.argv[2])
    forks = settings["fork"] and hasattr(os, "fork")
    _put_in_place(forks)
    from _home.pipes import take_standard_pipes
    from _home.serving import Home

    channel = take_standard_pipes()
    _forget_our_folders()
    _preload(settings["preload"])
    _open_output(settings["stdout"], 1)
    _open_output(settings["stderr"], 2)
    os.chdir(settings["folder"])
    Home(channel, forks, settings["memory_bytes"]).serve()


def _put_in_place(forks: bool) -> None:
    """Choose what stands for the modules of `_fenced` that not every system can have."""
    hidden = [] if forks else [name for name in NEEDED if name not in sys.modules]
    absent: Any = dict.fromkeys(hidden)
    # None makes an import fail, as it does where there is no such module.
    sys.modules.update(absent)
    import _home.pipes

    sys.modules["_fenced.framing"] = _home.pipes
    if not forks:
        import _home.watch

        sys.modules["_fenced.deadline"] = _home.watch
    if importlib.util.find_spec("IPython") is None:
        import _home.plain

        sys.modules["_fenced.shell"] = _home.plain
    import _home.serving

    for name in hidden:
        del sys.modules[name]


def _preload(names: list[str]) -> None:
    """Import what the submission is going to import, as the clean parent of the fence does."""
    for name in names:
        importlib.import_module(name)
    drawing: Any = sys.modules["_fenced.drawing"]
    drawing.prepare()


def _forget_our_folders() -> None:
    ours = {os.path.realpath(sys.argv[1]), os.path.dirname(os.path.dirname(os.path.realpath(__file__)))}
    sys.path[:] = [entry for entry in sys.path if entry and os.path.realpath(entry) not in ours]
    sys.argv[:] = [""]


def _open_output(path: str, number: int) -> None:
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(opened, number)
    os.close(opened)


def limit_memory(more_bytes: int) -> None:
    """Let this process grow by so many bytes, where the system can hold it to that."""
    try:
        import resource

        with open("/proc/self/statm", "rb") as file:
            size_bytes = int(file.read().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (size_bytes + more_bytes, hard))
    except (ImportError, OSError, ValueError):
        return
