"""The secret seed: made once, kept in a file that only its owner can read, never shown to students. Imports only errors."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import UsageError

if TYPE_CHECKING:
    import numpy as np

PROJECT = Path(__file__).resolve().parent.parent


def seed_path() -> Path:
    """Return where the secret seed is kept: ``GRADER_SEED_FILE``, else ``.grader/seed`` beside the grader."""
    return Path(os.environ.get("GRADER_SEED_FILE") or PROJECT / ".grader" / "seed")


def secret_seed(given: str | None = None) -> str:
    """Return the seed of this run: the given one, ``GRADER_SEED``, or the kept one, which is made at first use.

    Raises
    ------
    UsageError
        When the file cannot be read or made.
    """
    given = given or os.environ.get("GRADER_SEED")
    if given:
        return given
    path = seed_path()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _create(path)
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The secret seed must be readable in {path}, but: {error}. Name another file in GRADER_SEED_FILE, or give --seed."
        ) from error
    if not text:
        raise UsageError(f"The file {path} of the secret seed is empty. Delete it, and the next run makes a new one.")
    return text


def _create(path: Path) -> None:
    """Write a new seed so that two runs that start together agree on one."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(16) + "\n")
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(temporary)


def seed_id(seed: str) -> str:
    """Return eight hexadecimal digits that tell two seeds apart without giving either away."""
    return hashlib.blake2b(seed.encode(), digest_size=4, person=b"seed id").hexdigest()


def check_rng(seed: str, assignment_id: str, check_id: str) -> np.random.Generator:
    """Return the generator of one check: the same for every student, unknown to all of them."""
    import numpy as np  # here, because a command that needs only the seed starts in a third of the time without it

    digest = hashlib.blake2b(f"{assignment_id}\0{check_id}".encode(), key=seed.encode()[:64], digest_size=32).digest()
    return np.random.default_rng(list(np.frombuffer(digest, dtype="<u4")))
