"""Runs inside the fence, beside the notebook: renders `notebook.json` with nbconvert. Imports nothing of the grader."""

from html import escape
from pathlib import Path

import nbformat
from nbconvert.exporters.html import HTMLExporter

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff; }}
pre {{ font: 13px/1.45 ui-monospace, monospace; background: #f5f6f8; padding: .6rem .8rem; overflow-x: auto; border-radius: 4px; }}
.jp-OutputArea-output pre, .output_subarea pre {{ background: none; border-left: 3px solid #c9d1d9; border-radius: 0; }}
.prompt, .jp-InputPrompt, .jp-OutputPrompt {{ color: #6a737d; font: 12px ui-monospace, monospace; }}
img {{ max-width: 100%; height: auto; }}
table {{ border-collapse: collapse; }} td, th {{ border: 1px solid #d0d7de; padding: .2rem .5rem; }}
@media print {{ body {{ max-width: none; margin: 0; }} }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def render(title: str) -> str:
    """Return the page: sanitised cells of nbconvert's `basic` template, which links to nothing, in a frame of our own."""
    notebook = nbformat.reads(Path("notebook.json").read_text(encoding="utf-8"), as_version=4)
    body, _ = HTMLExporter(template_name="basic", sanitize_html=True).from_notebook_node(notebook)
    return PAGE.format(title=escape(title), body=body)
