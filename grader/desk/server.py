"""The server: Tornado passes every request to the pages, in a thread, and sets the security headers."""

from __future__ import annotations

import asyncio
import base64
import errno
import hashlib
import logging
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import tornado.httpserver
import tornado.netutil
import tornado.web

from grader.desk import routes
from grader.desk.book import Refused
from grader.desk.entrance import Entrance
from grader.desk.pages import Desktop
from grader.desk.web import Reply, Request, go, plain
from grader.errors import GraderError, UsageError, reason

MOST_OF_A_FORM = 2**20
PORTS = 10
THREADS = 4
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With `no-referrer`, browsers would not send the origin of forms either.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


def policy(reply: Reply) -> str:
    """Return the content policy of a page, which allows only our script and styles, embedded images, and this desk."""
    styles = " ".join(["'self'", *map(_allowed, reply.styles)])
    scripts = " ".join(["'self'", *map(_allowed, reply.scripts)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src data:; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def _allowed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


class Handler(tornado.web.RequestHandler):
    """Every address of the desk."""

    def initialize(self, entrance: Entrance, pages: Desktop, pool: ThreadPoolExecutor) -> None:
        """Store the application's arguments."""
        self.entrance, self.pages, self.pool = entrance, pages, pool

    def set_default_headers(self) -> None:
        """Set the headers of every reply, including errors."""
        self.clear_header("Server")
        for name, value in _HEADERS.items():
            self.set_header(name, value)
        self.set_header("Content-Security-Policy", policy(Reply()))

    def check_xsrf_cookie(self) -> None:
        """Do nothing: ``post`` has our own check instead of Tornado's."""

    async def get(self) -> None:
        """Show a page."""
        await self._reply(self._read)

    async def post(self) -> None:
        """Process a form."""
        await self._reply(self._take)

    async def _reply(self, make: Callable[[], Reply]) -> None:
        if not self.entrance.knows_host(self.request.host or ""):
            self._send(
                plain("This desk does not use this host name; open the link that was printed when it was started.", 421)
            )
            return
        self._send(await asyncio.get_running_loop().run_in_executor(self.pool, self._told, make))

    def _told(self, make: Callable[[], Reply]) -> Reply:
        """Return the reply; an error of ours becomes a sentence, never a traceback."""
        try:
            return make()
        except (Refused, UsageError) as error:
            return self.pages.trouble(self._asked(), str(error), 409)
        except GraderError as error:
            # The gradebook is not available now: the browser keeps its mark and tries again.
            return self.pages.trouble(self._asked(), str(error), 503)
        except Exception as error:
            logging.getLogger("grader.desk").exception("a page could not be made")
            return self.pages.trouble(
                self._asked(), f"A fault of the grader: {type(error).__name__}. Nothing was changed.", 500
            )

    def _read(self) -> Reply:
        entrance = self.entrance
        token = self.get_query_argument("token", "")
        if self.request.path == "/" and token:
            if not entrance.admits_link(token):
                return plain("This link is from an earlier start of the desk; use the one that was printed last.", 403)
            return self._with_ticket(go("/"), entrance.author)
        open_to_all = self.pages.open_to_all(self.request.path)
        if open_to_all is not None:
            return open_to_all
        asked = self._asked()
        if asked is None:
            if entrance.accounts is not None:
                return self.pages.sign_in(self.request.path)
            return plain("Open the link that was printed when the desk was started to let this browser in.", 403)
        return routes.reply(self.pages, asked)

    def _take(self) -> Reply:
        if not self.entrance.is_own_origin(self.request.headers):
            return plain("This form was not sent by a page of this desk; nothing was changed.", 403)
        if self.request.path == "/sign-in" and self.entrance.accounts is not None:
            return self._signed_in()
        asked = self._asked()
        if asked is None:
            return plain(
                "This browser's session has ended; open the desk's link, or sign in, and send the form again.", 403
            )
        if not self.entrance.fits(asked.session, asked.one("token")):
            return plain("This form is from an earlier session; nothing was changed. Load the page again.", 403)
        if self.request.path == "/sign-out":
            self.clear_cookie(self.entrance.cookie, path="/")
            return go("/")
        return routes.reply(self.pages, asked)

    def _signed_in(self) -> Reply:
        name, password = (
            self.get_body_argument("name", "", strip=False),
            self.get_body_argument("password", "", strip=False),
        )
        assert self.entrance.accounts is not None
        address = f"address {self.request.remote_ip}"
        wait = self.entrance.wait(name, address)
        if wait > 0:
            return self.pages.sign_in("/", f"Too many wrong passwords; wait {round(wait + 0.5)} seconds.", 429)
        right = self.entrance.accounts.admits(name, password)
        self.entrance.note(name, address, right=right)
        if not right:
            return self.pages.sign_in("/", "The name or the password is wrong.", 403)
        return self._with_ticket(go("/"), name)

    def _with_ticket(self, reply: Reply, author: str) -> Reply:
        self.set_cookie(
            self.entrance.cookie,
            self.entrance.ticket(author),
            path="/",
            httponly=True,
            secure=self.entrance.secure,
            samesite="Strict",
            expires_days=14,
        )
        return reply

    def _asked(self) -> Request | None:
        session = self.entrance.session(self.get_cookie(self.entrance.cookie))
        if session is None:
            return None
        return Request(
            str(self.request.method),
            self.request.path,
            {name: values[-1].decode("utf-8", "replace") for name, values in self.request.query_arguments.items()},
            {
                name: [v.decode("utf-8", "replace") for v in values]
                for name, values in self.request.body_arguments.items()
            },
            session,
            self.request.headers.get("X-Desk") == "script",
            frozenset(self.request.headers.get("X-Skip", "").split(",")),
        )

    def _send(self, reply: Reply) -> None:
        self.set_status(reply.status)
        self.set_header("Content-Type", reply.kind)
        self.set_header("Content-Security-Policy", policy(reply))
        for name, value in reply.headers.items():
            self.set_header(name, value)
        self.finish(reply.body)

    def log_exception(self, *_: Any) -> None:
        """Log nothing, as Tornado would print a traceback to the terminal."""

    def write_error(self, status_code: int, **_: Any) -> None:
        """Reply in one sentence to a request that cannot be read."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"This request cannot be answered ({status_code}).\n")


def bound(host: str, port: int, *, exactly: bool) -> Sequence[Any]:
    """Return the sockets for an address, on this port or, unless ``exactly``, the next free one.

    Raises
    ------
    UsageError
        If there is no free port.
    """
    for offset in range(1 if exactly or not port else PORTS):
        try:
            return tornado.netutil.bind_sockets(port + offset, host)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise UsageError(f"The desk cannot listen at {host}:{port}: {reason(error)}.") from error
    raise UsageError(f"The port {port} of {host} is in use; is the desk already open? Name another port with --port.")


def tls(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """Return the TLS context for this certificate; raise ``UsageError`` if it cannot be used."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"The certificate {certificate} cannot be used: {reason(error)}.") from error
    return context


async def serve(
    sockets: Sequence[Any], entrance: Entrance, pages: Desktop, *, secured: ssl.SSLContext | None = None
) -> None:
    """Serve until the task is cancelled."""
    logging.getLogger("tornado").addHandler(logging.NullHandler())
    logging.getLogger("tornado").propagate = False
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="desk")
    words = {"entrance": entrance, "pages": pages, "pool": pool}
    application = tornado.web.Application([(r".*", Handler, words)], log_function=lambda handler: None)
    server = tornado.httpserver.HTTPServer(
        application,
        ssl_options=secured,
        max_body_size=MOST_OF_A_FORM,
        max_header_size=2**15,
        idle_connection_timeout=600,
    )
    server.add_sockets(sockets)
    try:
        await asyncio.Event().wait()
    finally:
        server.stop()
        pool.shutdown(wait=False, cancel_futures=True)
