"""Access control: the token of the first link, the cookie it is exchanged for, accepted host names, and accounts.

The secret is kept in a private file, so that open pages keep working after the desk is restarted.
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
from grader.errors import UsageError, reason
from grader.report.text import one_line

SESSION_DAYS = 14
FEWEST_CHARACTERS = 10
_COST = {"n": 2**14, "r": 8, "p": 1}
# After this many wrong passwords, a name or an address must wait.
_FREE_TRIES, _LONGEST_WAIT = 5, 60.0
_MOST_KNOWN = 10_000


def kept_secret(path: Path) -> bytes:
    """Return the secret in a file that only its owner can read, creating it at first use.

    Raises
    ------
    UsageError
        If it cannot be read or created.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            write_private(path, secrets.token_hex(32).encode("ascii"), anew=False)
        found = path.read_bytes().strip()
    except OSError as error:
        raise UsageError(f"The desk's secret in {path} cannot be used: {reason(error)}.") from error
    if len(found) < 32:
        raise UsageError(
            f"The file of the desk's secret, {path}, is damaged. Delete it, and the next start creates a new one."
        )
    return found


def write_private(path: Path, content: bytes, *, anew: bool = True) -> None:
    """Write a file that only its owner can read, atomically; an existing one is replaced only if ``anew``."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        if anew:
            os.replace(temporary, path)
        else:
            with contextlib.suppress(FileExistsError):  # another desk is starting at the same time
                os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@dataclass(frozen=True)
class Accounts:
    """The graders who may sign in, each with the digest of a password."""

    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Accounts:
        """Return the accounts in a file; raise ``UsageError`` if there are none."""
        try:
            found = json.loads(path.read_bytes())
            digests = {str(name): str(digest) for name, digest in found["accounts"].items()}
        except (OSError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
            raise UsageError(
                f"{path} has no accounts ({type(error).__name__}); create one with: python -m grader desk --add-account NAME "
                f"--accounts {path}"
            ) from error
        if not digests:
            raise UsageError(f"{path} has no accounts; create one with --add-account NAME.")
        return cls(digests)

    def with_account(self, name: str, password: str) -> Accounts:
        """Return these accounts with one added or changed; raise ``UsageError`` for an invalid name or a short password."""
        if one_line(name) != name or not 1 <= len(name) <= 60:
            raise UsageError(
                "The name of an account must be one word of at most 60 characters; it appears in the history."
            )
        if len(password) < FEWEST_CHARACTERS:
            raise UsageError(f"A password needs at least {FEWEST_CHARACTERS} characters.")
        salt = secrets.token_bytes(16)
        return Accounts({**self.digests, name: f"{salt.hex()}${_digest(password, salt).hex()}"})

    def write(self, path: Path) -> None:
        """Write the file so that only its owner can read it; raise ``UsageError`` if that is not possible."""
        try:
            write_private(path, json.dumps({"accounts": dict(self.digests)}, indent=1).encode("ascii") + b"\n")
        except OSError as error:
            raise UsageError(f"The accounts cannot be written to {path}: {reason(error)}.") from error

    def admits(self, name: str, password: str) -> bool:
        """Return whether a name has this password, taking as long for unknown names."""
        salt, _, digest = self.digests.get(name, "00" * 16 + "$" + "00" * 64).partition("$")
        right = hmac.compare_digest(_digest(password, bytes.fromhex(salt)).hex(), digest)
        return right and name in self.digests


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass")[:1024], salt=salt, **_COST, dklen=64)


def ask_password(name: str) -> str:
    """Ask for a new password twice; raise ``UsageError`` if the two differ."""
    first = getpass.getpass(f"Password for {name} (at least {FEWEST_CHARACTERS} characters): ")
    if getpass.getpass("Repeat the password: ") != first:
        raise UsageError("The two passwords differ; nothing was changed.")
    return first


@dataclass
class Entrance:
    """Decides who may enter.

    Attributes
    ----------
    secret : bytes
    author : str
        The user who enters by the first link; not used with accounts.
    hosts : frozenset of str
        The accepted values of ``Host``, with the port.
    secure : bool
        Whether browsers use TLS with this desk.
    cookie : str
        The cookie's name; it includes the port, because cookies do not depend on ports.
    token : str
        The token of the first link.
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
        """Return whether a request uses one of this desk's names, rather than a foreign name that points here."""
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
        """Return the session of a cookie; None if the cookie is not ours or too old, or its account is gone."""
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
        # Without accounts, the author is set when the desk is started.
        return Session(number, author if self.accounts is not None else self.author, self._sign("form", named))

    def fits(self, session: Session, token: str) -> bool:
        """Return whether a form has the token of its session."""
        return hmac.compare_digest(session.token.encode(), token.encode("utf-8", "replace"))

    def admits_link(self, token: str) -> bool:
        """Return whether a link has this desk's token; with accounts, no link is enough."""
        return self.accounts is None and hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode())

    def wait(self, *who: str, now: float | None = None) -> float:
        """Return the seconds until another password is accepted, after wrong ones for a name or from an address."""
        at = now if now is not None else time.monotonic()
        return max((self._failed[each][1] - at for each in who if each in self._failed), default=0.0)

    def note(self, *who: str, right: bool, now: float | None = None) -> None:
        """Record whether an attempt to sign in succeeded."""
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
    """Return the accepted values of ``Host`` for a desk at an address."""
    own = {"127.0.0.1", "localhost", "[::1]"} if host in ("127.0.0.1", "::1", "localhost") else {host, *others}
    names = {*own, *others} - {"", "0.0.0.0", "::"}
    every = {f"{name.lower()}:{port}" for name in names}
    return frozenset(every | ({name.lower() for name in names} if port in (80, 443) else set()))


def listening(text: str, usual_port: int) -> tuple[str, int]:
    """Return the host and port of ``HOST``, ``HOST:PORT`` or ``[HOST]:PORT``; raise ``UsageError`` for other texts."""
    parts: Any = urlsplit(f"//{text}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"--listen needs an address like 0.0.0.0:8443, not {text!r}.") from error
    if not host or parts.path or parts.query:
        raise UsageError(f"--listen needs an address like 0.0.0.0:8443, not {text!r}.")
    return host, usual_port if port is None else port
