"""Writes plain data as TOML."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def as_toml(document: Mapping[str, Any]) -> str:
    """Return a document of tables, and of lists of tables, as TOML."""
    pieces = []
    for name, value in document.items():
        if isinstance(value, list):
            pieces += [f"[[{name}]]\n{_rows(table)}" for table in value]
        else:
            pieces.append(f"[{name}]\n{_rows(value)}")
    return "\n".join(pieces)


def _rows(table: Mapping[str, Any]) -> str:
    return "".join(f"{_key(key)} = {_inline(value)}\n" for key, value in table.items())


def _inline(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    # A JSON string is also valid TOML, except for one control character.
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else json.dumps(key)
