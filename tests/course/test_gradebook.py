"""The gradebook on SQLite and on a real PostgreSQL: nothing is lost, nothing is changed in place, and trouble is one sentence."""

import json
import multiprocessing
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from grader.course import gradebook as module
from grader.course.events import Comment, Draft, Excuse, Marked, Override
from grader.course.gradebook import Gradebook
from grader.errors import GraderError, NotWritten, UsageError
from tests.course import klass
from tests.course.postgres import server
from tests.grading import PROJECT

WRITERS, EACH = 4, 15


@pytest.fixture(scope="module")
def postgres():
    """A real server."""
    with server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """An empty gradebook's place, on either database."""
    if request.param == "sqlite":
        return str(tmp_path / "gradebook.db")
    return request.getfixturevalue("postgres").database()


def override(points, student="s001", assignment="hw1"):
    """Return a draft that decides a total."""
    return Draft(assignment, student, Override("", points, "because"))


def test_events_come_back_as_they_were_written(place):
    """In order, with version, author and time; whatever bytes a person has typed."""
    marked = Marked("1a", "f" * 64, (("the step", 2.5),), 'a "quote", \u202e, \ud800 and \x00')
    with Gradebook(place) as book:
        written = book.add(
            lambda _: [override(5.0), Draft("hw1", "s001", marked)], author="Kim", at="2026-01-01T00:00:00Z"
        )
    with Gradebook(place) as book:
        found = book.events()
        assert found == written
        assert [(event.version, event.author, event.at) for event in found] == [
            (n, "Kim", "2026-01-01T00:00:00Z") for n in (1, 2)
        ]
        assert book.events(student="s002") == book.events(assignment="hw2") == book.events(kinds=("excuse",)) == []


def test_no_event_is_ever_changed_or_removed(place):
    """The database itself refuses it."""
    with Gradebook(place) as book:
        book.add(lambda _: [override(5.0)], author="kim")
        for statement in ("UPDATE events SET author = 'lee'", "DELETE FROM events"):
            with (
                pytest.raises(sa.exc.DBAPIError, match="events are only ever added"),
                book._engine.begin() as connection,
            ):
                connection.exec_driver_sql(statement)
        assert [event.author for event in book.events()] == ["kim"]


def test_a_second_writer_decides_again(place):
    """Who was slower sees what the faster one wrote, and writes the next version."""
    with Gradebook(place) as slow, Gradebook(place) as fast:
        seen = []

        def decide(events):
            seen.append(len(events))
            if len(seen) == 1 and not slow._is_sqlite:  # SQLite lets nobody in between
                fast.add(lambda _: [override(1.0)], author="lee")
            return [override(float(len(events) + 10))]

        if slow._is_sqlite:
            fast.add(lambda _: [override(1.0)], author="lee")
        slow.add(decide, author="kim", assignment="hw1", student="s001")
        assert [(e.version, e.author, e.what.points) for e in slow.events()] == [(1, "lee", 1.0), (2, "kim", 11.0)]
        assert seen == ([1] if slow._is_sqlite else [0, 1])


def _write_many(place, author):
    with Gradebook(place) as book:
        for number in range(EACH):

            def decide(events, number=number):
                return [Draft("hw1", "s001", Comment(f"{author}-{number}", str(len(events))))]

            book.add(decide, author=author, assignment="hw1", student="s001")


def test_writers_at_once_lose_nothing(place):
    """Each of four processes writes fifteen events about one student, the first of them makes the table; every one saw all before it."""
    method = multiprocessing.get_context("spawn")
    writers = [method.Process(target=_write_many, args=(place, f"grader{k}")) for k in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(300)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    with Gradebook(place) as book:
        events = book.events()
    assert [event.version for event in sorted(events, key=lambda e: e.version)] == list(range(1, WRITERS * EACH + 1))
    assert {e.what.text for e in events} == {f"grader{k}-{n}" for k in range(WRITERS) for n in range(EACH)}
    assert all(event.what.why == str(event.version - 1) for event in events)


def test_the_newest_migration_is_the_one_the_code_expects(place):
    """And the table it makes is the table that is described."""
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).with_name("migrations")))
    assert ScriptDirectory.from_config(config).get_heads() == [module.REVISION]
    with Gradebook(place) as book:
        columns = sa.inspect(book._engine).get_columns("events")
        unique = sa.inspect(book._engine).get_unique_constraints("events")
    assert [column["name"] for column in columns] == [column.name for column in module.events.columns]
    assert [each["column_names"] for each in unique] == [["subject", "version"]]


def test_a_decision_that_fails_writes_nothing(place):
    """All of it or none of it."""
    with Gradebook(place) as book:

        def decide(_):
            raise UsageError("no")

        with pytest.raises(UsageError):
            book.add(decide, author="kim")
        with pytest.raises(TypeError):
            book.add(lambda _: [override(1.0), Draft("hw1", "s001", Excuse(True, object()))], author="kim")
        assert book.events() == []


def test_a_server_that_goes_away_is_one_sentence_and_loses_nothing(postgres):
    """What was written before is there when it is back."""
    place = postgres.database()
    with Gradebook(place) as book:
        book.add(lambda _: [override(5.0)], author="kim")
        postgres.stop()
        try:
            with pytest.raises(GraderError) as caught:
                book.add(lambda _: [override(6.0)], author="kim")
            with pytest.raises(GraderError) as again:
                Gradebook(place)
        finally:
            postgres.start()
        for one in (caught, again):
            said = str(one.value)
            assert said.startswith(f"The gradebook postgresql+psycopg://grader@/course{postgres._made}?host=")
            assert " does not answer: " in said
            assert said.endswith(
                "Everything written before is kept; run the same command again when the server is available."
            )
            assert "\n" not in said
        assert [event.what.points for event in book.events()] == [5.0]
        book.add(lambda _: [override(6.0)], author="kim")
        assert [event.what.points for event in book.events()] == [5.0, 6.0]


def test_a_locked_gradebook_is_one_sentence(tmp_path):
    """Another program holds it for longer than one waits."""
    place = tmp_path / "gradebook.db"
    with Gradebook(str(place)) as book:
        book.add(lambda _: [override(5.0)], author="kim")
    holder = sqlite3.connect(place, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with Gradebook(f"sqlite:///{place}?timeout=0.2") as book:
        with pytest.raises(GraderError) as caught:
            book.add(lambda _: [override(6.0)], author="kim")
        assert str(caught.value) == (
            f"The gradebook {place} is locked by another program. Nothing was changed; run the same command again when that "
            "program has ended."
        )
        assert len(book.events()) == 1, "reading goes on"
        holder.execute("ROLLBACK")
        holder.close()
        book.add(lambda _: [override(6.0)], author="kim")


@pytest.mark.parametrize("damage", ["text", "middle", "cut"])
def test_a_damaged_gradebook_is_one_sentence(tmp_path, capsys, damage):
    """It is not touched, and the command says what to do."""
    place = tmp_path / "gradebook.db"
    with Gradebook(str(place)) as book:
        book.add(lambda _: [override(float(n), f"s{n:03}") for n in range(400)], author="kim")
    content = place.read_bytes()
    broken = {
        "text": b"these are my marks\n" * 500,
        "middle": content[:4096] + random.Random(1).randbytes(len(content) - 4096),
        "cut": content[: len(content) // 2],
    }[damage]
    place.write_bytes(broken)
    status, output, errors = klass.run(capsys, "course", "show", "s001", "--gradebook", place, "--out", tmp_path)
    assert (status, output, errors.count("\n")) == (2, "", 1), errors
    assert errors.startswith(f"grader: The gradebook {place} is damaged: ")
    assert errors.endswith(
        ". Nothing was changed. Restore a copy of it, or move it away, grade once more, and merge the sheets again.\n"
    )
    assert place.read_bytes() == broken


def test_a_full_disk_is_one_sentence(tmp_path):
    """SQLite's own limit of pages stands for the disk: the medium answers the same."""
    place = tmp_path / "gradebook.db"
    with Gradebook(str(place)) as book:
        book.add(lambda _: [override(5.0)], author="kim")
        sa.event.listen(book._engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count = 12"))
        with pytest.raises(NotWritten) as caught:
            book.add(lambda _: [Draft("hw1", "s001", Comment("x" * 200_000, "y"))], author="kim")
        assert str(caught.value) == (
            f"The gradebook {place} could not be written: database or disk is full. Nothing was changed; free some space, or "
            "make sure that you may write to its folder, and run the same command again."
        )
        assert [event.what.points for event in book.events()] == [5.0]


def test_a_gradebook_of_a_later_version_is_left_alone(tmp_path):
    """One sentence in place of a guess."""
    place = tmp_path / "gradebook.db"
    with Gradebook(str(place)) as book, book._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(GraderError) as caught:
        Gradebook(str(place))
    assert str(caught.value) == f"The gradebook {place} was made by a later version of the grader; use that version."


def test_a_row_that_nobody_knows_is_one_sentence(tmp_path):
    """As when a later version has written it."""
    place = tmp_path / "gradebook.db"
    with Gradebook(str(place)) as book:
        with book._engine.begin() as connection:
            connection.execute(
                sa.insert(module.events),
                [
                    {
                        "subject": "a/b",
                        "version": 1,
                        "assignment": "a",
                        "student": "b",
                        "kind": "wish",
                        "at": "",
                        "author": "",
                        "body": "{}",
                    }
                ],
            )
        with pytest.raises(GraderError) as caught:
            book.events()
    assert str(caught.value) == (
        "The gradebook has a row of the kind 'wish' that this version cannot read (KeyError). Use the version of the grader "
        "that wrote it, or restore a copy of the gradebook."
    )


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("mysql://host/x", "A gradebook is an SQLite file or a URL that begins with postgresql://, not mysql://."),
        (
            "postgresql://host:port/x",
            "The URL of the gradebook cannot be read; write one like postgresql://user@host/course.",
        ),
    ],
)
def test_other_places_are_refused(place, message):
    """What a gradebook can be."""
    with pytest.raises(UsageError) as caught:
        Gradebook(place)
    assert str(caught.value) == message


def test_a_password_is_shown_to_nobody(tmp_path):
    """The sentence names the server without it."""
    with pytest.raises(GraderError) as caught:
        Gradebook("postgresql://kim:secret@127.0.0.1:1/course")
    assert "postgresql+psycopg://kim:***@127.0.0.1:1/course" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_command_grade_starts_without_the_gradebook():
    """Neither its parser nor a run without a gradebook imports a database."""
    code = (
        "import sys, json\nfrom grader.command.main import parser\nparser(['grade'])\n"
        "import grader.command.grading.steps\n"
        "print(json.dumps([name for name in ('sqlalchemy', 'alembic', 'openpyxl', 'psycopg') if name in sys.modules]))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=300, check=True
    )
    assert json.loads(shown.stdout) == []
