"""Unexpected errors: one sentence for the user, and a file with the details for whoever fixes them."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from grader.errors import GraderError
from grader.files import NO_ROOM, not_written


def unforeseen(error: BaseException, folder: Path | None = None, seed: str | None = None) -> str:
    """Write what is known of an error to a file; return the sentence that names it.

    A medium that takes no more is no fault of anybody's: its sentence says so, and there is no file.

    Parameters
    ----------
    error : BaseException
    folder : Path, optional
        Where the file goes, when it can be written there; else into the folder for temporary files.
    seed : str, optional
        A seed that the file must not hold; those of the environment are left out anyway.
    """
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return str(_no_room(error))
    name = type(error).__name__
    said = f"{name}: {_redacted(str(error), seed)}".rstrip(": ")[:300]
    path = _written(_details(error, seed), folder)
    where = f"the details are in {path}" if path else "the details could not be written anywhere"
    return (
        f"A fault of the grader that nobody foresaw ended this run ({said}); {where}. What was graded so far is kept."
    )


def _no_room(error: OSError) -> GraderError:
    """Return the sentence for a file that was written elsewhere than by ``grader.files``: by a package, or a temporary one."""
    from tempfile import gettempdir

    return not_written(Path(error.filename if isinstance(error.filename, str) else gettempdir()), error)


def _details(error: BaseException, seed: str | None) -> str:
    """Return versions and traceback, without a seed."""
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
    """Return text in which no seed stands."""
    from grader.seed import seed_path

    seeds = {seed, os.environ.get("GRADER_SEED")}
    with contextlib.suppress(OSError, ValueError):
        seeds.add(seed_path().read_text(encoding="ascii").strip())
    for secret in sorted(filter(None, seeds), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "(the seed)", text)
    return text


def _written(text: str, folder: Path | None) -> Path | None:
    """Write the file; return where it is, None when it can be written nowhere."""
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
