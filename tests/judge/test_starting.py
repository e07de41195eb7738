"""How a program that asks for something is started, by what it has said."""

import pytest

from grader.checks.examination import Run
from grader.judge.starting import (
    asks_for_arguments,
    asks_for_input,
    has_results,
    offers_choices,
    reply,
    starts,
    waits_for_input,
)
from grader.material.assignment import ProgramRun
from grader.outcomes import Frame, StudentFault, Why
from grader.submissions import Start

WANTED = (ProgramRun("linear", ("linear",), "1\n"), ProgramRun("xor", ("xor",), "2\n"))
NOBODY = "input() was called, but nobody is there to type an answer while the work is graded"
ASKED = StudentFault(Why.CRASHED, f"Running your submission stopped with EOFError: {NOBODY}", raised="EOFError")
REFUSED = StudentFault(Why.CRASHED, "It asked Python to exit.", raised="SystemExit")


def typed(prompt):
    """Return what is typed for both runs after a prompt."""
    return [start.typed for start in starts(Run(prompt, fault=ASKED), "", WANTED)]


@pytest.mark.parametrize(
    ("prompt", "answers"),
    [
        ("Which data set? 1: linear, 2: XOR: ", ["1\n", "2\n"]),
        ("Choose (a) linear (b) xor > ", ["a\n", "b\n"]),
        ("linear = 0, xor = 1 ? ", ["0\n", "1\n"]),
        ("Linear(0) or XOR(1): ", ["0\n", "1\n"]),
        ("data set [linear/XOR_easy]: ", ["linear\n", "XOR_easy\n"]),
        ("Your choice: ", ["1\n", "2\n"]),
    ],
)
def test_a_prompt_says_what_to_type(prompt, answers):
    """The number, the letter or the word that stands beside the name of a run is typed, else what the assignment says."""
    assert typed(prompt) == answers


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("Which activation? sigmoid / relu / tanh : ", "sigmoid"),
        ("1) sigmoid\n2) tanh\nactivation> ", "1"),
        ("How many epochs? [3000] ", "3000"),
        ("learning rate (default 0.1): ", "0.1"),
        ("Show the figure? (y/n) ", "y"),
        ("How many hidden units? ", None),
        ("", None),
        ("Which set next? 1: linear, 2: XOR ", "2"),
    ],
)
def test_a_later_prompt_is_answered_with_what_it_offers(prompt, answer):
    """What a prompt offers is typed, the data set of the run where it asks for that, and nothing where it offers nothing."""
    assert reply(prompt, WANTED, 1, is_first=False) == answer


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        ("usage: main.py [-h] --dataset {linear,xor}", [("--dataset", "linear"), ("--dataset", "xor")]),
        ("usage: main.py [-h] {Linear,XOR_easy}", [("Linear",), ("XOR_easy",)]),
        (
            "usage: t.py [-h] --data DATA\nt.py: error: the following arguments are required: --data",
            [("--data", "linear"), ("--data", "xor")],
        ),
        ("usage: main.py NAME", [("linear",), ("xor",)]),
    ],
)
def test_a_usage_says_what_to_give(usage, words):
    """Of the choices in a usage those that hold the name of a run are taken, or the option that is about data."""
    assert [start.args for start in starts(Run("", fault=REFUSED), usage, WANTED)] == words


def test_who_asks_is_told_from_who_crashes():
    """A program asks by reading from the keyboard, by refusing its arguments, or by looking for one that is not there."""
    missing = StudentFault(
        Why.CRASHED,
        "list index out of range",
        raised="IndexError",
        frames=[Frame("m.py", 1, "<module>", "sys.argv[1]")],
    )
    other = StudentFault(
        Why.CRASHED, "list index out of range", raised="IndexError", frames=[Frame("m.py", 1, "<module>", "x[1]")]
    )
    assert asks_for_input(ASKED)
    assert not asks_for_input(StudentFault(Why.CRASHED, "EOFError: a file is empty", raised="EOFError"))
    assert asks_for_arguments(REFUSED, "usage: main.py [-h]")
    assert not asks_for_arguments(REFUSED, "")
    assert asks_for_arguments(missing, "")
    assert not asks_for_arguments(other, "")
    assert not asks_for_arguments(None, "usage:")


def test_choices_are_looked_for_in_the_code():
    """Only a program whose arguments have choices is asked for its help."""
    assert offers_choices(['parser.add_argument("--set", choices=["a", "b"])'])
    assert not offers_choices(['parser.add_argument("--lr", type=float)'])


def test_words_of_a_person_are_read_and_told_alike():
    """What is given with --run is told in the same words."""
    start = Start.of("--dataset xor '<my answer' <2")
    assert start == Start(("--dataset", "xor"), "my answer\n2\n")
    assert Start.of(start.told) == start


def test_a_program_that_catches_the_end_of_the_input_waits_until_it_has_shown_something():
    """What its prompts offer is no result; lines with losses are, and so is a figure."""
    prompts = Run("learning rate [0.1]: \nmomentum [0.9]: ", asked=True)
    done = Run("".join(f"epoch {number} loss : 0.{number}\n" for number in range(5)), asked=True)
    assert waits_for_input(prompts)
    assert not waits_for_input(Run(prompts.output))
    assert not has_results(prompts)
    assert not waits_for_input(done)
    assert has_results(Run("", figures=({"axes": []},)))


def test_a_usage_line_of_the_program_itself_asks_for_arguments():
    """Where the text that ends the program says it, and nothing stands in its errors."""
    fault = StudentFault(Why.CRASHED, 'It ended: "usage: python lab.py linear|xor"', raised="SystemExit")
    assert asks_for_arguments(fault, "")
