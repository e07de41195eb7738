"""Questions that the reports ask about a record."""

from __future__ import annotations

from collections.abc import Iterator

from grader.record.fields import CheckFields, FaultFields, Record


def faulted(record: Record) -> bool:
    """Return whether a fault of the grader left something of ``record`` ungraded."""
    return record["status"] == "grader_fault" or any(c["result"] == "grader_fault" for c in record["checks"])


def waiting(record: Record) -> float:
    """Return the points that still wait for a person; the score is final if there are none."""
    return record["score"]["waiting"] if record["score"] else 0.0


def to_do(record: Record) -> bool:
    """Return whether ``record`` belongs to an untouched template, which loads but has nothing written in it yet."""
    failed = [check for check in record["checks"] if check["result"] == "failed"]
    idle = all(check["result"] in ("failed", "not_checked") for check in record["checks"])
    stopped = record["loading"]["fault"] if record["loading"] else None
    # Other names mean that something was written; if the submission cannot be read, its content is unknown.
    other = bool(record["submission"]["other_names"]) or not record["submission"]["kind"]
    written = other or any(answer["state"] in ("waiting", "graded") for answer in record["answers"])
    missing = all(check["why"] == "missing" for check in failed) and (stopped is None or stopped["why"] == "missing")
    return missing and idle and not written and bool(failed)


def find(record: Record, check_id: str | None) -> CheckFields | None:
    """Return the check with this id, or None."""
    return next((check for check in record["checks"] if check["id"] == check_id), None) if check_id else None


def troubles(record: Record) -> Iterator[tuple[str, FaultFields]]:
    """Yield where (``loading`` or ``running``) and why the submission stopped; each fault once."""
    said = set()
    for where, ended in (("loading", record["loading"]), ("running", record["running"])):
        if ended and ended["fault"] and ended["fault"]["message"] not in said:
            said.add(ended["fault"]["message"])
            yield "reading" if ended["status"] == "unreadable" else where, ended["fault"]


def pdf_of(record: Record) -> str | None:
    """Return where the PDF lies that was handed in beside the code, for the person who grades; None when there is none."""
    paths = [file.get("path") for file in record["submission"]["files"] if isinstance(file, dict)]
    has_pdf = record["submission"]["form"] == "folder" and any(str(path).lower().endswith(".pdf") for path in paths)
    return f"handed-in/{record['slug']}.pdf" if has_pdf else None
