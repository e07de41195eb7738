"""A thousand hostile submissions in a row: nobody else's score changes, nothing is left, nothing grows."""

import os
import statistics

import pytest

from tests.attacks.attack import ATTACKS, HONEST
from tests.attacks.running import hand_in, run_grade
from tests.attacks.world import World

COUNT = 1000
# Those that are over in a moment, and need nobody beside them.
QUICK = [
    attack
    for attack in ATTACKS.values()
    if not (attack.slow or attack.partner or attack.gain == "endless" or "BYSTANDER" in attack.source)
    and not attack.id.startswith(("takes-memory", "forks", "overflows", "wire-flood"))
]


def share(numbers, begin, end):
    """Return the median of a part of a list, from one share of it to another."""
    return statistics.median(numbers[int(begin * len(numbers)) : int(end * len(numbers))])


@pytest.mark.soak
def test_thousand_hostile_submissions_in_a_row(everybodys):
    """With two workers: every honest student between them has all points, memory and the number of processes stay."""
    folder = everybodys()
    with World(folder / "world", folder / "out") as world:
        (world.students / "victim.txt").write_text("untouched", encoding="utf-8")
        for number in range(COUNT):
            attack = QUICK[number % len(QUICK)]
            hand_in(attack, world, world.students, name=f"h{number:04d}")
            if number % 20 == 0:
                (world.students / f"h{number:04d}-honest.py").write_text(HONEST, encoding="utf-8")
        records, watch, _ = run_grade(world, jobs=2)
        gained = []
        for number in range(COUNT):
            attack, record = QUICK[number % len(QUICK)], records[f"h{number:04d}"]
            if record["score"]["sum"] > attack.deserves or record["status"] != "graded":
                gained.append((number, attack.id, record["score"]["sum"], record["faults"]))
        honest = [record["score"]["sum"] for name, record in records.items() if name.endswith("honest")]
        assert gained == []
        assert honest == [10.0] * (COUNT // 20)
        assert [attack.id for attack in QUICK if world.traces(attack)] == []
        assert os.listdir(world.folder / "temporary") == []
    opened = [record["times"]["open_seconds"] for _, record in sorted(records.items())]
    processes, memory = ([each[index] for each in watch.seen] for index in (1, 2))
    print(
        f"\n{COUNT} hostile submissions in {watch.seen[-1][0] - watch.seen[0][0]:.0f} s; judge at most {watch.peak_bytes / 1e6:.0f} MB\n"
        f"start of a session, first and last fifth: {1e3 * share(opened, 0, 0.2):.1f} ms, {1e3 * share(opened, 0.8, 1):.1f} ms\n"
        f"processes: {share(processes, 0.1, 0.3):.0f}, {share(processes, 0.7, 0.9):.0f}; "
        f"memory of all: {share(memory, 0.1, 0.3) / 1e6:.0f} MB, {share(memory, 0.7, 0.9) / 1e6:.0f} MB"
    )
    assert watch.peak_bytes < 300e6
    assert share(processes, 0.7, 0.9) <= share(processes, 0.1, 0.3) + 2
    assert share(memory, 0.7, 0.9) <= 1.2 * share(memory, 0.1, 0.3)
