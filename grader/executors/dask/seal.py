"""Signs what travels between the command and the workers of a cluster, with a key that both sides hold. Imports Dask's settings only.

Dask carries out whatever its peers send, so it is TLS with certificates that keeps others out (docs/scale.md). A seal stands
behind that: a worker grades what the command ordered, and a record is written that a worker made for this very parcel.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from pathlib import Path

from grader.errors import UsageError

SETTING = "grader.key-file"
SEAL_BYTES = 32
KEY_BYTES = 32


class Unsealed(Exception):
    """Something arrived without the seal of this key, or with the seal of something else."""


class Sealed:
    """Bytes behind their seal, which tell nothing of themselves in the logs of a cluster or on its pages."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __repr__(self) -> str:
        return f"<sealed, {len(self.content):,} bytes>"

    @property
    def seal(self) -> bytes:
        """The seal, which stands for all that is behind it."""
        return self.content[:SEAL_BYTES]


def seal(key: bytes, kind: str, content: bytes, answers: bytes = b"") -> Sealed:
    """Return ``content`` behind its seal.

    Parameters
    ----------
    kind : str
        What it is, such as ``"parcel"``: one kind is never taken for another.
    answers : bytes
        The seal of what it answers, so that it is never taken for the answer to anything else.
    """
    return Sealed(_mac(key, kind, content, answers) + content)


def unseal(key: bytes, kind: str, sealed: object, answers: bytes = b"") -> bytes:
    """Return what is behind a seal; raises `Unsealed`."""
    if not isinstance(sealed, Sealed) or not isinstance(sealed.content, bytes):
        raise Unsealed
    content = sealed.content[SEAL_BYTES:]
    if not hmac.compare_digest(sealed.seal, _mac(key, kind, content, answers)):
        raise Unsealed
    return content


def shared_key() -> bytes:
    """Return the key that this machine holds, from the file that Dask's settings name.

    Raises
    ------
    UsageError
        When there is none, or others can read it.
    """
    import dask.config

    name = dask.config.get(SETTING, None)
    if not name:
        raise UsageError(
            "Grading on a Dask cluster needs certificates and a key that all its machines hold: `python -m grader cluster FOLDER` makes "
            "them, and DASK_CONFIG=FOLDER names them, for this command, the scheduler and the workers."
        )
    try:
        with open(name, "rb") as file:
            mode, key = os.fstat(file.fileno()).st_mode, file.read().strip()
    except OSError as error:
        raise UsageError(f"The key of the cluster must be readable in {name}, but: {error.strerror}.") from error
    if stat.S_IMODE(mode) & 0o077:
        raise UsageError(f"The key of the cluster in {name} can be read by others; run: chmod 600 {Path(name)}")
    if len(key) < KEY_BYTES:
        raise UsageError(
            f"The key of the cluster in {name} must have at least {KEY_BYTES} characters, but has {len(key)}; "
            "`python -m grader cluster FOLDER` makes a new one."
        )
    return bytes(key)


def _mac(key: bytes, kind: str, content: bytes, answers: bytes) -> bytes:
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for piece in (kind.encode("ascii"), answers, content):
        mac.update(len(piece).to_bytes(8, "big"))
        mac.update(piece)
    return mac.digest()
