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
_ABOUT_DATA = re.compile(r"data|set|type|mode|task|case|kind|資料|數據|数据", re.IGNORECASE)
_RESULT = re.compile(r"(?m)^[^\n]*?\d\.\d")
# What a prompt offers, such as a learning rate, is one or two.
_FEWEST_RESULTS = 3
_NOBODY = "nobody is there to type an answer"
_PROMPT_CHARACTERS = 600
# A prompt that says what may be typed: what it takes when nothing is, two words to choose from, a list of numbers, yes or no.
_DEFAULT = re.compile(
    r"(?i)(?:[\[(]\s{0,3}(?:default\s{0,3}[:=]?\s{0,3})?|default(?: is|s to)?\s{0,3}[:=]?\s{0,3})(\d{1,9}(?:\.\d{1,9})?)\s{0,3}(?=[\])\s:]|$)"
)
_CHOICE = re.compile(r"\b([A-Za-z]\w{0,20})\s{0,2}(?:/|\bor\b|\|)\s{0,2}[A-Za-z]\w{0,20}\b")
_LISTED = re.compile(r"(?:^|[\s(\[,;])([01])[\s)\].:=-]{1,3}[A-Za-z]")
_YES = re.compile(r"(?i)\(?\b(y)(?:es)?\s{0,2}[/|]\s{0,2}no?\b")


def asks_for_input(fault: StudentFault | None) -> bool:
    """Return whether a program was stopped because it reads from a keyboard."""
    return fault is not None and fault.raised == "EOFError" and _NOBODY in fault.message


def waits_for_input(run: Run) -> bool:
    """Return whether a program has come no further than to a question, whether it was stopped there or has ended by itself."""
    return asks_for_input(run.fault) or (run.asked and not has_results(run))


def has_results(run: Run) -> bool:
    """Return whether a program has drawn something, or printed lines with numbers that may be losses or predictions."""
    return bool(run.figures) or len(_RESULT.findall(run.output)) >= _FEWEST_RESULTS


def asks_for_arguments(fault: StudentFault | None, errors: str) -> bool:
    """Return whether a program was stopped because of a missing command-line argument."""
    if fault is None:
        return False
    if fault.raised == "IndexError":
        return any("argv" in frame.code for frame in fault.frames)
    return fault.raised == "SystemExit" and "usage" in f"{errors}\n{fault.message}".lower()


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


def reply(prompt: str, wanted: Sequence[ProgramRun], index: int, *, is_first: bool) -> str | None:
    """Return what one run types at a prompt: what stands beside its name there, or what the prompt itself offers; None when neither is said.

    Parameters
    ----------
    prompt : str
        What the program has printed since something was typed last.
    wanted : sequence of ProgramRun
    index : int
        Which of them is started.
    is_first : bool
        Whether nothing was typed yet: a prompt that offers nothing is then about the run, as the assignment has it.
    """
    named = _named(prompt[-_PROMPT_CHARACTERS:], wanted)
    if named is not None:
        return named[index]
    line = prompt.rstrip().rpartition("\n")[2][-_PROMPT_CHARACTERS:]
    offered = _offered(line) or _offered(prompt[-_PROMPT_CHARACTERS:])
    if offered is not None and not (is_first and _ABOUT_DATA.search(line)):
        return offered
    return (wanted[index].stdin or wanted[index].name).strip() if is_first else None


def _offered(prompt: str) -> str | None:
    """Return what a prompt offers to be typed, the first of what it offers."""
    found = next((match for each in (_YES, _DEFAULT, _CHOICE, _LISTED) if (match := each.search(prompt))), None)
    return found[1] if found else None


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
    """Return what to type for each run at the first prompt."""
    return [f"{reply(prompt, wanted, index, is_first=True)}\n" for index in range(len(wanted))]


def _named(prompt: str, wanted: Sequence[ProgramRun]) -> list[str] | None:
    """Return the number or the word that a prompt says for each run, None where it does not say it for all."""
    for before, behind in (
        (r"\b(\w{1,12})\s{0,2}[:=.)\]>-]{1,2}\s{0,2}[\"'(]?", ""),
        (r"\b", r"\w{0,12}[\"']?\s{0,2}[:=([>-]{1,2}\s{0,2}(\w{1,12})"),
        (r"\b(", r"\w{0,12})"),
    ):
        found = [re.search(f"(?i){before}{re.escape(one.name)}{behind}", prompt) for one in wanted]
        words = [match[1] for match in found if match]
        # A choice that fits only one run decides; one that fits two does not.
        if len(words) == len(wanted) == len(set(words)):
            return words
    return None
