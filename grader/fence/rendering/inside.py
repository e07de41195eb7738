"""Runs inside the fence, beside the notebook: renders `notebook.json` with nbconvert."""

from html import escape
from pathlib import Path

import bleach
import nbformat
from nbconvert.exporters.html import HTMLExporter

# The elements of Markdown and highlighted code; everything else in a notebook is shown as text.
TAGS = [
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
]
PROTOCOLS = ("data", "http", "https")
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff; }}
pre {{ font: 13px/1.45 ui-monospace, monospace; background: #f5f6f8; padding: .6rem .8rem; border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }}
.jp-OutputArea-output pre, .output_subarea pre {{ background: none; border-left: 3px solid #c9d1d9; border-radius: 0; }}
.prompt, .jp-InputPrompt, .jp-OutputPrompt {{ color: #59626d; font: 12px ui-monospace, monospace; }}
img {{ max-width: 100%; height: auto; }}
table {{ border-collapse: collapse; }} td, th {{ border: 1px solid #d0d7de; padding: .2rem .5rem; }}
@media print {{ body {{ max-width: none; margin: 0; }} }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def render(title: str) -> str:
    """Return the page: sanitised cells of nbconvert's `basic` template, which has no links, in our own frame."""
    notebook = nbformat.reads(Path("notebook.json").read_text(encoding="utf-8"), as_version=4)
    exporter = HTMLExporter(template_name="basic", sanitize_html=True, exclude_anchor_links=True)
    # The default one does not accept headings and paragraphs.
    exporter.register_filter("clean_html", clean)
    body, _ = exporter.from_notebook_node(notebook)
    return PAGE.format(title=escape(title), body=body)


def clean(element: str | bytes) -> str:
    """Return HTML with only plain elements, links to the web and embedded pictures; everything else becomes text."""
    text = element.decode() if isinstance(element, bytes) else str(element)
    return bleach.clean(text, tags=TAGS, attributes=keeps, protocols=PROTOCOLS)


def keeps(tag: str, name: str, value: str) -> bool:
    """Return whether an element may have an attribute: names of styles, links, pictures."""
    if tag == "img" and name == "src":
        return value.startswith(("data:image/png;base64,", "data:image/jpeg;base64,"))
    if tag == "a" and name == "href":
        return value.startswith(("https://", "http://", "#"))
    return name == "class" or (tag == "img" and name in ("alt", "width", "height"))
