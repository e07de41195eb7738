"""Open a local web page to view a class, grade written answers and decide scores."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.command.gradebooks import add_gradebook, author, course_of_command, open_gradebook, reports_folder
from grader.command.handed_in import HandedIn
from grader.command.last_run import absent_in, command_again, last_run, values_of
from grader.command.terms import add_terms, terms_of
from grader.errors import GraderError, UsageError
from grader.terminal import say

if TYPE_CHECKING:
    from grader.course.file import Course
    from grader.course.gradebook import Gradebook
    from grader.desk.entrance import Entrance
    from grader.desk.state import Desk, Similar
    from grader.material.questions import Rubric

PORT, TLS_PORT = 8642, 8443
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``desk``."""
    add = parser.add_argument
    add(
        "--out",
        type=Path,
        metavar="REPORTS",
        help="folder of the reports of one assignment or of all (default: reports, or that of the course)",
    )
    add("--port", type=_port, metavar="N", help=f"port (default: {PORT}, or the next free one)")
    add("--open", action="store_true", help="open the page in the browser")
    add("--anonymous", action="store_true", help="never show names next to answers")
    add(
        "--submissions",
        action="append",
        type=Path,
        default=[],
        metavar="PATH",
        help="hand-ins to grade from the desk and whose code to show; may be repeated (default: as in the last run or grader.toml)",
    )
    add(
        "--listen",
        metavar="ADDRESS",
        help="also serve other machines, at HOST:PORT; needs --accounts and --certificate",
    )
    add(
        "--called",
        action="append",
        default=[],
        metavar="NAME",
        help="a name by which browsers reach this machine; may be repeated",
    )
    add("--certificate", type=Path, metavar="FILE", help="certificate for TLS, in PEM")
    add("--key", type=Path, metavar="FILE", help="the certificate's private key, if it is a separate file")
    add("--accounts", type=Path, metavar="FILE", help="file with the accounts that may sign in, and their passwords")
    add("--add-account", metavar="NAME", help="ask for a password, add the account to --accounts, and exit")
    add_gradebook(parser, writes=True)
    add_terms(parser)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) < 65536:
        raise argparse.ArgumentTypeError(f"it must be a number from 0 to 65535, not {text!r}; try --port {PORT}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    try:
        import tornado  # noqa: F401
    except ModuleNotFoundError as error:
        raise UsageError("The desk needs the package tornado; install it with: pip install --group grade") from error
    from grader.desk.entrance import Accounts, ask_password

    if options.add_account is not None:
        if options.accounts is None:
            raise UsageError("Name the file for the account with --accounts.")
        known = Accounts.read(options.accounts) if options.accounts.exists() else Accounts()
        known.with_account(options.add_account, ask_password(options.add_account)).write(options.accounts)
        say(f"{options.add_account} can sign in now; the account is in {options.accounts}")
        return 0
    return _serve(options)


def _serve(options: argparse.Namespace) -> int:
    from grader.desk import running, server
    from grader.desk.pages import Desktop
    from grader.desk.state import State

    options.out = reports_folder(options)
    course = course_of_command(options)
    folders = _known_folders(options.out, course)
    host, sockets = _sockets(options)
    port = int(sockets[0].getsockname()[1])
    entrance = _entrance(options, host, port)
    secured = server.tls(options.certificate, options.key) if options.certificate else None
    with open_gradebook(options) as gradebook:
        state = State(_desk(options, course, folders, gradebook, entrance))
        pages = Desktop(state, accounts=entrance.accounts is not None)
        say(*_where(options, entrance, host, port))
        state.start()
        try:
            asyncio.run(_until_stopped(lambda: server.serve(sockets, entrance, pages, secured=secured)))
        finally:
            running.stop_all()
    say("The desk is closed; everything is in the gradebook.")
    return 0


async def _until_stopped(serve: Callable[[], Any]) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    task = asyncio.ensure_future(serve())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _sockets(options: argparse.Namespace) -> tuple[str, Sequence[Any]]:
    """Return where the desk listens, and its sockets; other machines are served only with accounts and TLS."""
    from grader.desk.entrance import listening
    from grader.desk.server import bound

    if options.listen is None:
        return LOOPBACK[0], bound(
            LOOPBACK[0], PORT if options.port is None else options.port, exactly=bool(options.port)
        )
    host, port = listening(options.listen, options.port or TLS_PORT)
    if host not in LOOPBACK:
        lacking = [name for name in ("accounts", "certificate") if getattr(options, name) is None]
        if lacking:
            raise UsageError(
                f"To serve other machines, the desk needs accounts and TLS; add "
                f"{' and '.join(f'--{name} FILE' for name in lacking)} to --listen {options.listen}. docs/desk.md explains how."
            )
        if host in ("0.0.0.0", "::") and not options.called:
            raise UsageError(
                f"--listen {options.listen} needs a name by which browsers reach this machine; add --called NAME"
            )
    return host, bound(host, port, exactly=True)


def _entrance(options: argparse.Namespace, host: str, port: int) -> Entrance:
    from grader.desk.entrance import Accounts, Entrance, kept_secret, names_of
    from grader.seed import seed_path

    accounts = Accounts.read(options.accounts) if options.accounts is not None else None
    return Entrance(
        kept_secret(seed_path().with_name("desk")),
        author(options),
        names_of(host, port, tuple(options.called)),
        secure=options.certificate is not None,
        accounts=accounts,
        cookie=f"desk-{port}",
    )


def _where(options: argparse.Namespace, entrance: Entrance, host: str, port: int) -> list[str]:
    """Return the lines to print: the desk's address, and how to close it."""
    named = next(iter(options.called), host)
    shown = f"[{named}]" if ":" in named else named
    link = f"{entrance.origin_scheme}://{shown}:{port}/"
    if entrance.accounts is None:
        link += f"?token={entrance.token}"
    if options.open:
        import webbrowser

        webbrowser.open(link)
    return [f"The desk is open: {link}", "Press Ctrl-C to close it."]


def _desk(
    options: argparse.Namespace, course: Course, folders: dict[str, Path], gradebook: Gradebook, entrance: Entrance
) -> Desk:
    from grader.command.booked import catch_up
    from grader.desk.state import Desk

    by = author(options)

    def bring_in() -> None:
        if options.out.is_dir():
            catch_up(gradebook, options.out, by, course=course)
        for name, folder in folders.items():
            _take_over(gradebook, name, folder)

    return Desk(
        course.title,
        folders,
        gradebook,
        terms_of(options),
        by,
        entrance.secret,
        rubrics=lambda name: _rubric(name, folders, course),
        bring_in=bring_in,
        command=lambda name: command_again(name, folders[name], options.submissions, course),
        absent=lambda name: absent_in(folders[name]),
        code=HandedIn(folders, options.submissions, course),
        anonymous=options.anonymous,
        similar=lambda name: _similar(folders[name]),
    )


def _similar(folder: Path) -> list[Similar]:
    """Return the pairs of submissions that ``grader similar`` found last."""
    from grader.course.similar.kept import kept_pairs
    from grader.desk.state import Similar

    return [
        Similar(pair.one or pair.one_name, pair.other or pair.other_name, pair.shared) for pair in kept_pairs(folder)
    ]


def _known_folders(out: Path, course: Course) -> dict[str, Path]:
    """Return the reports folders by assignment, including those the course only plans; there must be at least one."""
    folders = _folders(out)
    for planned in course.assignments:
        if planned.reports.resolve() not in {folder.resolve() for folder in folders.values()}:
            folders.setdefault(planned.id, planned.reports)
    if not folders:
        raise UsageError(
            f"There are no reports in {out}. Grade a class first, name its folder with --out, or write grader.toml."
        )
    return folders


def _folders(out: Path) -> dict[str, Path]:
    """Return the folders with reports by the gradebook's names of their assignments."""
    from grader.command.booked import name_of, report_folders
    from grader.command.reports_folder import holder

    found: dict[str, Path] = {}
    for folder in report_folders(out):
        held = holder(folder)
        if held is not None and held["assignment"]:
            found.setdefault(name_of(folder, held["assignment"]), folder)
    return found


def _take_over(gradebook: Gradebook, name: str, folder: Path) -> None:
    """Copy points merged before the gradebook existed into it."""
    from grader.command.booked import with_gradebook
    from grader.command.reports_folder import holder
    from grader.written.people import people_path, read_people

    held = holder(folder)
    if held is not None and held["assignment"] and people_path(folder, held["assignment"]).exists():
        with_gradebook(read_people(folder, held["assignment"]), gradebook, name)


def _rubric(name: str, folders: dict[str, Path], course: Course) -> Rubric | None:
    """Return the rubric of an assignment, for its model answers; None if its folder is not available."""
    from grader.material.assignment import find_assignment, load_assignment

    planned = [each.assignment for each in course.assignments if each.id in folders]
    graded = [word for folder in folders.values() for word in values_of(last_run(folder), "--assignment")]
    for given in dict.fromkeys((name, *planned, *graded)):
        try:
            assignment = load_assignment(find_assignment(given), rubric=True)
        except (GraderError, OSError):
            continue
        if assignment.id == name:
            return assignment.rubric
    return None
