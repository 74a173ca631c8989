"""Builds the SSL context of a TLS handshake: trusted authorities and the client certificate.

Keys stay in memory. Verification is exactly as strict as kubectl's; Python 3.13's default is
stricter. OpenSSL never asks for a passphrase on the terminal.
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
_ENCRYPTED_KEY = "has an encrypted key, which neither kubeimg nor kubectl supports: decrypt the key"


class PemError(Exception):
    """A certificate or a key is not valid; the text is a predicate without a subject."""


@dataclass(frozen=True, slots=True)
class Trust:
    """How a server's certificate is verified.

    Attributes:
        authorities: the trusted certificate authorities, in PEM; None for the system's.
        insecure: the certificate is not verified.
        server_name: the name that the certificate must be for; None for the name in the URL.
    """

    authorities: bytes | None = None
    insecure: bool = False
    server_name: str | None = None


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate, with its chain if it has one, and its private key, both in PEM."""

    certificate: bytes = field(repr=False)
    key: bytes = field(repr=False)


def tls_context(trust: Trust, certificate: ClientCertificate | None = None) -> ssl.SSLContext:
    """Returns the SSL context for connections to one server; raises PemError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # As in Go, the name must be a subjectAltName, and a trusted authority need not be a root.
    context.hostname_checks_common_name = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if trust.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif trust.authorities is None:
        context.load_default_certs()
    else:
        _add_authorities(context, trust.authorities)
    if certificate:
        _add_certificate(context, certificate)
    return context


def check_certificate(certificate: ClientCertificate) -> None:
    """Raises PemError unless the two are a certificate and its key."""
    _add_certificate(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), certificate)


def _add_authorities(context: ssl.SSLContext, authorities: bytes) -> None:
    found = _CERTIFICATES.findall(authorities)
    if not found:
        raise PemError("contains no certificate in PEM")
    try:
        context.load_verify_locations(cadata=b"\n".join(found).decode("ascii"))
    except (ssl.SSLError, ValueError) as error:
        raise PemError("contains a certificate that cannot be read") from error


def _add_certificate(context: ssl.SSLContext, certificate: ClientCertificate) -> None:
    if _ENCRYPTED.search(certificate.key):
        raise PemError(_ENCRYPTED_KEY)
    try:
        with _as_file(certificate.certificate) as cert, _as_file(certificate.key) as key:
            context.load_cert_chain(cert, key, password=_no_passphrase)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise PemError("does not match its key") from error
        raise PemError("is not valid PEM, or its key is not") from error


def _no_passphrase() -> str:
    """Called by OpenSSL, which would otherwise ask for the passphrase on the terminal."""
    raise PemError(_ENCRYPTED_KEY)


@contextmanager
def _as_file(content: bytes) -> Generator[str, None, None]:
    """Yields a path with `content`, because OpenSSL reads keys from files only."""
    if hasattr(os, "memfd_create"):
        with open(os.memfd_create("pem"), "wb") as memory:  # noqa: PTH123  (a memfd has no path)
            memory.write(content)
            memory.flush()
            yield f"/proc/self/fd/{memory.fileno()}"
        return
    descriptor, name = tempfile.mkstemp()  # readable by its owner only
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123
            file.write(content)
        yield name
    finally:
        Path(name).unlink()
