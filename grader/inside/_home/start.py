"""Prepares a process and serves the pre-check until it closes the pipe."""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
from typing import NoReturn

from _child import drawing, printing


def main() -> NoReturn:
    """Serve the pre-check; the command line holds settings as JSON, and the first line of input holds later ones."""
    settings = json.loads(sys.argv[1])
    forks = settings["fork"] and hasattr(os, "fork")
    clock = importlib.import_module("_child.deadline" if forks else "_home.watch")
    from _home.pipes import take_standard_pipes
    from _home.serving import Home

    channel = take_standard_pipes()
    _forget_our_folder()
    settings |= json.loads(channel.line())
    _preload(settings["preload"])
    _open_output(settings["stdout"], 1)
    _open_output(settings["stderr"], 2)
    printing.renew_streams()
    os.chdir(settings["folder"])
    Home(channel, forks, settings["memory_bytes"], clock).serve()


def _preload(names: list[str]) -> None:
    """Import the modules that the submission will import, as the clean parent of the fence does."""
    if any(name.partition(".")[0] == "matplotlib" for name in names):
        _leave_out_documentation()
    for name in names:
        importlib.import_module(name)
    drawing.prepare()
    # The objects that exist now stay to the end, so the garbage collector need not look at them again.
    gc.freeze()
    gc.enable()


def _leave_out_documentation() -> None:
    """Keep Matplotlib from generating docstrings for its artists while it is imported: this takes half of that time, and they are not used here."""
    artist = importlib.import_module("matplotlib.artist")
    if hasattr(artist.Artist, "_update_set_signature_and_docstring"):
        artist.Artist._update_set_signature_and_docstring = classmethod(lambda cls: None)
    artist.kwdoc = lambda artist: ""  # type: ignore[attr-defined]


def _forget_our_folder() -> None:
    ours = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    sys.path[:] = [entry for entry in sys.path if entry and os.path.realpath(entry) != ours]
    sys.argv[:] = [""]


def _open_output(path: str, number: int) -> None:
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0))
    os.dup2(opened, number)
    os.close(opened)


def limit_memory(more_bytes: int) -> None:
    """Limit this process to `more_bytes` of additional memory, if the system can enforce it."""
    try:
        import resource

        with open("/proc/self/statm", "rb") as file:
            size_bytes = int(file.read().split()[0]) * resource.getpagesize()
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = size_bytes + more_bytes
        resource.setrlimit(resource.RLIMIT_AS, (wanted if soft == resource.RLIM_INFINITY else min(wanted, soft), hard))
    except (ImportError, OSError, ValueError):
        return
