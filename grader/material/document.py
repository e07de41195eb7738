"""Reads an author's TOML file strictly: every error names the file, the line, the value and a remedy."""

from __future__ import annotations

import difflib
import tomllib
import traceback
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.errors import AssignmentError, reason

Place = tuple[str | int, ...]
REQUIRED: Any = object()


class Document:
    """A parsed TOML file that knows the line of each key."""

    def __init__(self, path: Path, text: str, data: dict[str, Any]) -> None:
        self.path, self.text, self.data = path, text, data

    @classmethod
    def read(cls, path: Path) -> Document:
        """Read a file.

        Raises
        ------
        AssignmentError
            If the file cannot be read or is not valid TOML.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
            return cls(path, text, tomllib.loads(text))
        except UnicodeDecodeError as error:
            raise not_text(path, error) from error
        except OSError as error:
            raise AssignmentError(f"{path} cannot be read: {reason(error)}.") from error
        except tomllib.TOMLDecodeError as error:
            raise AssignmentError(_not_toml(path, text, error)) from error

    @property
    def top(self) -> Table:
        """The whole document as a table."""
        return Table(self, (), self.data)

    def fail(self, place: Place, sentence: str) -> AssignmentError:
        """Return the error with ``sentence`` about the key at ``place``."""
        line = self.line(place)
        return AssignmentError(f"{self.path}, line {line}: {sentence}" if line else f"{self.path}: {sentence}")

    def line(self, place: Place) -> int | None:
        """Return the line of the key at ``place``, or of the nearest table around it."""
        lines = dict(reversed(list(statements(self.text))))
        return next((lines[place[:k]] for k in range(len(place), 0, -1) if place[:k] in lines), None)


def statements(text: str) -> Iterator[tuple[Place, int]]:
    """Yield the place and the line of every header and key of a valid TOML text, in order.

    A statement ends where the parser accepts it as complete, so the contents of long strings and lists are not keys.
    """
    lines = text.split("\n")
    counts: dict[Place, int] = {}
    table: Place = ()
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        end = at + 1
        if line.startswith("["):
            table = _header(tomllib.loads(line), line.startswith("[["), counts)
            yield table, at + 1
        elif line and not line.startswith("#"):
            while (found := _parsed("\n".join(lines[at:end]))) is None and end < len(lines):
                end += 1
            yield from ((table + keys, at + 1) for keys in _keys(found or {}))
        at = end


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _header(nested: Any, is_array: bool, counts: dict[Place, int]) -> Place:
    """Return the place that a header opens; in lists of tables, it includes the number of the current entry."""
    words = []
    while nested:
        ((word, nested),) = (nested[0] if isinstance(nested, list) else nested).items()
        words.append(word)
        nested = nested if nested != [{}] else None
    place: Place = ()
    for word in words[:-1]:
        place += (word,)
        place += (counts[place],) if place in counts else ()
    place += (words[-1],)
    if is_array:
        counts[place] = counts.get(place, -1) + 1
        place += (counts[place],)
    return place


def _keys(nested: Any) -> Iterator[Place]:
    """Yield the places assigned by one statement, without looking into lists."""
    for key, value in nested.items() if isinstance(nested, dict) else ():
        yield (key,)
        yield from ((key, *inner) for inner in _keys(value))


class Table:
    """One table of a document; returns its values, and says where and why one is not valid."""

    def __init__(self, document: Document, place: Place, data: Mapping[str, Any]) -> None:
        self.document, self.place, self.data = document, place, data

    def fail(self, key: str | None, sentence: str) -> AssignmentError:
        """Return the error with ``sentence`` about a key, or about the table itself."""
        return self.document.fail(self.place if key is None else (*self.place, key), sentence)

    def only(self, known: Collection[str], where: str) -> None:
        """Refuse keys that are not ``known``; ``where`` names the table in the sentence.

        Raises
        ------
        AssignmentError
            For the first unknown key, with the nearest known one.
        """
        for key in self.data:
            if key not in known:
                raise self.fail(key, f"there is no {where} {key!r}{near(key, known)}")

    def value(self, key: str, kind: type | tuple[type, ...], words: str, default: Any = REQUIRED) -> Any:
        """Return the value of a key.

        Raises
        ------
        AssignmentError
            If it is missing and has no default, or has another type; ``words`` say what it must be.
        """
        if key not in self.data:
            if default is REQUIRED:
                raise self.fail(None, f"{key!r} is missing; write {key} = {words}.")
            return default
        value = self.data[key]
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise self.fail(key, f"{key!r} must be {words}, not {value!r}.")
        return value

    def string(self, key: str, words: str, default: Any = REQUIRED) -> str:
        """Return a string that is not blank; raise ``AssignmentError`` otherwise."""
        value = self.value(key, str, words, default)
        if key in self.data and not value.strip():
            raise self.fail(key, f"{key!r} must be {words}, not an empty string.")
        return str(value)

    def number(self, key: str, words: str, default: Any = REQUIRED) -> float:
        """Return a finite number of at least zero; raise ``AssignmentError`` otherwise."""
        value = self.value(key, (int, float), words, default)
        if not 0 <= value < float("inf"):
            raise self.fail(key, f"{key!r} must be {words}, not {value!r}.")
        return float(value)

    def strings(self, key: str, default: Collection[str] = (), example: str = '["numpy"]') -> tuple[str, ...]:
        """Return a list of strings as a tuple; raise ``AssignmentError`` if it is anything else."""
        values = self.value(key, list, f"a list of strings like {example}", list(default))
        if not all(isinstance(value, str) for value in values):
            raise self.fail(key, f"{key!r} must be a list of strings like {example}, not {values!r}.")
        return tuple(values)

    def table(self, key: str, *, required: bool = False) -> Table:
        """Return the table ``[key]``, or an empty one if it is missing and not ``required``; may raise ``AssignmentError``."""
        if required and key not in self.data:
            raise self.fail(None, f"the table [{key}] is missing; begin the file with it.")
        return Table(self.document, (*self.place, key), self.value(key, dict, f"a table [{key}]", {}))

    def tables(self, key: str, *, required: bool = True) -> list[Table]:
        """Return the tables ``[[key]]``; raise ``AssignmentError`` if it is not a list of tables."""
        words = f"a list of tables [[{key}]]"
        if required and key not in self.data:
            raise self.fail(None, f"there is no table [[{key}]]; write at least one.")
        rows = self.value(key, list, words, [])
        if not all(isinstance(row, dict) for row in rows):
            raise self.fail(key, f"{key!r} must be {words}, not {rows!r}.")
        return [Table(self.document, (*self.place, key, number), row) for number, row in enumerate(rows)]


def _not_toml(path: Path, text: str, error: tomllib.TOMLDecodeError) -> str:
    """Return the sentence about text that is not TOML; the parser's message ends with the position."""
    said, _, place = str(error).removesuffix(")").rpartition(" (at ")
    line = place.removeprefix("line ").partition(",")[0]
    if not line.isdigit():
        line = str(text.count("\n") + 1)
    return f"{path}, line {line}: this is not TOML: {said or error}; strings need quotes, and each key needs one `=`."


def mistake(path: Path, line: int | None, sentence: str) -> AssignmentError:
    """Return the error about a line of a file, in the form common to all errors in an assignment."""
    return AssignmentError(f"{path}, line {line}: {sentence}" if line else f"{path}: {sentence}")


def not_text(path: Path, error: UnicodeDecodeError) -> AssignmentError:
    """Return the error for a file in another encoding, with the line of the first invalid character."""
    line = error.object.count(b"\n", 0, error.start) + 1
    return mistake(path, line, "this is not UTF-8 text; save the file as UTF-8 in your editor.")


def line_in(error: BaseException, folder: Path) -> tuple[Path, int] | None:
    """Return the innermost line of a folder's files in an exception's traceback; None if there is none."""
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_relative_to(folder):
        return Path(error.filename), error.lineno or 1
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(folder):
            return path, line
    return None


def near(word: str, known: Collection[str]) -> str:
    """Return the end of a sentence that suggests the closest known word, or lists them all."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if not known:
        return "."
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(sorted(known))}."
