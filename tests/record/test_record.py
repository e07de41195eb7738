"""A record is written whole or not at all."""

import errno
import json

import pytest

from grader.errors import NotWritten
from grader.files import write_atomically
from grader.record.record import read_record, record_path, sweep_temporaries, write_record


def test_record_comes_back_as_it_was_written(tmp_path):
    """Writing and reading are inverse, and the file is ASCII."""
    path = record_path(tmp_path, "s001")
    write_record(path, {"student": "s001 é \u202e", "score": {"points": 7.5}})
    assert read_record(path)["student"] == "s001 é \u202e"
    assert path.read_bytes().isascii()


def test_record_refuses_nan(tmp_path):
    """Not a number is not JSON."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_record(tmp_path / "r.json", {"x": float("nan")})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["{}", "[]", json.dumps({"format": "neural network grader record", "version": 99})])
def test_read_record_refuses_what_is_no_record(tmp_path, content):
    """Another document, or another version, is refused by name."""
    path = tmp_path / "r.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"r\.json is not a record of version 1"):
        read_record(path)


def test_write_atomically_keeps_the_old_content_when_it_fails(tmp_path, monkeypatch):
    """An error while writing leaves the former file and no temporary one."""
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("grader.files.os.replace", refuse)
    with pytest.raises(NotWritten, match="No space left on device"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_sweep_temporaries_removes_what_a_kill_left(tmp_path):
    """A half-written file goes, a whole one stays."""
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / ".s001.json.1.ab.tmp").write_text("{")
    (tmp_path / "records" / "s002.json").write_text("{}")
    sweep_temporaries(tmp_path)
    assert [p.name for p in (tmp_path / "records").iterdir()] == ["s002.json"]
