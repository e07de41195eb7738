"""Reads the roster from your own or a platform's CSV, and matches students with hand-ins. Pure, except for reading the file."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import UsageError, reason
from grader.submissions import Origin, Person, Submission
from grader.submissions.slug import slugs_of

MOST_BYTES = 64 * 2**20
# Names of the columns, by people and in platforms' exports; compared without case, spaces and punctuation.
_COLUMNS = {
    "number": (
        "student number", "student id", "studentid", "student no", "sid", "sis user id", "sis id", "id number", "idnumber",
        "orgdefinedid", "org defined id", "matriculation number", "matrikelnummer", "nummer", "學號", "学号", "roster identifier",
        "identifier (roster)",
    ),
    "id": ("canvas id", "canvas user id", "user id", "userid", "identifier"),
    "name": (
        "name", "full name", "fullname", "student", "student name", "display name", "vollständiger name", "姓名", "全名", "名前",
        "nom complet", "nombre completo",
    ),
    "first": ("first name", "firstname", "given name", "vorname", "prénom", "nombre", "名"),
    "last": ("last name", "lastname", "surname", "family name", "nachname", "nom", "apellido(s)", "apellidos", "姓", "姓氏"),
    "email": (
        "email", "e-mail", "email address", "e-mail address", "mail", "e-mail-adresse", "電子郵件", "電子信箱", "电子邮件",
        "adresse de courriel", "dirección de correo",
    ),
    "login": ("login", "sis login id", "username", "user name", "user", "github username", "netid", "anmeldename", "帳號"),
    "role": ("role", "roles"),
    "section": ("section", "sections", "group", "groups", "gruppe", "class", "班級"),
}  # fmt: skip
_CODE_PAGES = ("utf-8-sig", "cp950", "cp1252")
_STAFF = frozenset({"instructor", "ta", "teaching assistant", "reader", "teacher", "grader", "designer", "observer"})
# Rows of a Canvas gradebook that are not students.
_NOBODY = frozenset({"points possible", "student, test", "test student"})


@dataclass(frozen=True)
class Roster:
    """The students of a course, in the order of the file."""

    students: tuple[Person, ...]

    def __len__(self) -> int:
        return len(self.students)


@dataclass(frozen=True)
class Joined:
    """A class matched with its roster: submissions under their students' ids, missing students, and unlisted hand-ins."""

    submissions: list[Submission]
    missing: list[Person]
    unlisted: list[Submission]
    doubts: list[str]


def key_of(person: Person) -> str:
    """Return a roster student's id for records and reports: the most permanent one that is known."""
    return person.number or person.login or person.email or person.id or person.name


def read_roster(path: Path) -> Roster:
    """Read a roster, saved with commas, semicolons or tabs, in UTF-8, UTF-16 or the code page of a spreadsheet.

    Raises
    ------
    UsageError
        If it cannot be read, no column names a student, or two rows are the same student.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"The roster {path} cannot be read: {reason(error)}.") from error
    if len(content) > MOST_BYTES:
        raise UsageError(f"The roster {path} is larger than {MOST_BYTES // 2**20} MiB.")
    if content.startswith(b"PK"):
        raise UsageError(f"The roster {path} is a workbook; save it as CSV in UTF-8.")
    rows = list(_rows(_text(content)))
    place, columns = _header(rows, path)
    students = []
    seen: dict[str, int] = {}
    for line, cells in rows[place + 1 :]:
        person = _person(cells, columns)
        if person is None:
            continue
        key = key_of(person)
        if key in seen:
            raise UsageError(
                f"{path}, line {line}: {key} is also in line {seen[key]}; each student needs exactly one row."
            )
        seen[key] = line
        students.append(person)
    if not students:
        raise UsageError(f"The roster {path} names no student; it needs a row for each below its header.")
    return Roster(tuple(students))


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    for page in _CODE_PAGES:
        try:
            return content.decode(page)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's first line number and its cells; a first line ``sep=;``, as Excel writes it, is skipped."""
    start, _, rest = text.partition("\n")
    line = 1
    if re.fullmatch(r"sep=.\r?", start):
        text, line = rest, 2
        start = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=start.count))
    first = line
    try:
        for cells in reader:
            yield line, [cell.strip().strip("\ufeff") for cell in cells]
            line = first + reader.line_num
    except csv.Error as error:
        raise UsageError(f"The roster is not CSV: {error} in line {line}.") from error


def _plain(name: str) -> str:
    return re.sub(r"[\s_]+", " ", unicodedata.normalize("NFC", name).strip().strip("*").casefold())


def _header(rows: Sequence[tuple[int, list[str]]], path: Path) -> tuple[int, dict[str, int]]:
    """Return the number of the header row, and the position of each known column."""
    for place, (_, cells) in enumerate(rows[:10]):
        plain = [_plain(cell) for cell in cells]
        columns = {}
        for column, names in _COLUMNS.items():
            at = next((plain.index(name) for name in names if name in plain), None)
            if at is not None:
                columns[column] = at
        if "id" in plain:
            # Next to a login or a student number it is the platform's own id, as in Canvas; alone it is the course's id.
            known = "number" in columns or "sis login id" in plain
            columns["id" if known else "number"] = plain.index("id")
        if columns.keys() & {"number", "id", "login", "email"} or columns.keys() & {"name", "last"}:
            return place, columns
    raise UsageError(
        f"The roster {path} has no header with a column for students; its first line should be like id,name,email,section"
    )


def _person(cells: list[str], columns: Mapping[str, int]) -> Person | None:
    """Return the student of a row; None if the row is not a student's."""
    found = {column: cells[at] for column, at in columns.items() if at < len(cells)}
    name = found.get("name") or " ".join(filter(None, (found.get("first"), found.get("last"))))
    if _plain(name) in _NOBODY or _plain(found.get("role", "")) in _STAFF:
        return None
    person = Person(
        name=name,
        id=re.sub(r"^\D+ (?=\d+$)", "", _number(found.get("id", ""))),  # Moodle's "Participant 12"
        login=found.get("login", ""),
        email=found.get("email", ""),
        number=_number(found.get("number", "")),
        section=found.get("section", ""),
    )
    return person if key_of(person) else None


def _number(cell: str) -> str:
    """Return an id without the prefix that a spreadsheet or Brightspace adds."""
    return cell.lstrip("#'").strip()


def join(submissions: Sequence[Submission], roster: Roster) -> Joined:
    """Give each submission the roster's id of its student, if exactly one student matches.

    Members of a group are matched like all others; a group keeps its own name and counts for all its members.
    """
    index = _Index(roster)
    found = {
        submission.id: [index.find(person, in_a_name=submission.origin is None) for person in _people(submission)]
        for submission in submissions
    }
    best: dict[Person, int] = {}
    for claim in (claim for claims in found.values() for claim in claims if claim is not None):
        best[claim.person] = max(claim.surety, best.get(claim.person, claim.surety))
    times = Counter(
        person
        for matches in found.values()
        for person in {m.person for m in matches if m and m.surety == best[m.person]}
    )
    doubts, joined, unlisted = [], [], []
    for submission in submissions:
        people: list[Person | None] = []
        for match in found[submission.id]:
            surest = match is not None and match.surety == best[match.person]
            people.append(match.person if match is not None and surest and times[match.person] == 1 else None)
            if match is not None and surest and times[match.person] > 1:
                doubts.append(
                    f"{submission.id} may be {key_of(match.person)}, and so may another hand-in; neither was matched."
                )
        if not any(people):
            unlisted.append(submission)
        joined.append(_joined(submission, people))
    names = Counter(each.id for each in joined)
    joined = [old if names[new.id] > 1 else new for old, new in zip(submissions, joined, strict=True)]
    slugs = slugs_of([each.id for each in joined])
    here = {match.person for matches in found.values() for match in matches if match is not None}
    return Joined(
        sorted((replace(each, slug=slugs[each.id]) for each in joined), key=lambda each: each.id),
        [person for person in roster.students if person not in here],
        unlisted,
        doubts,
    )


def _people(submission: Submission) -> tuple[Person, ...]:
    return submission.origin.people if submission.origin else (Person(login=submission.id),)


def _joined(submission: Submission, people: list[Person | None]) -> Submission:
    """Return a submission under its student's id, with everything known from the roster and the platform."""
    if not any(people):
        return submission
    merged = tuple(
        told if listed is None else _merged(told, listed)
        for told, listed in zip(_people(submission), people, strict=True)
    )
    origin = submission.origin or Origin("plain", ())
    name = key_of(people[0]) if len(people) == 1 and people[0] is not None else submission.id
    return replace(submission, id=name, origin=replace(origin, people=merged))


def _merged(told: Person, listed: Person) -> Person:
    """Return what is known of a student: the roster's fields, and the platform's own id."""
    return replace(
        listed,
        name=listed.name or told.name,
        id=told.id or listed.id,
        login=listed.login or told.login,
        email=listed.email or told.email,
        number=listed.number or told.number,
    )


@dataclass(frozen=True)
class _Match:
    """A roster student who may match; the more certain of two matches wins."""

    person: Person
    surety: int


class _Index:
    """The students of a roster by all their possible ids and names."""

    def __init__(self, roster: Roster) -> None:
        self.words: dict[str, set[Person]] = defaultdict(set)
        self.ids: dict[str, set[Person]] = defaultdict(set)
        self.names: dict[str, set[Person]] = defaultdict(set)
        for person in roster.students:
            for word in (person.number, person.login, person.email):
                self.words[word.casefold()].add(person)
            for word in (person.id, person.number):
                self.ids[word.casefold()].add(person)
            for name in (*_names(person.name), person.email.partition("@")[0].casefold()):
                self.names[name].add(person)
        for table in (self.words, self.ids, self.names):
            table.pop("", None)

    def find(self, person: Person, *, in_a_name: bool = False) -> _Match | None:
        """Return the only student who matches, by an id of the school or platform, or else by name.

        The platform's own number is used only if the roster comes from a platform too; in other rosters, a number from 1
        to 60 could belong to anyone. With ``in_a_name``, an id may be part of a file name, as in ``s001_hw2.py``.
        """
        sure = self._all(self.words, (person.number, person.email, person.login))
        own = {one for one in self._all(self.ids, (person.id,)) if one.id == person.id}
        named = self._all(self.names, (*_names(person.name), person.login))
        both = named & self._all(self.ids, (person.id,))
        within = self._all(self.words, _tokens(person.login)) if in_a_name else set()
        ranked = enumerate((sure, own, both, named, within))
        return next((_Match(found.pop(), -place) for place, found in ranked if len(found) == 1), None)

    def _all(self, table: Mapping[str, set[Person]], words: Iterable[str]) -> set[Person]:
        return {one for word in words if word for one in table.get(word.casefold(), ())}


def _names(name: str) -> Iterator[str]:
    """Yield the possible spellings of a name: as it is, "Last, First" reversed, and as Canvas writes it."""
    plain = " ".join(unicodedata.normalize("NFC", name).casefold().split())
    if not plain:
        return
    last, comma, first = (part.strip() for part in plain.partition(","))
    turned = f"{first} {last}" if comma else plain
    yield turned
    yield _letters(plain)
    if not comma:
        words = plain.split()
        # The last name may be the first word, the last word, or several words.
        for cut in range(1, len(words)):
            yield _letters(" ".join(words[cut:] + words[:cut]))
    # A group name that Moodle has put in front.
    group, hyphen, member = plain.partition("-")
    if hyphen and group and member.strip():
        yield member.strip()


def _letters(name: str) -> str:
    return re.sub(r"\W", "", name)


def _tokens(name: str) -> Iterable[str]:
    """Return the words in a file name that may be an id: long enough, and with a digit."""
    words = re.split(r"[^0-9A-Za-z]+", name)
    return [word for word in words if len(word) >= 4 and any(letter.isdigit() for letter in word)]
