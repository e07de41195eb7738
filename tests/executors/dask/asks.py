"""Sends requests directly to a cluster's workers and prints the replies: ``python asks.py ADDRESS ASSIGNMENT INSTALLATION SEED``."""

import json
import operator
import sys
from dataclasses import replace
from pathlib import Path

from distributed import Client

from grader.executors.dask import at_work
from grader.executors.dask.parcel import Parcel, parcel_bytes, reply_from
from grader.executors.dask.seal import SEAL_BYTES, Sealed, seal, shared_key, unseal
from grader.executors.workers import Order
from tests.grading import RIGHT


def main(address: str, assignment: str, installation: str, seed: str) -> None:
    """Send a signed parcel, and others that are not, or are signed for something else."""
    key = shared_key()
    order = Order(Path(assignment), seed, Path(), "", installation=installation)
    parcel = Parcel("a run", order, "line", "s001", "s001", "s001.py", "file", (("s001.py", RIGHT.encode()),))
    content = parcel_bytes(parcel)
    signed = seal(key, "parcel", content)
    richer = parcel_bytes(replace(parcel, order=replace(order, seed="public")))
    at = content.index(b"2.0 * x")
    sent = {
        "signed": signed,
        "not signed": Sealed(content),
        "no bytes": Sealed("nothing"),
        "not sealed": content,
        "of another key": seal(bytes(32), "parcel", content),
        "changed files": Sealed(signed.content[: SEAL_BYTES + at] + b"3" + signed.content[SEAL_BYTES + at + 1 :]),
        "changed order": Sealed(signed.seal + richer),
        "cut": Sealed(signed.content[:-1]),
        "of another kind": seal(key, "order", content),
        "an answer": seal(key, "reply", content),
    }
    came = {}
    with Client(address, set_as_default=False) as client:
        for name, sealed in sent.items():
            answer = client.submit(at_work.examine, sealed, pure=False).result()
            came[name] = answer and json.loads(reply_from(unseal(key, "reply", answer, answers=signed.seal)).record)
        # What fails is written into the log, with what it was given.
        client.submit(operator.getitem, {}, signed, pure=False).exception()
    points = {name: record and record["score"]["points"] for name, record in came.items()}
    print(json.dumps(points))


if __name__ == "__main__":
    main(*sys.argv[1:])
