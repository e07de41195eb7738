"""Writes notebooks as JSON, so that the benchmark needs none of the tools' packages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def code_cell(source: str, name: str, **metadata: Any) -> dict[str, Any]:
    """Return a code cell that was never run."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name.replace("_", "-"),
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }


def raw_cell(source: str, name: str) -> dict[str, Any]:
    """Return a raw cell, which Otter uses for its marks."""
    return {"cell_type": "raw", "id": name.replace("_", "-"), "metadata": {}, "source": source}


def as_notebook(cells: Sequence[dict[str, Any]]) -> str:
    """Return the text of a notebook with these cells."""
    kernel = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return json.dumps({"cells": list(cells), "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1)
