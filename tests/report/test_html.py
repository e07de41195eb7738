"""The templates are compiled once for many runs."""

import os
from pathlib import Path

import pytest

from grader.report import html
from grader.report.html import prepare_pages
from grader.report.page import render_page
from tests.report import factory


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The folder of compiled templates of a user who has run nothing yet; what was compiled before is forgotten."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    html.environment.cache_clear()
    yield tmp_path / "neural-network-grader" / "pages"
    html.environment.cache_clear()


def test_templates_are_compiled_once(kept):
    """A second run reads what the first one compiled, and writes nothing."""
    prepare_pages()
    first = {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}
    html.environment.cache_clear()
    prepare_pages()
    assert len(first) == 7
    assert {path.name: path.stat().st_mtime_ns for path in kept.iterdir()} == first


def test_templates_that_were_kept_badly_are_compiled_again(kept):
    """A file that was cut short, or holds something else, makes no other page."""
    page = render_page(factory.partly_wrong())
    for number, path in enumerate(sorted(kept.iterdir())):
        path.write_bytes(path.read_bytes()[: 40 * number] if number else b"something else")
    html.environment.cache_clear()
    assert render_page(factory.partly_wrong()) == page


@pytest.mark.parametrize("whose", ["open to all", "of another user"])
def test_templates_are_never_read_where_another_user_can_write(whose, kept, monkeypatch):
    """Compiled templates are code: a folder that others can write to, or that is theirs, is neither read nor written."""
    kept.mkdir(parents=True)
    if whose == "open to all":
        kept.chmod(0o777)
    else:
        monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    assert "s002" in render_page(factory.partly_wrong())
    assert os.listdir(kept) == []


@pytest.mark.parametrize("home", ["nowhere", "closed"])
def test_templates_are_compiled_where_nothing_can_be_kept(home, tmp_path, monkeypatch):
    """Without a home, or with one that cannot be written, pages are made all the same."""
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if home == "nowhere":

        def lost() -> Path:
            raise RuntimeError("Could not determine home directory.")

        monkeypatch.setattr(Path, "home", lost)
    else:
        (tmp_path / "home").write_text("a file where the home should be")
        monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    html.environment.cache_clear()
    assert "s002" in render_page(factory.partly_wrong())
    html.environment.cache_clear()
    assert os.listdir(tmp_path) in ([], ["home"])
