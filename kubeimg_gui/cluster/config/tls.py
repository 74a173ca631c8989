"""Whom to believe and what to show in a TLS handshake, as an SSL context of our own.

Keys stay in memory, and verification is as strict as kubectl's: neither stricter, as Python 3.13's
default is, nor asking for a passphrase on a terminal that nobody may be sitting at.
"""

import os
import re
import ssl
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_CERTIFICATES = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----")
_ENCRYPTED = re.compile(rb"-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED", re.M)


_ENCRYPTED_KEY = "has a key that is encrypted, which kubectl does not take either"


class PemError(Exception):
    """A certificate or a key is none; the text says what is wrong, without a subject."""


@dataclass(frozen=True, slots=True)
class Trust:
    """How a server must prove who it is.

    Attributes:
        authorities: the certificates believed, in PEM; None for the system's.
        insecure: whoever answers is believed.
        server_name: which name it must prove, where that is not the one in its address.
    """

    authorities: bytes | None = None
    insecure: bool = False
    server_name: str | None = None


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate, maybe with a chain, and its private key, both in PEM."""

    certificate: bytes = field(repr=False)
    key: bytes = field(repr=False)


def tls_context(trust: Trust, certificate: ClientCertificate | None = None) -> ssl.SSLContext:
    """A context for connections to one server; raises PemError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.hostname_checks_common_name = False
    # As in Go, an authority need not be the root.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if trust.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif trust.authorities is None:
        context.load_default_certs()
    else:
        _believe(context, trust.authorities)
    if certificate:
        _show(context, certificate)
    return context


def check_certificate(certificate: ClientCertificate) -> None:
    """Raise PemError where the two are no certificate and its key."""
    _show(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), certificate)


def _believe(context: ssl.SSLContext, authorities: bytes) -> None:
    found = _CERTIFICATES.findall(authorities)
    if not found:
        raise PemError("holds no certificate in PEM")
    try:
        context.load_verify_locations(cadata=b"\n".join(found).decode("ascii"))
    except (ssl.SSLError, ValueError) as error:
        raise PemError("holds a certificate that cannot be read") from error


def _show(context: ssl.SSLContext, certificate: ClientCertificate) -> None:
    if _ENCRYPTED.search(certificate.key):
        raise PemError(_ENCRYPTED_KEY)
    try:
        with _as_file(certificate.certificate) as cert, _as_file(certificate.key) as key:
            context.load_cert_chain(cert, key, password=_no_passphrase)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise PemError("does not belong to its key") from error
        raise PemError("is none in PEM, or its key is none") from error


def _no_passphrase() -> str:
    """Without it OpenSSL would ask on the terminal."""
    raise PemError(_ENCRYPTED_KEY)


@contextmanager
def _as_file(content: bytes) -> Generator[str, None, None]:
    """A path that OpenSSL can read, for it takes keys from files only."""
    if hasattr(os, "memfd_create"):
        with open(os.memfd_create("pem"), "wb") as memory:  # noqa: PTH123  (it has no path)
            memory.write(content)
            memory.flush()
            yield f"/proc/self/fd/{memory.fileno()}"
        return
    descriptor, name = tempfile.mkstemp()  # for its owner only
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123
            file.write(content)
        yield name
    finally:
        Path(name).unlink()
