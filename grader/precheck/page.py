"""The to-do list as an HTML page, and as a small table for a notebook."""

from __future__ import annotations

from html import escape

from grader.outcomes import Result
from grader.precheck.text import details, standing, unfinished_checks
from grader.precheck.todo import Todo
from grader.record.score import CheckOutcome
from grader.report.wording import points

MARKS = {"done": "&#10003;", "next": "&#9654;", "later": "&#183;", "bonus": "&#183;"}
# All other details of a check are numbers or lines of code.
PROSE = ("hint", "likely cause", "where to look")
STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59626d; --line: #d9dde2; --wash: #fdf1e7; --green: #0b6e4f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e7ea; --soft: #a2abb5; --line: #343a42; --wash: #33261a; --green: #66c6a3; }
}
body { margin: 0 auto; padding: 2rem 1rem; max-width: 50rem; color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
.points { text-align: right; white-space: nowrap; }
tr.next td { background: var(--wash); }
tr.done td.state { color: var(--green); }
section { margin: 1.5rem 0; padding: .5rem 1rem; border-left: 3px solid var(--line); }
dt { color: var(--soft); }
dd { margin: 0 0 .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
dd.code { font-family: ui-monospace, monospace; font-size: .9em; }
.soft { color: var(--soft); }
"""


def as_page(
    todo: Todo,
    title: str,
    work: str,
    *,
    everything: bool = False,
    remarks: tuple[str, ...] = (),
    versions: tuple[str, ...] = (),
) -> str:
    """Return the to-do list as a self-contained page; the arguments are those of ``as_text``."""
    chosen = list(unfinished_checks(todo)) if everything else [todo.next] if todo.next else []
    so_far, *more = standing(todo)
    body = [f"<h1>{escape(title)}</h1>", f"<p class=soft>{escape(work)}</p>", f"<p>{escape(so_far)}</p>", _table(todo)]
    body += [_section(outcome) for outcome in chosen]
    body += [f"<p>{escape(' '.join(more))}</p>"]
    body += [f"<p class=soft>Remark: {escape(remark)}</p>" for remark in remarks]
    body += [f"<p class=soft>{escape(sentence)}</p>" for sentence in versions]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}<style>{STYLE}</style></head>\n<body>\n'
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def as_small_table(outcomes: list[CheckOutcome], versions: tuple[str, ...] = ()) -> str:
    """Return a table of checks for a notebook's cell, with details of those that did not pass, and the versions."""
    rows = []
    for outcome in outcomes:
        passed = outcome.result is Result.PASSED
        said = "" if passed else "<br>".join(f"<b>{escape(a)}</b>: {_lines(a, b)}" for a, b in details(outcome))
        mark = "&#10003;" if passed else "&#10007;"
        worth = f"{points(outcome.earned)} / {points(outcome.points)}"
        title = f"{escape(outcome.task)} {escape(outcome.title)}"
        rows.append(
            f"<tr style='vertical-align:top'><td>{mark}</td><td style='text-align:left'>{title}{'<br>' if said else ''}{said}</td>"
            f"<td style='white-space:nowrap'>{worth}</td></tr>"
        )
    return f"<table>{''.join(rows)}</table>{''.join(f'<p>{escape(sentence)}</p>' for sentence in versions)}"


def _lines(label: str, text: str) -> str:
    """Return a text with its line breaks kept and columns of numbers aligned."""
    font = "" if label in PROSE or "\n" not in text else ";font-family:monospace"
    return f"<span style='white-space:pre-wrap{font}'>{escape(text)}</span>"


def _table(todo: Todo) -> str:
    rows = []
    for row in todo.rows:
        bonus = " <span class=soft>bonus</span>" if row.task.bonus else ""
        cells = f"<td class=state>{MARKS[row.state]} {row.state}</td><td>{escape(row.task.number)} {escape(row.task.title)}{bonus}</td>"
        rows.append(
            f"<tr class={row.state}>{cells}<td class=points>{points(row.earned)} / {points(row.points)}</td></tr>"
        )
    return f"<table><thead><tr><th>state</th><th>task</th><th class=points>points</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _section(outcome: CheckOutcome) -> str:
    said = "".join(
        f"<dt>{escape(label)}</dt><dd{'' if label in PROSE else ' class=code'}>{escape(value)}</dd>"
        for label, value in details(outcome)
    )
    return f"<section><h2>{escape(outcome.task)} {escape(outcome.title)}</h2><dl>{said}</dl></section>"
