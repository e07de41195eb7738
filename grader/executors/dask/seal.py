"""Signs what travels between the command and the workers of a cluster, with a key that both sides hold. Imports only Dask's settings.

Dask executes everything that its peers send, so only TLS with certificates keeps others out (docs/scale.md). The seals
come second: a worker grades only what the command ordered, and only a record that a worker made for this very parcel is
written.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from pathlib import Path

from grader.errors import UsageError, reason

SETTING = "grader.key-file"
SEAL_BYTES = 32
KEY_BYTES = 32


class Unsealed(Exception):
    """A message without the seal of this key, or with the seal of another message."""


class Sealed:
    """Bytes with their seal, whose content does not show in the logs of a cluster or on its pages."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __repr__(self) -> str:
        return f"<sealed, {len(self.content):,} bytes>"

    @property
    def seal(self) -> bytes:
        """The seal, which covers all of the content."""
        return self.content[:SEAL_BYTES]


def seal(key: bytes, kind: str, content: bytes, answers: bytes = b"") -> Sealed:
    """Return ``content`` with its seal.

    Parameters
    ----------
    kind : str
        The kind of content, such as ``"parcel"``: one kind is never accepted as another.
    answers : bytes
        The seal of the message that it answers, so that it is not accepted as the answer to another.
    """
    return Sealed(_mac(key, kind, content, answers) + content)


def unseal(key: bytes, kind: str, sealed: object, answers: bytes = b"") -> bytes:
    """Return the sealed content; raises `Unsealed`."""
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
        If there is none, or others can read it.
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
        raise UsageError(f"The key of the cluster must be readable in {name}, but: {reason(error)}.") from error
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
