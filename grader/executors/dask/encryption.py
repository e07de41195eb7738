"""Checks the addresses of a Dask cluster: other machines need TLS, and TLS needs certificates. Imports only Dask's settings."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grader.errors import UsageError, reason

if TYPE_CHECKING:
    from distributed import Security


def require_encryption(addresses: Iterable[str], *, accepted: bool = False) -> None:
    """Raise ``UsageError`` unless all addresses use TLS or belong to this machine, or this is ``accepted``."""
    for address in addresses:
        if not accepted and not _is_encrypted(address) and not _is_of_this_machine(address):
            raise UsageError(
                f"{address} is an address of Dask without TLS: whoever reaches it can run code on the workers and read the class. "
                "`python -m grader cluster FOLDER` makes certificates; use them by DASK_CONFIG=FOLDER and tls:// addresses, as "
                "docs/scale.md shows. `--unencrypted` accepts it as it is."
            )


def require_certificate(address: str, security: Security) -> None:
    """Raise ``UsageError`` unless Dask's settings have a certificate if an address uses TLS, and allow an address without TLS."""
    if not _is_encrypted(address):
        if security.require_encryption:
            raise UsageError(
                f"Dask's settings ask for TLS, but {address} is an address without it; use tls://{address.partition('://')[2] or address}"
            )
        return
    try:
        usable = security.get_connection_args("client")["ssl_context"] is not None
    except OSError as error:
        raise UsageError(
            f"The certificates that Dask's settings name cannot be used: {reason(error)}. `python -m grader cluster FOLDER` makes new ones."
        ) from error
    if not usable:
        raise UsageError(
            f"{address} needs certificates, and Dask's settings name none; `python -m grader cluster FOLDER` makes them, and "
            "DASK_CONFIG=FOLDER names them, for this command, the scheduler and the workers."
        )


def _is_encrypted(address: str) -> bool:
    import dask.config

    scheme, separator, _ = address.partition("://")
    return (scheme if separator else dask.config.get("distributed.comm.default-scheme", "tcp")) == "tls"


def _is_of_this_machine(address: str) -> bool:
    """Return whether an address is a loopback address, which no other machine can reach."""
    _, separator, rest = address.partition("://")
    try:
        host = urlsplit(f"//{rest if separator else address}").hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
