"""The seed is secret, made once, and gives every check the same numbers for every student."""

import stat

import numpy as np
import pytest

from grader.errors import UsageError
from grader.seed import check_rng, key_path, secret_seed, seed_id


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The path of a seed file that does not exist yet."""
    monkeypatch.delenv("GRADER_SEED", raising=False)
    monkeypatch.setenv("GRADER_SEED_FILE", str(tmp_path / "own" / "seed"))
    return tmp_path / "own" / "seed"


def test_secret_seed_is_made_once_and_only_its_owner_reads_it(kept):
    """The second run finds the first run's seed; nobody else may read it."""
    first = secret_seed()
    assert len(first) == 32
    assert secret_seed() == first
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["seed"]


def test_secret_seed_prefers_what_was_given(kept, monkeypatch):
    """The option comes before the environment, and that before the file."""
    monkeypatch.setenv("GRADER_SEED", "from the environment")
    assert secret_seed("7") == "7"
    assert secret_seed() == "from the environment"
    assert not kept.exists()


def test_secret_seed_refuses_an_empty_file(kept):
    """A truncated file is not a seed."""
    kept.parent.mkdir()
    kept.write_text("")
    with pytest.raises(UsageError) as caught:
        secret_seed()
    assert (
        str(caught.value) == f"The secret seed's file, {kept}, is empty. Delete it, and the next run creates a new one."
    )


def test_check_rng_depends_on_seed_assignment_and_check():
    """Each of the three changes the numbers; the same three repeat them."""
    draws = [
        check_rng(*key).normal()
        for key in [("s", "a", "c"), ("s", "a", "c"), ("t", "a", "c"), ("s", "b", "c"), ("s", "a", "d")]
    ]
    assert draws[0] == draws[1]
    assert len(set(np.round(draws, 12))) == 4


def test_seed_id_tells_seeds_apart(kept):
    """Two seeds have two ids, and an id does not hold its seed."""
    assert seed_id("one") != seed_id("two")
    assert "one" not in seed_id("one")
    assert len(seed_id("one")) == 8


def test_seed_id_cannot_be_tried_elsewhere(kept, monkeypatch, tmp_path):
    """The same seed has another id on another machine, the same again on this one, and only its owner reads the key."""
    here = seed_id("2024")
    assert stat.S_IMODE(key_path().stat().st_mode) == 0o600
    monkeypatch.setenv("GRADER_SEED_FILE", str(tmp_path / "elsewhere" / "seed"))
    assert seed_id("2024") != here
    monkeypatch.setenv("GRADER_SEED_FILE", str(kept))
    assert seed_id("2024") == here
