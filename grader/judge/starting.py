"""How to start a program that asks for something: arguments, a data set, a typed line. READ from the output of its run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.checks.examination import Run
from grader.material.assignment import ProgramRun
from grader.outcomes import StudentFault
from grader.submissions import Start

HELP = Start(("--help",))
# Patterns for the choices of a program in its help or in its error message.
_CHOICES = re.compile(r"(?:(--?[A-Za-z][\w-]{0,40})[ =])?\{([^{}\n]{1,300})\}")
_REQUIRED = re.compile(r"the following arguments are required: ([^\n]{1,300})")
_OPTION = re.compile(r"--?[A-Za-z][\w-]{0,40}")
_ABOUT_DATA = re.compile(r"data|set|type|mode|task|case|kind", re.IGNORECASE)
_NOBODY = "nobody is there to type an answer"
_PROMPT_CHARACTERS = 600


def asks_for_input(fault: StudentFault | None) -> bool:
    """Return whether a program was stopped because it reads from a keyboard."""
    return fault is not None and fault.raised == "EOFError" and _NOBODY in fault.message


def asks_for_arguments(fault: StudentFault | None, errors: str) -> bool:
    """Return whether a program was stopped because of a missing command-line argument."""
    if fault is None:
        return False
    if fault.raised == "IndexError":
        return any("argv" in frame.code for frame in fault.frames)
    return fault.raised == "SystemExit" and "usage" in errors.lower()


def offers_choices(texts: Sequence[str]) -> bool:
    """Return whether a program's arguments have choices, which its help lists."""
    return any("add_argument" in text and "choices" in text for text in texts)


def starts(run: Run, errors: str, wanted: Sequence[ProgramRun]) -> Iterator[Start]:
    """Yield a start for each run that the assignment wants, from the output of a program that was started without arguments.

    Parameters
    ----------
    run : Run
        That one.
    errors : str
        Its standard error, or its help.
    wanted : sequence of ProgramRun
    """
    if asks_for_input(run.fault):
        yield from (Start((), text) for text in _typed(run.output[-_PROMPT_CHARACTERS:], wanted))
    else:
        yield from (Start(_arguments(errors, one)) for one in wanted)


def _arguments(usage: str, wanted: ProgramRun) -> tuple[str, ...]:
    for option, choices in _CHOICES.findall(usage):
        words = [word.strip() for word in choices.split(",")]
        fitting = [word for word in words if wanted.name.lower() in word.lower()]
        if fitting:
            return (option, fitting[0]) if option else (fitting[0],)
    required = _REQUIRED.search(usage)
    if required:
        named = [word.strip() for word in required[1].split(",")]
        about = [word.partition("/")[0] for word in named if _OPTION.match(word) and _ABOUT_DATA.search(word)]
        if about:
            return about[0], *(wanted.args or (wanted.name,))
    return wanted.args or (wanted.name,)


def _typed(prompt: str, wanted: Sequence[ProgramRun]) -> list[str]:
    """Return the line to type for each run: the number or word from a prompt, or else the assignment's input."""
    for before, behind in (
        (r"\b(\w{1,12})\s{0,2}[:=.)\]>-]{1,2}\s{0,2}[\"'(]?", ""),
        (r"\b", r"\w{0,12}[\"']?\s{0,2}[:=([>-]{1,2}\s{0,2}(\w{1,12})"),
        (r"\b(", r"\w{0,12})"),
    ):
        found = [re.search(f"(?i){before}{re.escape(one.name)}{behind}", prompt) for one in wanted]
        words = [match[1] for match in found if match]
        # A choice that fits only one run decides; one that fits two does not.
        if len(words) == len(wanted) == len(set(words)):
            return [f"{word}\n" for word in words]
    return [one.stdin or f"{one.name}\n" for one in wanted]
