"""Who may have a cluster work: peers with the certificate, and parcels with the key."""

import contextlib
import json
import os
import re
import socket
import ssl
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import dask.config
import pytest

from grader.errors import UsageError
from grader.executors.dask.encryption import require_encryption
from grader.executors.dask.parcel import LEADS_OUT, Parcel, parcel_bytes, parcel_from, unpacked
from grader.executors.dask.seal import Unsealed, seal, shared_key, unseal
from grader.executors.workers import Order
from grader.material.assignment import load_assignment
from grader.record.provenance import installation
from tests.executors.dask.conftest import Workplace, credentials
from tests.grading import PROJECT, RIGHT, TINY, command, environment, grade, write_class

SEED = "the secret seed of this test"
LOOKS = """
import glob, os

def double(x):
    found = [name for name in os.environ if "DASK" in name or "GRADER" in name]
    for path in [{folder!r}, *glob.glob("/proc/[0-9]*")]:
        try:
            text = open(os.path.join(path, "run.key" if path == {folder!r} else "environ"), "rb").read()
            found += [path] if b"DASK" in text or path == {folder!r} else []
        except OSError:
            pass
    raise RuntimeError(f"found: {{found}}.")
"""


def refused(*options, out, **settings):
    """Run ``grade`` on an empty cluster; return its exit status and its errors."""
    folder = write_class(out / "class", s001=RIGHT)
    done = subprocess.run(
        command(folder, "--out", out / "reports", "--executor", "dask", *options),
        cwd=PROJECT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.stdout == "Plain folder: 1 student\n"
    assert not list((out / "reports" / "records").glob("*.json"))
    return done.returncode, done.stderr


def test_a_worker_grades_what_is_signed_and_nothing_else(workplace):
    """A parcel without the seal of the key, changed, or sealed as something else does nothing; nothing of a parcel is in the logs."""
    installed = installation(load_assignment(TINY))
    words = [sys.executable, str(Path(__file__).with_name("asks.py")), workplace.address, str(TINY), installed, SEED]
    more = {"env": environment(PYTHONPATH=str(PROJECT), **workplace.settings), "cwd": PROJECT}
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, **more)
    assert done.returncode == 0, done.stderr
    points = json.loads(done.stdout)
    assert points.pop("signed") == 10
    assert len(points) == 9
    assert set(points.values()) == {None}
    log = workplace.log.read_text()
    assert "<sealed, " in log
    for secret in (SEED, "def double", key_of(workplace.settings)):
        assert secret not in log


def key_of(settings):
    """Return the key as text."""
    return Path(settings["DASK_CONFIG"], "run.key").read_text().strip()


def test_an_answer_belongs_to_one_question():
    """What answers a parcel of another run, or of another student, is not taken for the answer to this one."""
    key, order = b"k" * 64, Order(TINY, "seed", Path(), "")
    mine, other, earlier = (
        seal(key, "parcel", parcel_bytes(Parcel(run, order, id=student)))
        for run, student in (("now", "s001"), ("now", "s002"), ("then", "s001"))
    )
    answer = seal(key, "reply", b"a record", answers=mine.seal)
    assert unseal(key, "reply", answer, answers=mine.seal) == b"a record"
    for asked in (other.seal, earlier.seal, b""):
        with pytest.raises(Unsealed):
            unseal(key, "reply", answer, answers=asked)


def test_a_parcel_stays_in_its_folder(tmp_path):
    """Paths that lead out of a hand-in write nothing; the same file at an honest path is written."""
    order = Order(TINY, "seed", Path(), "")

    def sent(name, form, path, *folders):
        parcel = Parcel("run", order, "", "s001", "s001", name, form, ((path, b"x = 1"),), folders=folders)
        folder = tmp_path / "below" / str(len(list((tmp_path / "below").iterdir())))
        folder.mkdir()
        return unpacked(parcel_from(parcel_bytes(parcel)), folder)

    (tmp_path / "below").mkdir()
    for name, form, path in (
        ("s001", "folder", "../../escaped"),
        ("s001", "folder", str(tmp_path / "escaped")),
        ("s001", "folder", "a/../../../escaped"),
        ("../../escaped", "file", "s001.py"),
        (str(tmp_path / "escaped"), "file", "s001.py"),
        ("..", "file", "s001.py"),
        ("s001", "folder", "nul\0"),
    ):
        assert sent(name, form, path).unreadable == LEADS_OUT
    for leading_out in ("../../escaped", str(tmp_path / "escaped"), "a/../../../escaped", "nul\0"):
        assert sent("s001", "folder", "main.py", leading_out).unreadable == LEADS_OUT
    assert not (tmp_path / "escaped").exists()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []
    assert (sent("s001", "folder", "inner/main.py").path / "inner" / "main.py").read_bytes() == b"x = 1"
    assert (sent("s001", "folder", "main.py", "out/a").path / "out" / "a").is_dir()


def test_students_code_on_a_worker_finds_no_key(tmp_path, workplace):
    """Neither the environment nor the folder with the key is in reach of a submission."""
    looks = LOOKS.format(folder=workplace.settings["DASK_CONFIG"])
    records = grade(
        write_class(tmp_path / "class", s001=looks), tmp_path / "out", *workplace.options(), **workplace.settings
    )
    message = next(check["message"] for check in records["s001"]["checks"] if check["id"] == "check_double")
    assert "It raised RuntimeError: found: []." in message


def test_nobody_without_the_certificate_is_listened_to(tmp_path, workplace):
    """The scheduler ends a TLS connection without a certificate or with another one, and talks to the one that has it."""
    host, _, port = workplace.address.removeprefix("tls://").partition(":")

    def greeted(folder):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if folder is not None:
            context.load_cert_chain(Path(folder, "certificate.pem"), Path(folder, "private.pem"))
        with (
            socket.create_connection((host, int(port)), timeout=30) as plain,
            contextlib.suppress(ssl.SSLError, ConnectionError),
            context.wrap_socket(plain) as encrypted,
        ):
            return len(encrypted.recv(8)) == 8
        return False

    others = credentials(tmp_path / "others")["DASK_CONFIG"]
    assert [greeted(each) for each in (None, others, workplace.settings["DASK_CONFIG"])] == [False, False, True]


def test_the_pages_of_a_cluster_tell_nothing(workplace):
    """What Dask serves over HTTP, without asking for a certificate, is switched off."""
    answers = set()
    for port in re.findall(r"dashboard at: +(?:http://)?127\.0\.0\.1:(\d+)", workplace.log.read_text()):
        for page in ("info/main/workers.html", "health", "json/counts.json", "metrics"):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=30):
                    answers.add(page)
            except urllib.error.HTTPError as error:
                answers.add(error.code)
                error.close()
            except urllib.error.URLError:
                continue  # a worker that another test has killed
    assert answers == {404}


def test_a_worker_with_another_key_is_named(tmp_path, settings):
    """A worker that holds the certificate and another key ends the run in one sentence, before anything is graded."""
    other = tmp_path / "other.key"
    other.write_text("0" * 64)
    other.chmod(0o600)
    place = Workplace(tmp_path, {**settings, "DASK_GRADER__KEY_FILE": str(other)}, workers=1)
    try:
        status, err = refused(*place.options()[2:], out=tmp_path, **settings)
    finally:
        place.close()
    address = err.partition(" at ")[2].partition(" ")[0]
    assert (status, err) == (
        2,
        f"grader: The Dask worker at {address} must hold the same key as this command, but what it answers is not signed with it. "
        "Start every worker with the same DASK_CONFIG as this command.\n",
    )


def test_a_cluster_without_tls_is_refused_unless_accepted(tmp_path, settings):
    """A scheduler that listens on every address without TLS is refused, also when it is reached by the loopback."""
    key = {"DASK_GRADER__KEY_FILE": str(Path(settings["DASK_CONFIG"], "run.key"))}
    place = Workplace(tmp_path, key, host="0.0.0.0", workers=1)
    try:
        loopback = f"tcp://127.0.0.1:{place.address.rpartition(':')[2]}"
        status, err = refused("--scheduler", loopback, out=tmp_path, **key)
        assert (status, err) == (2, f"grader: {without_tls(err.split()[1])}\n")
        assert not err.startswith("grader: tcp://127.")
        options = ("--executor", "dask", "--scheduler", loopback, "--unencrypted")
        assert list(grade(tmp_path / "class", tmp_path / "accepted", *options, **key)) == ["s001"]
    finally:
        place.close()


def without_tls(address):
    """Return the sentence about an address without TLS."""
    return (
        f"{address} is an address of Dask without TLS: whoever reaches it can run code on the workers and read the class. "
        "`python -m grader cluster FOLDER` makes certificates; use them by DASK_CONFIG=FOLDER and tls:// addresses, as "
        "docs/scale.md shows. `--unencrypted` accepts it as it is."
    )


@pytest.mark.parametrize(
    "address",
    [
        "tcp://192.0.2.1:8786",
        "192.0.2.1:8786",
        "tcp://cluster.example.org:8786",
        "tcp://127.0.0.1.example.org:8786",
        "tcp://[2001:db8::1]:8786",
        "tcp://user@192.0.2.1:8786",
        "tcp://0.0.0.0:8786",
        "ws://192.0.2.1:8786",
        "tcp://",
    ],
)
def test_an_address_without_tls_is_refused(address):
    """Whatever is no loopback address needs TLS."""
    with pytest.raises(UsageError) as raised:
        require_encryption([address])
    assert str(raised.value) == without_tls(address)
    require_encryption([address], accepted=True)


@pytest.mark.parametrize(
    "address", ["tls://192.0.2.1:8786", "tcp://127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:1", "127.0.0.1:8786"]
)
def test_tls_and_the_loopback_are_accepted(address):
    """TLS goes anywhere, and the loopback is of this machine alone."""
    require_encryption([address])


MAKES = "`python -m grader cluster FOLDER` makes"
NAMES = "DASK_CONFIG=FOLDER names them, for this command, the scheduler and the workers."


def test_what_is_missing_is_one_sentence(tmp_path, settings):
    """Without a key, without certificates, and without TLS where it is asked for, nothing is connected."""
    tls, empty = ("--scheduler", "tls://127.0.0.1:9"), {"DASK_CONFIG": str(tmp_path)}
    key = {"DASK_GRADER__KEY_FILE": str(Path(settings["DASK_CONFIG"], "run.key"))}
    needs = "Grading on a Dask cluster needs certificates and a key that all its machines hold"
    without = "tls://127.0.0.1:9 needs certificates, and Dask's settings name none"
    plain = "Dask's settings ask for TLS, but tcp://127.0.0.1:9 is an address without it; use tls://127.0.0.1:9"
    said = [
        refused(*tls, out=tmp_path, **empty),
        refused(*tls, out=tmp_path, **empty, **key),
        refused("--scheduler", "tcp://127.0.0.1:9", out=tmp_path, **settings),
    ]
    assert said == [
        (2, f"grader: {needs}: {MAKES} them, and {NAMES}\n"),
        (2, f"grader: {without}; {MAKES} them, and {NAMES}\n"),
        (2, f"grader: {plain}\n"),
    ]


def test_a_key_must_be_long_and_hidden(tmp_path):
    """A key that others can read, that is short, or that is not there, is named with the remedy."""
    good, loose, short, none = (tmp_path / name for name in ("good", "loose", "short", "none"))
    for path, length, mode in ((good, 32, 0o400), (loose, 64, 0o640), (short, 31, 0o600)):
        path.write_text("0" * length + "\n")
        path.chmod(mode)
    with dask.config.set({"grader.key-file": str(good)}):
        assert shared_key() == b"0" * 32
    for path, sentence in (
        (loose, f"The key of the cluster in {loose} can be read by others; run: chmod 600 {loose}"),
        (short, f"The key of the cluster in {short} must have at least 32 characters, but has 31; {MAKES} a new one."),
        (none, f"The key of the cluster must be readable in {none}, but: No such file or directory."),
    ):
        with dask.config.set({"grader.key-file": str(path)}), pytest.raises(UsageError) as raised:
            shared_key()
        assert str(raised.value) == sentence


def test_credentials_are_for_their_owner_alone(tmp_path):
    """Whatever the umask is, nobody else opens the folder or reads a key, and nothing that exists is written over."""
    folder, old = tmp_path / "credentials", os.umask(0)
    try:
        credentials(folder)
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {name: mode & 0o077 for name, mode in modes.items() if name != "certificate.pem"} == {
        "private.pem": 0,
        "run.key": 0,
        "dask.yaml": 0,
    }
    again = [sys.executable, "-m", "grader", "cluster", str(folder)]
    done = subprocess.run(again, cwd=PROJECT, env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        2,
        f"grader: {folder} must be a new folder, but: File exists. Name another one.\n",
    )
