"""Runs axe-core, which finds accessibility problems of a page; npm fetches it for the tests, and it is not in the product."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from grader.cache import cache_folder
from tests.browser import Browser

VERSION = "4.11.0"
SECONDS = 60


def axe() -> str:
    """Return the script; if it is not available, the test is reported as skipped."""
    folder = cache_folder("axe")
    kept = folder / f"axe-{VERSION}.min.js" if folder else None
    if kept is not None and kept.exists():
        return kept.read_text(encoding="utf-8")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm here to fetch axe-core")
    with TemporaryDirectory() as work:
        try:
            subprocess.run(
                [npm, "pack", f"axe-core@{VERSION}", "--silent"],
                cwd=work,
                check=True,
                capture_output=True,
                timeout=SECONDS,
            )
            with tarfile.open(next(Path(work).glob("*.tgz"))) as archive:
                member = archive.extractfile("package/axe.min.js")
                assert member is not None
                text = member.read().decode("utf-8")
        except (subprocess.SubprocessError, OSError, StopIteration) as error:
            pytest.skip(f"axe-core cannot be fetched: {error}")
    if kept is not None:
        # Another worker may look for it at this moment, and must not find half of it.
        beside = kept.with_name(f"{kept.name}.{os.getpid()}")
        beside.write_text(text, encoding="utf-8")
        beside.replace(kept)
    return text


def violations(shown: Browser, script: str) -> list[str]:
    """Return the problems that axe finds on the current page, one line per element."""
    shown.evaluate(f"{script}; undefined")
    found: Any = shown.evaluate("axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)")
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
