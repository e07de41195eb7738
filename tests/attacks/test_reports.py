"""Names and words of students are text wherever they are shown: pages, tables, terminals, files for other programs."""

import csv
import json
import re
import subprocess
import xml.etree.ElementTree as ET

import pytest

from tests.attacks.attack import HONEST
from tests.grading import PROJECT, command, environment
from tests.report.html_reader import Page

PAYLOADS = {
    "markup": "<img src=x onerror=alert(1)><script>alert(2)</script></pre></style>",
    "attribute": "' onmouseover='alert(1)' \" onclick=\"alert(2)",
    "formula": "=HYPERLINK('http://example.invalid';'a') +1 -1 @SUM(1)",
    "escape": "\x1b[2J\x1b]0;title\x07\x1b[31mred\x9b31m",
    "control": "a\x08\x08b\x00c\x0bd\ufffe\ud83de",
    "markdown": "[here](http://example.invalid) | **bold** | `code` | <b>b</b>\n# Title\n![x](http://example.invalid/x.png)",
    "commands": "::error file=a.py::wrong\n::set-output name=x::y\n##[group]z",
    "direction": "\u202egpj.exe\u2066\u200b",
    "template": "{{ 7 * 7 }}{% raw %}${7*7}#{7*7}%s{0}",
}
NAMES = {
    "markup": "<img src=x onerror=alert(1)>",
    "formula": "=1+cmd",
    "minus": "-1+1",
    "escape": "\x1b[31mred",
    "line": "one\ntwo",
    "markdown": "a|**b**|[c](d)",
    "commands": "::error::x",
    "direction": "\u202etxt",
    "dots": "a..",
    "device": "con",
    "long": "n" * 200,
    "template": "{{7*7}} {student}",
    "option": "--only x; $(touch pwned) `touch pwned`",
}


def talkative(payload):
    """Return a submission that says a text wherever a report repeats what students say."""
    return (
        f"{HONEST}\nimport sys, warnings\nsay = {payload!r}\n"
        "print(say.encode('utf-8', 'replace').decode())\nsys.stdout.buffer.write(say.encode('utf-8', 'surrogatepass'))\n"
        "sys.stderr.write(say.encode('utf-8', 'replace').decode())\nwarnings.warn(say)\n"
        "def double(x):\n    raise type(say.encode('ascii', 'ignore').decode() or 'E', (Exception,), {})(say)\n"
        "def total(x, axis):\n    return say\n"
    )


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """What the real command printed about a class of such students, and the folder of its reports."""
    work = tmp_path_factory.mktemp("reports")
    folder = work / "class"
    folder.mkdir()
    for name, payload in PAYLOADS.items():
        (folder / f"said-{name}.py").write_text(talkative(payload), encoding="utf-8")
    for name in NAMES.values():
        (folder / f"{name}.py").write_text(talkative(name), encoding="utf-8")
    (folder / "honest.py").write_text(HONEST, encoding="utf-8")
    done = subprocess.run(
        command(folder, "--out", work / "out", "--verbose"),
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr, work / "out"


def live(page):
    """Return what of a page would do something: elements that no page of ours has, handlers, addresses."""
    ours = {"script", "iframe", "object", "embed", "form", "base", "b"} & page.tags()
    handlers = {key for _, attributes in page.elements for key in attributes if key.startswith("on")}
    addresses = [word for name in ("href", "src") for word in page.attributes(name) if "example.invalid" in word]
    return [*ours, *handlers, *addresses]


def test_reports_pages_hold_text_only(graded):
    """No page has an element, a handler or an address of a student's; each forbids scripts."""
    pages = list(graded[1].rglob("*.html"))
    assert len(pages) == len(PAYLOADS) + len(NAMES) + 2
    for path in pages:
        page = Page(path.read_text(encoding="utf-8"))
        is_class = path.name == "index.html" and path.parent == graded[1]
        # The page of the class has one script, ours, allowed by its digest; no other page has any.
        assert live(page) == (["script"] if is_class else []), path
        assert sum(tag == "script" for tag, _ in page.elements) == int(is_class)
        assert page.unclosed == [], path
        policy = next(a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
        assert "default-src 'none'" in policy
        assert ("script-src 'sha256-" in policy) is is_class
        assert "unsafe" not in policy.replace("style-src 'unsafe-inline'", "")


def test_reports_pages_show_what_was_said(graded):
    """The text is there, and is the student's."""
    pages = [Page(path.read_text(encoding="utf-8")).words for path in (graded[1] / "students").glob("*.html")]
    for payload in (PAYLOADS["markup"], PAYLOADS["template"], NAMES["formula"]):
        assert any(payload in words for words in pages), payload


def test_reports_table_has_no_formulas(graded):
    """No cell of the CSV begins like a formula, but for numbers."""
    with open(graded[1] / "scores.csv", encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert len(cells) > 100
    assert [cell for cell in cells if re.match(r"[=+\-@\t\r]", cell) and not re.fullmatch(r"-?\d+(\.\d+)?", cell)] == []


def test_reports_terminal_gets_no_escapes(graded):
    """Nothing but text and line ends is printed."""
    assert re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", graded[0]) == []


def test_reports_files_for_programs_are_well_formed(graded):
    """XML parses, JSON parses, and Markdown has neither markup nor addresses."""
    out = graded[1]
    assert len(list(ET.parse(out / "junit.xml").iter("testsuite"))) == len(PAYLOADS) + len(NAMES) + 1
    for path in [*out.glob("records/*.json"), *out.glob("gradescope/*.json")]:
        json.loads(path.read_bytes())
    summary = (out / "summary.md").read_text(encoding="utf-8")
    summary = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", summary)  # in a span of code nothing is alive
    assert not re.search(r"<(img|script|b)\b", summary)
    assert "](http" not in summary
    assert "\n::" not in summary


def test_reports_files_have_plain_names(graded):
    """Whatever a student is called, the files are letters, digits, dots, dashes and underscores, and lie below the folder."""
    names = [path.name for path in graded[1].rglob("*")]
    assert all(re.fullmatch(r"\.?[A-Za-z0-9_][A-Za-z0-9_.-]*", name) for name in names)
    assert not (PROJECT / "pwned").exists()
    records = [json.loads(path.read_bytes()) for path in graded[1].glob("records/*.json")]
    assert {record["student"] for record in records} >= set(NAMES.values()) - {NAMES["line"]}


def test_reports_touch_nobody_else(graded):
    """The honest student has every point."""
    assert json.loads((graded[1] / "records" / "honest.json").read_bytes())["score"]["sum"] == 10.0


def test_reports_without_care_are_alive(tmp_path):
    """The control: put together as text, the same words become elements, formulas, escapes, and break XML."""
    assert live(Page(f"<pre>{PAYLOADS['markup']}</pre>")) != []
    assert re.match(r"[=+\-@]", PAYLOADS["formula"])
    assert "\x1b" in PAYLOADS["escape"]
    with pytest.raises(ET.ParseError):
        ET.fromstring(f"<a>{PAYLOADS['control'].encode('utf-8', 'replace').decode()}</a>")
