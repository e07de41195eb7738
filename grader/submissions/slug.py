"""The slug: the name of the files about a student.

A student's name of at most 60 lower-case letters, digits, ``.``, ``-`` and ``_`` that does not end like a mark is its own
slug. Every other name is simplified and gets a mark: eight hexadecimal digits computed from the whole name.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

MAX_CHARACTERS = 60
MARK_DIGITS = 8
_PLAIN = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_LIKE_A_MARK = re.compile(rf".*-[0-9a-f]{{{MARK_DIGITS}}}")
# Device names on Windows, even with a dot and anything after it.
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


def slugs_of(students: Iterable[str]) -> dict[str, str]:
    """Return the slug of each student of a class; no two are equal, even ignoring case.

    Two marks of eight digits are equal only by intent; all students who share one get a longer mark.
    """
    slugs = {student: slug_of(student) for student in students}
    times = Counter(slug.casefold() for slug in slugs.values())
    return {s: slug if times[slug.casefold()] == 1 else slug_of(s, 2 * 32) for s, slug in slugs.items()}


def former_slugs(slugs: Mapping[str, str]) -> dict[str, str]:
    """Map slugs as an earlier version made them to today's, for names with capitals; no slug of today looks like these."""
    return {name: slug for name, slug in slugs.items() if name != slug and slug_of(name.lower()) == name.lower()}


def slug_of(student: str, digits: int = MARK_DIGITS) -> str:
    """Return the slug of a student, which depends only on the name; ``digits`` is the length of the mark, if it needs one."""
    plain = len(student) <= MAX_CHARACTERS and _PLAIN.fullmatch(student)
    if plain and not _LIKE_A_MARK.fullmatch(student) and not _DEVICE.fullmatch(student):
        return student
    letters = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    head = re.sub(r"[^A-Za-z0-9_.-]+", "-", letters).strip(".-")[:MAX_CHARACTERS].rstrip(".-")
    if _DEVICE.fullmatch(head):
        head = head.replace(".", "-")
    mark = hashlib.sha256(student.encode("utf-8", "surrogateescape")).hexdigest()[:digits]
    return f"{head or 'student'}-{mark}"
