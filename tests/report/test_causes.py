"""Tests that each cause is named once, with all that waits for it, and that a bonus that was not attempted is an offer."""

from __future__ import annotations

import pytest

from grader.record.fields import filled
from grader.report.causes import causes, idle_troubles, is_offer, offers
from tests.report import factory


def found(record):
    """Return kind, task of what tells it, tasks that wait, and points of every cause."""
    return [
        (
            cause.kind,
            cause.told.get("task"),
            [check["task"] for check in cause.others],
            cause.points,
            cause.bonus_points,
        )
        for cause in causes(filled(record))
    ]


def failed(number, message="It differs.", why="wrong", **more):
    """Return a check that failed."""
    return factory.check(number, result="failed", why=why, message=message, **more)


def frames(line, file="s001.py"):
    """Return the one frame of a traceback."""
    return [{"file": file, "line": line, "function": "forward", "code": "x"}]


def test_causes_name_what_stopped_the_submission_once():
    """A bracket that is never closed keeps every check, those that were not carried out among them, from its points."""
    ((kind, _, waiting, points, bonus),) = found(factory.unreadable())
    assert (kind, len(waiting), points, bonus) == ("reading", 26, 100.0, 20.0)


def test_causes_come_in_the_order_in_which_they_pay():
    """What costs most with all that waits for it comes first, a bonus after all that is required, equals in the order of the tasks."""
    record = factory.record(checks=[failed("7.3"), failed("1.1"), failed("1.2"), failed("5.2")])
    assert [task for _, task, _, _, _ in found(record)] == ["5.2", "1.1", "1.2", "7.3"]


def test_causes_gather_what_follows_from_another_check():
    """A check that failed or was not carried out because of another one waits for it, also through a third."""
    checks = [
        failed("2.1"),
        failed("2.2", mend_first=factory.check_id("2.1")),
        factory.check("4.3", result="not_checked", mend_first=factory.check_id("2.2")),
    ]
    assert found(factory.record(checks=checks)) == [("check", "2.1", ["2.2", "4.3"], 23.0, 0.0)]


def test_causes_gather_what_misses_the_same_name():
    """A class that is missing is one cause for all checks that say so; another name is another one."""
    checks = [failed(task, "`Linear` is not defined in your submission.", "missing") for task in ("2.1", "2.2")]
    checks += [failed("5.1", "`SGD` is not defined in your submission.", "missing")]
    assert found(factory.record(checks=checks)) == [
        ("check", "2.1", ["2.2"], 15.0, 0.0),
        ("check", "5.1", [], 4.0, 0.0),
    ]


def test_causes_gather_what_stops_at_a_name_that_is_missing():
    """The run that stopped because a class is missing, and a check that met the same, wait for the class."""
    stopped = factory.fault(
        "Running your submission stopped at line 9 of s001.py with NameError: name 'Linear' is not defined.",
        frames=frames(9),
    )
    checks = [
        failed("2.1", "`Linear` is not defined in your submission. Did you mean `Lineer`?", "missing"),
        failed(
            "4.2", "`build_network()`: It raised NameError: name 'Linear' is not defined", "crashed", frames=frames(9)
        ),
        failed("6.4", f"No line was printed. {stopped['message']}", "crashed", frames=frames(9)),
        failed("5.1", "`SGD()`: It raised NameError: name 'x' is not defined", "crashed", frames=frames(9)),
    ]
    record = factory.record(checks=checks, running={"status": "raised", "fault": stopped})
    assert found(record) == [("check", "2.1", ["4.2", "6.4"], 12.0, 0.0), ("check", "5.1", [], 4.0, 0.0)]
    assert idle_troubles(filled(record)) == []


def test_causes_gather_forbidden_imports():
    """Whichever call has met the import first, it is one cause; what is missing besides is another."""
    said = "`{}`: It raised ForbiddenImport: s001.py, line 5 imports `torch`, which is not allowed."
    checks = [failed(task, said.format(task), "forbidden", frames=frames(9)) for task in ("1.1", "1.2")]
    checks += [failed("1.3", "`ReLU` is not defined in your submission.", "missing")]
    assert found(factory.record(checks=checks)) == [
        ("import", "1.1", ["1.2"], 8.0, 0.0),
        ("check", "1.3", [], 4.0, 0.0),
    ]


def test_causes_gather_what_is_raised_at_one_line():
    """The same exception at the same line is one cause whatever numbers it names; another line, or another exception, is another."""
    said = "`{}`: It raised {}: size {} is different."
    checks = [
        failed("1.1", said.format("a", "ValueError", 3), "crashed", frames=frames(9)),
        failed("1.2", said.format("b", "ValueError", 5), "crashed", frames=frames(9)),
        failed("1.3", said.format("c", "ValueError", 5), "crashed", frames=frames(10)),
        failed("1.4", said.format("d", "TypeError", 5), "crashed", frames=frames(9)),
    ]
    assert [(task, waiting) for _, task, waiting, _, _ in found(factory.record(checks=checks))] == [
        ("1.1", ["1.2"]), ("1.3", []), ("1.4", []),
    ]  # fmt: skip


def test_causes_join_the_loading_and_the_run_that_stopped_at_one_line():
    """What is said of the run is the same as what is said of the loading."""
    loading, running = (
        factory.fault(f"{doing} your submission stopped at line 67 of s001.py with ValueError: x.", frames=frames(67))
        for doing in ("Loading", "Running")
    )
    checks = [
        failed("4.1", f"`Sequential` is not defined. {loading['message']}", "crashed", frames=frames(67)),
        failed("6.4", f"No line was printed. {running['message']}", "crashed", frames=frames(67)),
    ]
    ended = {"loading": {"status": "raised", "fault": loading}, "running": {"status": "raised", "fault": running}}
    assert found(factory.record(checks=checks, **ended)) == [("loading", None, ["4.1", "6.4"], 10.0, 0.0)]


def test_idle_troubles_are_those_that_no_check_tells_of():
    """A cell that raised and cost nothing is told apart from what is to be fixed."""
    stopped = {"status": "raised", "fault": factory.fault("A cell of your notebook stopped.")}
    idle = filled(factory.record(loading=stopped, running=stopped))
    assert [where for where, _ in idle_troubles(idle)] == ["loading"]
    told = filled(factory.record(loading=stopped, checks=[failed("6.4", "No line. A cell of your notebook stopped.")]))
    assert idle_troubles(told) == []


def test_offers_are_bonuses_that_were_not_attempted():
    """Nothing handed in of it, or only waiting for such a one: no cause. Attempted and wrong, or kept from being read: a cause."""
    waits = factory.check("7.5", result="not_checked", mend_first=factory.check_id("7.1"))
    record = filled(factory.record(checks=[factory.offered("7.1"), waits, failed("7.3")]))
    assert [check["task"] for check in offers(record)] == ["7.1", "7.5"]
    assert found(record) == [("check", "7.3", [], 0.0, 6.0)]
    assert not [check for check in filled(factory.unreadable())["checks"] if is_offer(record, check)]


def test_a_bonus_under_a_name_that_is_misspelt_was_attempted():
    """Whoever has written `Momentun` is told so."""
    said = "`Momentum` is not defined in your submission. Did you mean `Momentun`?"
    record = filled(factory.record(checks=[failed("7.1", said, "missing")]))
    assert (offers(record), found(record)) == ([], [("check", "7.1", [], 0.0, 3.0)])


def test_required_checks_are_never_offers():
    """What is missing and required is to be fixed."""
    record = filled(factory.record(checks=[failed("1.1", "`Sigmoid` is not defined.", "missing")]))
    assert offers(record) == []
    assert found(record) == [("check", "1.1", [], 4.0, 0.0)]


@pytest.mark.parametrize("first", ["1.1", "1.2"])
def test_causes_of_checks_that_wait_for_each_other_end(first):
    """A record that was tampered with, in which two checks wait for each other, is read to its end."""
    checks = [
        factory.check("1.1", result="not_checked", mend_first=factory.check_id("1.2")),
        factory.check("1.2", result="not_checked", mend_first=factory.check_id(first)),
    ]
    assert sum(points for *_, points, _ in found(factory.record(checks=checks))) == 8.0


@pytest.mark.parametrize("text", factory.HOSTILE)
def test_causes_of_hostile_text_hold_every_check_once(text):
    """Whatever is said, no check is lost and none is counted twice."""
    record = filled(factory.hostile(text, "h01"))
    told = [check["id"] for cause in causes(record) for check in (cause.told, *cause.others) if "id" in check]
    assert told == [check["id"] for check in record["checks"] if check["result"] != "passed"]
