"""The attacks: read from the families beside this file, one table each.

A family is a file ``<family>.toml``. Each of its tables ``[[attack]]`` is one small submission for the tiny assignment::

    id = "patched-allclose"
    claim = "cannot make the comparison agree by patching NumPy"
    gain = "points"                       # what success would be, see below
    source = '''...'''                    # what the student wrote, behind the base
    expected = { points = 0, words = ["wrong"] }

``base`` is what the student wrote honestly: ``lazy`` (all wrong, deserves nothing; the default where points are to be gained),
``honest`` (all right, the default elsewhere) or ``none``. ``gain`` says how success would show, with and without the fence:

=========  ==============================================================================
points     more points than the base deserves
said       the words ``DONE``, which the attack prints or raises once it has got through
secret     something that only the judge, another student or a bystander knows
trace      something that was changed outside of the submission, or lives on
endless    the grader never comes to its end
silent     the grader ends without a score
flood      a megabyte of it reaches the reader
=========  ==============================================================================

``expected`` states the points, the words of the checks that were not passed, and how the loading ended unless it was loaded or does not matter.
``needs`` names the guarantees (``grader/fence/guarantees.py``) that the claim rests on: where a machine does not hold one of
them, only the score is asked. ``control`` is the door of the naive grader (``naive.py``) through which the attack succeeds.
``form`` is ``script``, ``notebook`` (cells parted by ``# %%``) or ``folder`` (``files`` beside ``main.py``). ``slow`` attacks wait for the wall
clock and run in the soak only; ``partner`` is the source of an accomplice that is graded before. ``machine`` names the only kind of
processor on which there is such a door. System calls are numbered by name, ``CALLS["ptrace"]``: each kind of processor has its own numbers.
"""

from __future__ import annotations

import platform
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

LAZY = """
import numpy as np

def double(x):
    return np.zeros_like(x)

def total(x, axis):
    return np.zeros(3)
"""
HONEST = """
import numpy as np

def double(x):
    return 2.0 * x

def total(x, axis):
    return np.sum(x, axis=axis)

if __name__ == "__main__":
    print(21 * 2)
"""
BASES = {"lazy": (LAZY, 0.0), "honest": (HONEST, 10.0), "none": ("", 10.0)}


@dataclass(frozen=True)
class Attack:
    """One attack, see the module's words."""

    family: str
    id: str
    claim: str
    gain: str
    source: str
    expected: Mapping[str, Any]
    base: str = ""
    needs: tuple[str, ...] = ()
    control: str = "process"
    form: str = "script"
    files: Mapping[str, str] = field(default_factory=dict)
    partner: str = ""
    slow: bool = False
    machine: str = ""

    @property
    def deserves(self) -> float:
        """The points of the base, which the attack must not exceed."""
        return BASES[self._base][1]

    @property
    def _base(self) -> str:
        return self.base or ("lazy" if self.gain == "points" else "honest")

    def text(self, prelude: str) -> str:
        """Return the whole submission; `prelude` defines what the attack aims at."""
        return f"{prelude}\n{BASES[self._base][0]}\n{self.source}"


def attacks() -> list[Attack]:
    """Return all attacks for this kind of processor, family by family."""
    found: list[Attack] = []
    for path in sorted(FOLDER.glob("*.toml")):
        family = tomllib.loads(path.read_text(encoding="utf-8"))
        shared = family.get("shared", "")
        for entry in family["attack"]:
            entry["needs"] = tuple(entry.get("needs", ()))
            entry["source"] = shared + entry["source"]
            found.append(Attack(family=family["family"], **entry))
    return [attack for attack in found if attack.machine in ("", platform.machine())]


ATTACKS = {attack.id: attack for attack in attacks()}
# What the ordinary tests run: a quarter of each family, without those that wait for the wall clock.
PART = {
    attack.id: attack
    for family in dict.fromkeys(attack.family for attack in ATTACKS.values())
    for attack in [each for each in ATTACKS.values() if each.family == family and not each.slow][::4]
}
