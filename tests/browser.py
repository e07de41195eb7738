"""Looks at a page in a real browser (Chromium), at any width, without a network."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_AROUND = """<!DOCTYPE html><title></title>
<iframe id="page" style="border:0" width="{width}" height="{height}" srcdoc="{page}"></iframe>
<script>
onload = () => {{
  const page = document.getElementById("page").contentDocument;
  const seen = (() => {{ {script} }})();
  document.title = JSON.stringify(seen);
}};
</script>"""


def browser() -> str:
    """Return the browser's program; without one the test fails where ``CI`` is set and is reported as skipped elsewhere."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        told = "there is no Chromium here, so nobody has looked at the pages"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    return found


def look(page: str, script: str, folder: Path, *, width: int, height: int) -> Any:
    """Return what a script, which finds the document under the name ``page``, returns of a page in a window of this size.

    The page lies in a frame, since no window is as narrow as a telephone. Its policy, under which nothing could be asked of it,
    is taken off; that it holds is for other tests.
    """
    whole = _AROUND.format(width=width, height=height, page=escape(_POLICY.sub("", page)), script=script)
    path = folder / "around.html"
    path.write_text(whole, encoding="utf-8")
    words = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'browser'}", "--dump-dom"]
    done = subprocess.run([browser(), *words, path.as_uri()], capture_output=True, text=True, timeout=120, check=False)
    title = re.search(r"<title>(.*?)</title>", done.stdout, re.DOTALL)
    assert title is not None, done.stderr[-2000:]
    return json.loads(unescape(title[1]))
