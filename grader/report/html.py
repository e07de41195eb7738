"""Renders the templates of the HTML pages, making all inserted text harmless."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from grader.cache import cache_folder, is_ours_alone
from grader.report import wording
from grader.report.code import code_lines
from grader.report.comment import comment
from grader.report.text import excerpt, one_line, short, visible

_FOLDER = Path(__file__).parent / "templates"
_CODE = re.compile(r"`([^`\n]+)`")


def page_policy(*styles: str, script: str | None = None) -> str:
    """Return the content security policy of a page, which allows these style sheets and this script by their digests."""
    allowed = " ".join(_digest(style) for style in styles)
    scripts = f" script-src {_digest(script)};" if script is not None else ""
    return f"default-src 'none'; img-src data:; style-src {allowed};{scripts} base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def part(name: str) -> str:
    """Return one of our style sheets or scripts, as it is written into a page."""
    return (_FOLDER / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return the environment of all pages.

    Every inserted text passes through ``visible`` and is escaped, whether or not a template asks for it. A page's policy
    allows our style sheet, by its digest, and embedded images. Only the page of the class has a script, which is also
    allowed by its digest.
    """
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_compiled(),
    )
    style = part("style.css")
    env.globals.update(style=Markup(style), policy=page_policy(style))
    env.filters.update(
        code=_code,
        code_lines=code_lines,
        comment=comment,
        counted=wording.counted,
        excerpt=excerpt,
        one_line=one_line,
        percent=wording.percent,
        points=wording.points,
        seconds=wording.seconds,
        short=short,
        signed=wording.signed,
        waits=wording.waits,
        word=wording.result,
        worth=wording.worth,
    )
    return env


class _Kept(jinja2.FileSystemBytecodeCache):
    """Compiled templates in a folder; a damaged one, such as after a power cut, is compiled again."""

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:
            bucket.reset()

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with contextlib.suppress(OSError):  # the disk is full
            super().dump_bytecode(bucket)


def _compiled() -> _Kept | None:
    """Return the cache of compiled templates; None if another user could put code there.

    Compiling may evaluate what a template calls, so the cache depends on our code, too.
    """
    total = hashlib.sha256(jinja2.__version__.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    folder = cache_folder("pages")
    return _Kept(str(folder), f"{total.hexdigest()[:16]}-%s") if folder and is_ours_alone(folder) else None


def prepare_pages() -> None:
    """Compile the templates of a student's page before the first page needs them."""
    for name in (
        "base.html",
        "page.html",
        "fixes.html",
        "checks.html",
        "drawings.html",
        "answers.html",
        "decided.html",
    ):
        environment().get_template(name)


def _inert(value: Any) -> Any:
    """Return what a template inserts for ``value``: text made visible, or nothing for None."""
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _code(text: str) -> Markup:
    """Return ``text`` escaped and shortened, with parts between backticks as code."""
    inert = str(escape(excerpt(text, 1_000, 300)))
    return Markup(_CODE.sub(r"<code>\1</code>", inert))
