"""Makes the credentials of a cluster: a certificate for Dask's TLS, a key for our seals, and Dask's settings. Does not import Dask."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

from grader.errors import UsageError, reason
from grader.executors.dask.seal import KEY_BYTES

DAYS = 365
CERTIFICATE, PRIVATE, KEY, SETTINGS = "certificate.pem", "private.pem", "run.key", "dask.yaml"
# One self-signed certificate for all machines; nothing else is trusted.
_OPENSSL = """
[req]
distinguished_name = name
x509_extensions = use
prompt = no
[name]
CN = grader cluster
[use]
basicConstraints = critical, CA:TRUE
keyUsage = critical, digitalSignature, keyCertSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


def write_credentials(folder: Path, seen_as: str) -> Iterator[Path]:
    """Write the files into a new folder that only this user can open, and yield them.

    Parameters
    ----------
    seen_as : str
        The path of the folder on the machines of the cluster.

    Raises
    ------
    UsageError
        If it exists already, or there is no openssl.
    """
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise UsageError(f"{folder} must be a new folder, but: {reason(error)}. Name another one.") from error
    folder.chmod(0o700)
    _certificate(folder)
    _write(folder / KEY, f"{secrets.token_hex(KEY_BYTES)}\n")
    _write(folder / SETTINGS, _settings(seen_as))
    yield from (folder / name for name in (CERTIFICATE, PRIVATE, KEY, SETTINGS))


def _certificate(folder: Path) -> None:
    private = folder / PRIVATE
    _write(private, "")  # so that the key is never readable by others, with any umask
    command = ["openssl", "req", "-x509", "-config", "/dev/stdin", "-nodes", "-days", str(DAYS)]
    command += ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-keyout", str(private), "-out", str(folder / CERTIFICATE)]
    try:
        done = subprocess.run(command, input=_OPENSSL, capture_output=True, text=True, check=False)
    except OSError as error:
        raise UsageError("Certificates are made by the command openssl; install it: apt-get install openssl") from error
    if done.returncode:
        raise UsageError(f"openssl made no certificate in {folder}: {done.stderr.strip()}")


def _settings(seen_as: str) -> str:
    """Return Dask's settings: only peers with the certificate are accepted, and no pages are served."""
    place = seen_as.rstrip("/")
    pair = {"cert": f"{place}/{CERTIFICATE}", "key": f"{place}/{PRIVATE}"}
    tls = {"ca-file": pair["cert"], "scheduler": pair, "worker": pair, "client": pair}
    pages: dict[str, object] = {"http": {"routes": []}}
    comm = {"require-encryption": True, "default-scheme": "tls", "tls": tls}
    settings = {"distributed": {"comm": comm, "scheduler": pages, "worker": pages}}
    # YAML reads JSON.
    return json.dumps(settings | {"grader": {"key-file": f"{place}/{KEY}"}}, indent=1) + "\n"


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        file.write(text)
