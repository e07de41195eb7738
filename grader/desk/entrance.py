"""Who may in: the token of the first link, the cookie that it buys, the names this desk is called by, and accounts.

The secret is kept in a private file, so that a page that is open goes on after the desk was killed and started again.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from grader.desk.web import Session
from grader.errors import UsageError
from grader.report.text import one_line

SESSION_DAYS = 14
FEWEST_CHARACTERS = 10
_COST = {"n": 2**14, "r": 8, "p": 1}
# After so many wrong passwords a name, or an address, waits.
_FREE_TRIES, _LONGEST_WAIT = 5, 60.0
_MOST_KNOWN = 10_000


def kept_secret(path: Path) -> bytes:
    """Return the secret of a file that only its owner can read; it is made at first use.

    Raises
    ------
    UsageError
        When it cannot be read or made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            write_private(path, secrets.token_hex(32).encode("ascii"), anew=False)
        found = path.read_bytes().strip()
    except OSError as error:
        raise UsageError(f"The desk keeps a secret in {path}, but: {error.strerror or error}.") from error
    if len(found) < 32:
        raise UsageError(
            f"The file {path} of the desk's secret is damaged. Delete it, and the next start makes a new one."
        )
    return found


def write_private(path: Path, content: bytes, *, anew: bool = True) -> None:
    """Write a file that nobody else can read, whole or not at all; unless ``anew``, one that is there is left as it is."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        if anew:
            os.replace(temporary, path)
        else:
            with contextlib.suppress(FileExistsError):  # another desk that starts now
                os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@dataclass(frozen=True)
class Accounts:
    """The graders who may sign in, each with the digest of a password."""

    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Accounts:
        """Return the accounts of a file; raises ``UsageError`` when it holds none."""
        try:
            found = json.loads(path.read_bytes())
            digests = {str(name): str(digest) for name, digest in found["accounts"].items()}
        except (OSError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
            raise UsageError(
                f"{path} holds no accounts ({type(error).__name__}); make one with: python -m grader desk --add-account NAME "
                f"--accounts {path}"
            ) from error
        if not digests:
            raise UsageError(f"{path} holds no accounts; make one with --add-account NAME.")
        return cls(digests)

    def with_account(self, name: str, password: str) -> Accounts:
        """Return these accounts with one more, or one with another password; raises ``UsageError`` for what is no name or too short."""
        if one_line(name) != name or not 1 <= len(name) <= 60:
            raise UsageError("The name of an account is a word of at most 60 characters; it stands in the history.")
        if len(password) < FEWEST_CHARACTERS:
            raise UsageError(f"A password needs at least {FEWEST_CHARACTERS} characters.")
        salt = secrets.token_bytes(16)
        return Accounts({**self.digests, name: f"{salt.hex()}${_digest(password, salt).hex()}"})

    def write(self, path: Path) -> None:
        """Write the file, for its owner alone; raises ``UsageError`` when that is not possible."""
        try:
            write_private(path, json.dumps({"accounts": dict(self.digests)}, indent=1).encode("ascii") + b"\n")
        except OSError as error:
            raise UsageError(f"The accounts cannot be written to {path}: {error.strerror or error}.") from error

    def admits(self, name: str, password: str) -> bool:
        """Return whether a name has this password; it takes as long for a name that there is not."""
        salt, _, digest = self.digests.get(name, "00" * 16 + "$" + "00" * 64).partition("$")
        right = hmac.compare_digest(_digest(password, bytes.fromhex(salt)).hex(), digest)
        return right and name in self.digests


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass")[:1024], salt=salt, **_COST, dklen=64)


def ask_password(name: str) -> str:
    """Ask for a new password twice; raises ``UsageError`` when the two differ."""
    first = getpass.getpass(f"Password for {name} (at least {FEWEST_CHARACTERS} characters): ")
    if getpass.getpass("The same again: ") != first:
        raise UsageError("The two passwords differ; nothing was changed.")
    return first


@dataclass
class Entrance:
    """Decides who may in.

    Attributes
    ----------
    secret : bytes
    author : str
        Whom the first link lets in; not used with accounts.
    hosts : frozenset of str
        What may stand in ``Host``, with the port.
    secure : bool
        Whether browsers speak TLS with this desk.
    cookie : str
        Its name; cookies know nothing of ports, so the port is part of it.
    token : str
        Of the first link.
    """

    secret: bytes
    author: str
    hosts: frozenset[str]
    secure: bool = False
    accounts: Accounts | None = None
    cookie: str = "desk"
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    _failed: dict[str, tuple[int, float]] = field(default_factory=dict)

    @property
    def origin_scheme(self) -> str:
        """``https`` with TLS, else ``http``."""
        return "https" if self.secure else "http"

    def knows_host(self, host: str) -> bool:
        """Return whether a request is for this desk by a name that is its own: a name that somebody else points here is not."""
        return host.lower() in self.hosts

    def is_own_origin(self, headers: Mapping[str, str]) -> bool:
        """Return whether a form was sent by a page of this desk."""
        origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site")
        if site is not None and site != "same-origin":
            return False
        if origin is None:
            return False
        found = urlsplit(origin)
        return found.scheme == self.origin_scheme and self.knows_host(found.netloc)

    def ticket(self, author: str, now: float | None = None) -> str:
        """Return the value of a new cookie."""
        until = int((now or time.time()) + SESSION_DAYS * 86_400)
        named = json.dumps([secrets.token_hex(8), author, until], separators=(",", ":")).encode("ascii").hex()
        return f"{named}.{self._sign('cookie', named)}"

    def session(self, ticket: str | None, now: float | None = None) -> Session | None:
        """Return who has a cookie; None for one that is not ours, is too old, or of an account that is gone."""
        named, _, sign = (ticket or "").partition(".")
        if not named or not hmac.compare_digest(sign.encode(), self._sign("cookie", named).encode()):
            return None
        try:
            number, author, until = json.loads(bytes.fromhex(named))
        except (ValueError, TypeError):
            return None
        if until < (now or time.time()):
            return None
        if self.accounts is not None and author not in self.accounts.digests:
            return None
        # Without accounts whoever starts the desk says who is at it.
        return Session(number, author if self.accounts is not None else self.author, self._sign("form", named))

    def fits(self, session: Session, token: str) -> bool:
        """Return whether a form holds the token of its session."""
        return hmac.compare_digest(session.token.encode(), token.encode("utf-8", "replace"))

    def admits_link(self, token: str) -> bool:
        """Return whether the token of a link is that of this desk; with accounts no link is enough."""
        return self.accounts is None and hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode())

    def wait(self, *who: str, now: float | None = None) -> float:
        """Return the seconds until another password is looked at, for a name or an address with wrong ones."""
        at = now if now is not None else time.monotonic()
        return max((self._failed[each][1] - at for each in who if each in self._failed), default=0.0)

    def note(self, *who: str, right: bool, now: float | None = None) -> None:
        """Note down how a try ended."""
        at = now if now is not None else time.monotonic()
        if len(self._failed) > _MOST_KNOWN:
            self._failed.clear()
        for each in who:
            if right:
                self._failed.pop(each, None)
                continue
            count = self._failed.get(each, (0, 0.0))[0] + 1
            pause = min(2.0 ** (count - _FREE_TRIES), _LONGEST_WAIT) if count >= _FREE_TRIES else 0.0
            self._failed[each] = (count, at + pause)

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.new(self.secret, f"{purpose}/{self.cookie}/{text}".encode(), hashlib.sha256).hexdigest()


def names_of(host: str, port: int, others: tuple[str, ...] = ()) -> frozenset[str]:
    """Return what a desk at an address may be called in ``Host``."""
    own = {"127.0.0.1", "localhost", "[::1]"} if host in ("127.0.0.1", "::1", "localhost") else {host, *others}
    names = {*own, *others} - {"", "0.0.0.0", "::"}
    every = {f"{name.lower()}:{port}" for name in names}
    return frozenset(every | ({name.lower() for name in names} if port in (80, 443) else set()))


def listening(text: str, usual_port: int) -> tuple[str, int]:
    """Return host and port that a person wrote as ``HOST``, ``HOST:PORT`` or ``[HOST]:PORT``; raises ``UsageError``."""
    parts: Any = urlsplit(f"//{text}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"--listen needs an address like 0.0.0.0:8443, not {text!r}.") from error
    if not host or parts.path or parts.query:
        raise UsageError(f"--listen needs an address like 0.0.0.0:8443, not {text!r}.")
    return host, usual_port if port is None else port
