"""What the clean parent does before it serves: tries the layers, imports what the assignment allows: CONFINED.

Imports nothing of ours but this package.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _fenced import drawing, identity, landlock, linux, notebook, seccomp, seclusion

_HUGE_PAGE_BYTES = 2 * 2**20


def forget_our_folder() -> None:
    """Remove the folder of this package from the search path: students import nothing from it."""
    ours = str(Path(__file__).resolve().parent.parent)
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or ".") != ours]
    sys.argv[:] = [""]


def layers_that_work(plan: dict[str, Any]) -> list[str]:
    """Return those of the layers asked for that hold here, each tried in a throw-away child."""
    trials = {
        "namespaces": lambda: seclusion.works(plan),
        "landlock": lambda: landlock.abi() > 0,
        "seccomp": seccomp.works,
    }
    return [layer for layer in plan["layers"] if trials[layer]()]


def font_lists(folder: str, preload: list[str]) -> dict[str, str]:
    """Return Matplotlib's lists of fonts by file name, made once for all runs: inside the fence none could be kept."""
    wanted = any(name.partition(".")[0] == "matplotlib" for name in preload)
    if wanted and not any(Path(folder).glob("fontlist-*.json")):
        pid = os.fork()
        if pid == 0:
            try:
                importlib.import_module("matplotlib.font_manager")
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
    return {path.name: path.read_text("utf-8") for path in Path(folder).glob("fontlist-*.json")}


def must_keep_reading() -> bool:
    """Return whether an unprivileged user could not read the interpreter that root is running."""
    if os.getuid() != 0:
        return False
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            identity.become(identity.unprivileged_id(0))
            status = 0 if all(os.access(path, os.R_OK) for path in (os.__file__, sys.prefix)) else 1
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1] != 0


def warm_up(preload: list[str], preload_shell: bool) -> dict[str, str]:
    """Import what the assignment allows; return the versions of the packages."""
    versions = {"python": ".".join(map(str, sys.version_info[:3]))}
    # Nothing of what is imported is garbage, and looking for some takes a tenth of the time.
    gc.disable()
    for name in preload:
        root = name.partition(".")[0]
        with _plain_docstrings() if root == "matplotlib" else contextlib.nullcontext():
            importlib.import_module(name)
        versions[root] = str(getattr(sys.modules[root], "__version__", "unknown"))
    if "matplotlib.pyplot" in sys.modules:
        drawing.prepare()
        drawing.rehearse()
    if preload_shell:
        notebook.prepare_shell()
    gc.freeze()
    gc.enable()
    gather_memory()
    return versions


@contextlib.contextmanager
def _plain_docstrings() -> Iterator[None]:
    """Import Matplotlib in this block without the tables of properties in its docstrings, which take long to make."""
    try:
        artist: Any = importlib.import_module("matplotlib.artist")
        written, artist.kwdoc = artist.kwdoc, lambda artist: ""
    except (ImportError, AttributeError):
        yield
        return
    try:
        yield
    finally:
        artist.kwdoc = written


def gather_memory() -> None:
    """Gather the heap into huge pages, once: a fork copies page tables, and this makes it a third cheaper.

    Kernels before 6.1 cannot, and nothing depends on it.
    """
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
        lines = [line.split() for line in file]
    for addresses, rights, _, _, inode, *name in lines:
        if rights == "rw-p" and inode == "0" and name in ([], ["[heap]"]):
            first, last = (int(address, 16) for address in addresses.split("-"))
            start, end = -(-first // _HUGE_PAGE_BYTES) * _HUGE_PAGE_BYTES, last // _HUGE_PAGE_BYTES * _HUGE_PAGE_BYTES
            if end > start:
                with contextlib.suppress(OSError):
                    linux.collapse(start, end - start)
