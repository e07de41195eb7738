"""Tests of what a submission's run is made of."""

from types import SimpleNamespace

from grader.judge.uses import checks_of, used_in_run

ASKED = ("SGD", "Adam", "Momentum", "solve")
TEXT = """class SGD:
    pass
class Adam:
    def step(self):
        pass
class Momentum:
    pass
def solve():  # with Momentum?
    return helper()
def helper():
    return Adam()
solve()
"""


def reading(text: str) -> dict[str, object]:
    """Return what the child finds in a text of definitions at the left margin."""
    lines = text.splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith(("class", "def"))]
    definitions = []
    for number in heads:
        last = number
        while last + 1 < len(lines) and lines[last + 1].startswith(" "):
            last += 1
        name = lines[number].split()[1].partition("(")[0].rstrip(":")
        definitions.append({"name": name, "file": "main.py", "first": number + 1, "body": number + 2, "last": last + 1})
    return {"texts": [{"file": "main.py", "text": text}], "definitions": definitions}


def test_used_in_run_follows_the_calls_from_outside_all_definitions():
    """What is used by way of other functions counts; a definition alone, and a word in a comment, do not."""
    assert used_in_run(reading(TEXT), ASKED) == {"Adam", "solve"}


def test_used_in_run_finds_nothing_where_nothing_runs():
    """Without a line outside of the definitions nothing is used; without a text, neither."""
    assert used_in_run(reading(TEXT.replace("\nsolve()", "")), ASKED) == set()
    assert used_in_run({}, ASKED) == set()


def test_checks_of_are_those_whose_tasks_ask_for_a_name():
    """By the first part of a name, in the order of the checks; those of one task may be left out."""
    task = SimpleNamespace
    assignment = task(
        tasks=[
            task(number="1", names=("Linear.forward",)),
            task(number="2", names=("solve",)),
            task(number="3", names=()),
        ]
    )
    checks = [(None, task(id=f"check_{number}", task=number)) for number in "3213"]
    assert checks_of({"solve", "Linear"}, assignment, checks) == ["check_2", "check_1"]
    assert checks_of({"solve", "Linear"}, assignment, checks, but="1") == ["check_2"]
    assert checks_of(set(), assignment, checks) == []
