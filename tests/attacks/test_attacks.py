"""Every attack gets the score it deserves, the right word, and nothing else; without a fence each of them succeeds."""

import json
import os
from pathlib import Path

import pytest

from grader.fence.guarantees import GUARANTEES
from grader.fence.levels import IsolationLevel
from tests.attacks.attack import ATTACKS, PART
from tests.attacks.running import VICTIMS, clean, grade_all, succeeded, unfenced
from tests.attacks.world import World

FAMILIES = {
    "forbidden code",
    "forging in process",
    "other students",
    "reading the answer",
    "resources",
    "the kernel",
    "the wire",
}
ORDINARY_USER = 54321
JUDGE_BYTES = 300e6


def graded_on(attacks, folder, **machine):
    """Grade attackers on a machine; return what came of it, and what the grading has left in the system."""
    with World(folder / "world", folder / "out") as world:
        before = system()
        graded = grade_all(attacks, world, **machine)
        left = [word for word in system() if word not in before]
        left = [word for word in left if word in system()]  # what another test was about to remove is gone now
        for attack in attacks:
            clean(attack, world)
        return graded, left


def system():
    """Return the mounts and the objects of System V that there are, without those whose maker still runs, such as another test's PostgreSQL.

    What makes an object is named by its kind, key and number: the other columns of a list change whenever somebody uses it.
    """
    found = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    for kind in ("shm", "sem", "msg"):
        head, *rows = Path("/proc/sysvipc", kind).read_text(encoding="utf-8").splitlines()
        for row in rows:
            columns = dict(zip(head.split(), row.split(), strict=True))
            if not Path("/proc", columns.get("cpid", "0")).exists():
                found.append(f"{kind} {columns['key']} {row.split()[1]}")
    return found


def judged(attack, graded):
    """Compare what an attack got with what it deserves; exactly where all layers are in force."""
    record, evidence = graded.records[attack.id], graded.evidence[attack.id]
    reasons = json.dumps([check["message"] for check in record["checks"] if check["why"]] + record["faults"])
    held = not set(attack.needs) & graded.lost
    assert not (held and succeeded(attack, evidence, graded.world)), f"it {attack.claim}, it was said. {reasons}"
    assert evidence.points <= attack.deserves, reasons
    assert record["status"] == "graded", reasons
    if graded.level == "full":
        assert evidence.traces == []
        said = {"points": record["score"]["sum"], "words": sorted({c["why"] for c in record["checks"] if c["why"]})}
        said |= {"loading": record["loading"]["status"]} if "loading" in attack.expected else {}
        assert said == {"words": [], **attack.expected}, reasons


def nothing_else(graded, left):
    """Make sure that the others have their points, and that nothing and nobody is left."""
    assert [graded.records[victim]["score"]["sum"] for victim in VICTIMS] == [10.0, 10.0]
    assert os.listdir(graded.world.folder / "temporary") == []
    assert left == [] or "calls" in graded.lost  # without a filter, objects of System V stay
    assert 0 < graded.peak_bytes < JUDGE_BYTES


def test_attacks_are_many_and_state_their_claims():
    """More than a hundred, of every family, each with a sentence, a guarantee that exists and a known aim."""
    assert len(ATTACKS) >= 100
    assert {attack.family for attack in ATTACKS.values()} == FAMILIES
    assert len({attack.claim for attack in ATTACKS.values()}) == len(ATTACKS)
    known = {guarantee.name for guarantee in GUARANTEES}
    assert all(set(attack.needs) <= known for attack in ATTACKS.values())
    assert {attack.family for attack in PART.values()} == FAMILIES


@pytest.fixture(scope="module")
def part(everybodys):
    """A part of the attacks, graded in one class."""
    return graded_on(PART.values(), everybodys())


@pytest.mark.parametrize("name", PART)
def test_attack_gets_what_it_deserves(name, part):
    """The score it deserves, the right word, nothing gained, no trace."""
    judged(PART[name], part[0])


def test_attacks_touch_nobody_else(part):
    """The students before and behind them have all points; no process, file, mount or shared memory is left; the judge is small."""
    nothing_else(*part)


@pytest.fixture(scope="module")
def unconfined(everybodys):
    """Runs an attack against the naive grader."""
    folder = everybodys()
    with World(folder / "world", folder / "out") as world:
        yield lambda attack: succeeded(attack, unfenced(attack, world, folder / attack.id), world)


@pytest.mark.parametrize("name", PART)
def test_attack_succeeds_without_a_fence(name, unconfined):
    """The control: the same submission gets what it wants from a grader that trusts."""
    assert unconfined(PART[name])


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name in ATTACKS if name not in PART])
def test_every_other_attack_succeeds_without_a_fence(name, unconfined):
    """The controls of the attacks that the ordinary tests leave out."""
    assert unconfined(ATTACKS[name])


MACHINES = [(level, user) for user in (None, ORDINARY_USER) for level in IsolationLevel]


@pytest.mark.soak
@pytest.mark.parametrize(("level", "user"), MACHINES)
def test_every_attack_at_every_level(level, user, everybodys):
    """As whoever runs the tests and as an ordinary user, at each level, by the guarantees that it claims: nothing is gained."""
    if user is not None and os.geteuid() != 0:
        assert (level, None) in MACHINES  # whoever is no root is an ordinary user already
        return
    chosen = [attack for attack in ATTACKS.values() if level is IsolationLevel.FULL or not attack.slow]
    graded, left = graded_on(chosen, everybodys(), level=str(level), user=user, jobs=3)
    assert graded.level == level
    failures = []
    for attack in chosen:
        try:
            judged(attack, graded)
        except AssertionError as error:
            failures.append(f"{attack.id}: {error}")
    assert not failures, "\n\n".join(failures)
    nothing_else(graded, left)
