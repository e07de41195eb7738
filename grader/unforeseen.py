"""Unexpected errors: one sentence for the user, and a file with the details for the developers."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from grader.errors import GraderError
from grader.files import NO_ROOM, not_written


def unforeseen(error: BaseException, folder: Path | None = None, seed: str | None = None) -> str:
    """Write what is known about an error to a file, and return the sentence that names the file.

    A full disk is not a fault of the grader: the sentence says so, and no file is written.

    Parameters
    ----------
    error : BaseException
    folder : Path, optional
        Where the file goes, if it can be written there; otherwise it goes to the folder for temporary files.
    seed : str, optional
        A seed to keep out of the file; seeds in the environment are always kept out.
    """
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return str(_no_room(error))
    name = type(error).__name__
    said = f"{name}: {_redacted(str(error), seed)}".rstrip(": ")[:300]
    path = _written(_details(error, seed), folder)
    where = f"the details are in {path}" if path else "the details could not be written anywhere"
    return f"An unexpected error in the grader ended this run ({said}); {where}. Everything graded so far is kept."


def _no_room(error: OSError) -> GraderError:
    """Return the sentence for a file that was not written by ``grader.files``: a temporary one, or one of a package."""
    from tempfile import gettempdir

    return not_written(Path(error.filename if isinstance(error.filename, str) else gettempdir()), error)


def _details(error: BaseException, seed: str | None) -> str:
    """Return the versions and the traceback, without any seed."""
    import platform
    import sys
    import traceback
    from importlib import metadata

    from grader import __version__

    lines = [f"grader {__version__}, Python {sys.version.split()[0]}, {platform.platform()}"]
    for package in ("numpy", "pytest", "rich", "jinja2", "distributed"):
        try:
            lines.append(f"{package} {metadata.version(package)}")
        except Exception:
            lines.append(f"{package} is not installed")
    return _redacted("\n".join([*lines, "", *traceback.format_exception(error)]), seed)


def _redacted(text: str, seed: str | None) -> str:
    """Return the text with every seed replaced."""
    from grader.seed import seed_path

    seeds = {seed, os.environ.get("GRADER_SEED")}
    with contextlib.suppress(OSError, ValueError):
        seeds.add(seed_path().read_text(encoding="ascii").strip())
    for secret in sorted(filter(None, seeds), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "(the seed)", text)
    return text


def _written(text: str, folder: Path | None) -> Path | None:
    """Write the file and return its path; None if it cannot be written anywhere."""
    from tempfile import gettempdir, mkstemp

    for place in (folder, None):
        name = None
        try:
            descriptor, name = mkstemp(prefix="grader-fault-", suffix=".txt", dir=place or gettempdir())
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
            return Path(name)
        except OSError:
            if name is not None:
                os.unlink(name)
    return None
