"""The audit in the terminal: a line for each claim, then what an author has to look at."""

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
    """Print the verdicts and what is behind those that do not hold."""
    out = console or Console(highlight=False, soft_wrap=True)
    table = Table("", "claim", "numbers", box=None, pad_edge=False)
    for verdict in result["verdicts"]:
        if not (quiet and verdict["holds"]):
            mark = Text("holds", style="green") if verdict["holds"] else Text("FAILS", style="bold red")
            table.add_row(mark, Text(verdict["claim"]), Text(verdict["numbers"]))
    if table.row_count:
        out.print(table)
    for line in _details(result):
        out.print(Text(line))
    if not quiet:
        minutes = f"{result['seconds'] / 60:.1f} minutes"
        out.print(Text(f"Seed {result['seed']}, sample {result['sample']:.1%} of the mutants, {minutes}. Page: {page}"))


def _details(result: Mapping[str, Any]) -> Iterator[str]:
    open_ones = [row for row in result.get("drawn", ()) if is_open(row)]
    for row in open_ones[:MOST_SURVIVORS]:
        yield f"\n{row['place']}: {row['operator']} survives ({row['digest']}; {identical(row)})\n{row['diff']}"
    if len(open_ones) > MOST_SURVIVORS:
        yield f"and {len(open_ones) - MOST_SURVIVORS} more, all on the page"
    worth = result.get("worth", {})
    if result["sample"] >= 1.0:
        for name in worth.get("never_lost", ()):
            yield f"No mutant loses the points of {name}."
    for group in worth.get("together", ()):
        yield f"These checks reject the same named mutants, so one of them may be enough: {', '.join(group)}."
    for each in worth.get("elsewhere", ()):
        yield f"The mutant {each['mutant']} loses points elsewhere, in {', '.join(each['checks'])}: is a prerequisite missing?"


def identical(row: Mapping[str, Any]) -> str:
    """Return in words how a survivor's outputs compare with the answer key's."""
    inputs = row["identical_on"]
    if inputs is None:
        return "its outputs differ on drawn inputs: add a check"
    if inputs == 0:
        return "no check hands it an input"
    return f"its outputs are identical on {inputs:,} drawn inputs"
