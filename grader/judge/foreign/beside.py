"""The author's files beside a notebook, laid out where its tests run: data that they read, modules that they import."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.material.foreign.forms import Form


@contextlib.contextmanager
def files_beside(form: Form) -> Iterator[None]:
    """Stand in a folder of one's own that holds the files of a form, inside the block."""
    with tempfile.TemporaryDirectory(prefix="beside-") as name:
        folder = Path(name).resolve()
        for path, content in form.files.items():
            place = (folder / path).resolve()
            if place.is_relative_to(folder):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
        sys.path.insert(0, str(folder))
        try:
            with contextlib.chdir(folder):
                yield
        finally:
            sys.path.remove(str(folder))
