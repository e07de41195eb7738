"""The secret seed: created once, kept in a file that only its owner can read, never shown to students."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import NotWritten, UsageError, reason
from grader.files import NO_ROOM, not_written

if TYPE_CHECKING:
    import numpy as np

PROJECT = Path(__file__).resolve().parent.parent


def seed_path() -> Path:
    """Return the file of the secret seed: ``GRADER_SEED_FILE``, or ``.grader/seed`` next to the grader."""
    return Path(os.environ.get("GRADER_SEED_FILE") or PROJECT / ".grader" / "seed")


def secret_seed(given: str | None = None) -> str:
    """Return the seed of this run: the given one, ``GRADER_SEED``, or the stored one, which is created at first use.

    Raises
    ------
    UsageError
        If the file cannot be read or created.
    NotWritten
        If there is no space to create it.
    """
    given = given or os.environ.get("GRADER_SEED")
    if given:
        return given
    return _kept(seed_path())


def _kept(path: Path) -> str:
    """Return the seed in a file, which is created at first use."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _create(path)
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise not_written(path, error) from error
        raise UsageError(
            f"The secret seed cannot be read from {path}: {reason(error)}. Name another file in GRADER_SEED_FILE, or give --seed."
        ) from error
    if not text:
        raise UsageError(f"The secret seed's file, {path}, is empty. Delete it, and the next run creates a new one.")
    return text


def _create(path: Path) -> None:
    """Write a new seed in such a way that two runs starting together agree on one."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(16) + "\n")
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(temporary)


def seed_id(seed: str) -> str:
    """Return eight hexadecimal digits that tell two seeds apart without revealing either."""
    return fingerprint("seed id", seed)[:8]


def fingerprint(purpose: str, text: str) -> str:
    """Return a digest, in hexadecimal, that tells two texts apart on this machine and cannot be guessed at elsewhere.

    Students see records, and a seed chosen by a person can be guessed; the key of this digest is random.
    """
    return hmac.digest(_key(key_path()), f"{purpose}\0{text}".encode("utf-8", "surrogateescape"), "sha256").hex()


def key_path() -> Path:
    """Return the file of the fingerprints' key: it lies next to the secret seed and is created the same way."""
    path = seed_path()
    return path.with_name(f"{path.name}.key")


@lru_cache
def _key(path: Path) -> bytes:
    """Return the stored key; if none can be stored, a key for this process only, useless in later runs."""
    try:
        return _kept(path).encode()
    except (UsageError, NotWritten):
        return secrets.token_bytes(32)


def check_rng(seed: str, assignment_id: str, check_id: str) -> np.random.Generator:
    """Return the random generator of one check: the same for every student, and unknown to all of them."""
    import numpy as np  # here, because a command that needs only the seed starts three times as fast without it

    digest = hashlib.blake2b(f"{assignment_id}\0{check_id}".encode(), key=seed.encode()[:64], digest_size=32).digest()
    return np.random.default_rng(list(np.frombuffer(digest, dtype="<u4")))
