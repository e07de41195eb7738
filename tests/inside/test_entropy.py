"""Unseeded randomness repeats from run to run and from check to check."""

DRAWS = """
import os, random, secrets, uuid
import numpy as np

def draw():
    return [
        random.random(), random.gauss(0, 1), random.Random().random(), random.SystemRandom().random(), os.urandom(3),
        secrets.randbits(20), secrets.token_hex(3), uuid.uuid4().hex, np.random.rand(), np.random.default_rng().random(),
        np.random.RandomState().rand(), np.random.Generator(np.random.PCG64()).random(), str(np.random.SeedSequence().entropy),
        hash("text"), random.choice(sorted({"a", "b", "c"})),
    ]

at_loading = draw()
"""


def drawn(session):
    """Return what was drawn at loading and in two checks."""
    found = []
    for _ in range(2):
        with session.check() as check:
            found.append((check.value("get", on=0, name="at_loading"), check.call("draw"), check.call("draw")))
    return found


def test_entropy_repeats_in_every_session_and_check(load):
    """Two sessions, and two checks of one, draw the same; two draws of one check differ."""
    first, second = drawn(load(DRAWS)[0]), drawn(load(DRAWS)[0])
    assert first == second
    assert first[0] == first[1]
    before, one, other = first[0]
    assert all(a != b for a, b in zip(one[:13], other[:13], strict=True))
    assert before[:13] != one[:13]


def test_entropy_follows_the_configured_seed(open_session):
    """Another seed draws other numbers."""
    results = []
    for seed in (0, 1):
        session = open_session(seed=seed)
        session.read({"s001.py": DRAWS})
        session.load()
        results.append(drawn(session)[0][0])
    assert all(a != b for a, b in zip(results[0][:13], results[1][:13], strict=True))


def test_entropy_leaves_seeds_alone(load):
    """What a submission seeds itself gives the usual numbers."""
    session, _ = load(
        "import random\nimport numpy as np\nrandom.seed(3)\nnp.random.seed(3)\n"
        "values = [random.random(), np.random.rand(), np.random.default_rng(3).random()]\n"
    )
    with session.check() as check:
        values = check.value("get", on=0, name="values")
    assert [float(value) for value in values] == [0.23796462709189137, 0.5507979025745755, 0.08564916714362436]
