"""Prints the audit on the terminal: a line for each claim, then what the author should look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.material.equivalents import is_open

MOST_SURVIVORS = 20


def print_audit(result: Mapping[str, Any], page: Path, *, quiet: bool = False, console: Console | None = None) -> None:
    """Print the verdicts, and the details of those that do not hold."""
    out = console or Console(highlight=False, soft_wrap=True)
    table = Table("", "claim", "numbers", box=None, pad_edge=False)
    for verdict in result["verdicts"]:
        if not (quiet and verdict["holds"]):
            mark = Text(mark_of(verdict["holds"]), style="green" if verdict["holds"] else "bold red")
            table.add_row(mark, Text(verdict["claim"]), Text(verdict["numbers"]))
    if table.row_count:
        out.print(table)
    for line in _details(result):
        out.print(Text(line))
    if not quiet:
        minutes = f"{result['seconds'] / 60:.1f} minutes"
        if result.get("quick"):
            out.print(
                Text(
                    "This was a quick audit of about a minute; run it without --quick before you hand out the assignment."
                )
            )
        out.print(Text(f"Seed {result['seed']}, sample {result['sample']:.1%} of the mutants, {minutes}. Page: {page}"))


def mark_of(holds: bool) -> str:
    """Return the word for a claim that holds, or does not."""
    return "holds" if holds else "FAILS"


def _details(result: Mapping[str, Any]) -> Iterator[str]:
    open_ones = [row for row in result.get("drawn", ()) if is_open(row)]
    for row in open_ones[:MOST_SURVIVORS]:
        yield f"\n{row['place']}: every check still passes after this change ({row['operator']}); {identical(row)}.\n{row['diff']}"
        yield f'If it is a mistake, {remedy(row)}. If not, mark it in equivalents.toml: digest = "{row["digest"]}"'
    if len(open_ones) > MOST_SURVIVORS:
        yield f"and {len(open_ones) - MOST_SURVIVORS} more, all on the page"
    yield from _named(result)
    worth = result.get("worth", {})
    if result["sample"] >= 1.0:
        for name in worth.get("never_lost", ()):
            yield f"No wrong answer loses the points of {name}: does it check anything? Add a mutant that it rejects, or remove it."
    for group in worth.get("together", ()):
        yield f"These checks reject exactly the same named mutants, so one of them may be enough: {', '.join(group)}."
    for each in worth.get("elsewhere", ()):
        yield f"The mutant {each['mutant']} loses points elsewhere, in {', '.join(each['checks'])}: is a prerequisite missing?"


def _named(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield what to do about unexpected results of the answer key, the template, mutants and variants."""
    ends = result.get("ends") or {}
    for check in ends.get("reference", {}).get("rejected_by", ()):
        yield f"{check} rejects the answer key: correct the check or the key."
    for check in ends.get("template", {}).get("passed", ()):
        yield f"{check} gives points to the empty template: make it test what students write."
    for row in result.get("named", ()):
        if row["missed"]:
            yield (
                f"The mutant {row['id']} passes {', '.join(row['missed'])}: make the check compare something that this mistake changes, or "
                "correct rejected_by."
            )
    for row in result.get("variants", ()):
        if not row["right"] and row.get("rejected_by"):
            yield (
                f"The variant {row['id']} is right, but {', '.join(row['rejected_by'])} rejects it: compare only what the task asks for."
            )


def identical(row: Mapping[str, Any]) -> str:
    """Return, in words, how a survivor's outputs compare with the answer key's."""
    inputs = row["identical_on"]
    if not row.get("compared", True):
        return "there was no time to compare its outputs"
    if inputs is None:
        return "its outputs differ on drawn inputs"
    if inputs == 0:
        return "no check gives it an input"
    if row.get("default"):
        return f"every check passes this argument: {row['default']}"
    return f"its outputs are identical on {inputs:,} drawn inputs"


def remedy(row: Mapping[str, Any]) -> str:
    """Return, in words, what an author can do about a survivor that is a mistake."""
    if row["identical_on"] is None:
        return "make a check compare the outputs, or compare them more strictly"
    if row["identical_on"] == 0:
        return "add a check that calls it"
    if row.get("default"):
        return f"call it once without {row['default']}"
    return "make a check draw inputs that tell the two apart"
