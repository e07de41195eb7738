"""A trusted process never outlives the one that started it."""

import os

from grader.judge.process import die_with_parent, stay_on


def ended_with(parent):
    """Return the exit status of a child that ties itself to ``parent``, and would end with 7 on its own."""
    child = os.fork()
    if child == 0:
        die_with_parent(parent)
        os._exit(7)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_die_with_parent_goes_on_below_the_right_parent():
    """A process whose parent is there goes on, whatever number the parent has; in a container that is often 1."""
    assert ended_with(os.getpid()) == 7


def test_die_with_parent_ends_when_another_has_taken_the_parents_place():
    """A process whose parent has ended already has another one, and ends at once."""
    assert ended_with(os.getppid()) == 1


def test_stay_on_keeps_to_one_core():
    """A process that stays uses one core; a core that is not there changes nothing."""
    child = os.fork()
    if child == 0:
        before = os.sched_getaffinity(0)
        stay_on(100_000)
        unchanged = os.sched_getaffinity(0) == before
        stay_on(max(before))
        os._exit(0 if unchanged and os.sched_getaffinity(0) == {max(before)} else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
