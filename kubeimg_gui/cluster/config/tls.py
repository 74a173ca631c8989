"""Builds the SSL context of a TLS handshake: trusted authorities and the client certificate.

Keys stay in memory. OpenSSL's settings are as close to Go's as they can be; `transport.handshake`
adds the rest. OpenSSL never asks for a passphrase on the terminal.
"""

import errno
import os
import re
import ssl
import tempfile
from base64 import encodebytes
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kubeimg_gui.cluster.x509.certificate import read_certificate
from kubeimg_gui.cluster.x509.der import DerError
from kubeimg_gui.cluster.x509.pem import blocks

_CIPHERS = (
    "ECDHE+AESGCM:ECDHE+CHACHA20:"
    "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA:"
    "@SECLEVEL=1"
)
"""Go's cipher suites of TLS 1.2. Level 1 takes RSA keys from 1024 bits on and no SHA-1 signature,
as Go does; level 2, the usual one, wants 2048 bits."""
_ENCRYPTED = re.compile(rb"-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED", re.M)
_ENCRYPTED_KEY = "has an encrypted key, which neither kubeimg nor kubectl supports: decrypt the key"
_INVALID = "is not valid PEM, or its key is not"
_MISMATCHES = ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH")
_CERTIFICATE = b"CERTIFICATE"
_KEY_TYPES = (b"PRIVATE KEY", b"RSA PRIVATE KEY", b"EC PRIVATE KEY")


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
    context = _context()
    if trust.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif trust.authorities is None:
        context.load_default_certs()
    else:
        for authority in authorities_of(trust.authorities):
            context.load_verify_locations(cadata=authority)
    if certificate:
        _add_certificate(context, certificate)
    return context


def check_certificate(certificate: ClientCertificate) -> None:
    """Raises PemError unless the two are a certificate and its key."""
    _add_certificate(_context(), certificate)


def authorities_of(pem: bytes) -> Sequence[bytes]:
    """Returns the certificates of a bundle in DER, without those that cannot be read.

    Go's `AppendCertsFromPEM` does the same. Raises PemError if none is left.
    """
    found = [each for each in blocks(pem) if each.type == _CERTIFICATE and not each.has_headers]
    if not found:
        raise PemError("contains no certificate in PEM")
    readable = [each.content for each in found if _is_readable(each.content)]
    if not readable:
        raise PemError("contains no certificate that can be read")
    return readable


class _ClosedWithPeer(ssl.SSLSocket):
    """Closes itself if the peer has reset the connection before the handshake.

    `SSLSocket._create` of CPython 3.11 asks for the peer first. If the connection has been reset it
    raises an error, and leaves the new socket open.
    """

    def getpeername(self) -> Any:
        """Override: the address of the peer; raises ConnectionResetError where it is gone."""
        try:
            return super().getpeername()
        except OSError as error:
            self.close()
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)) from error


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = _ClosedWithPeer
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    # As in Go, the name must be a subjectAltName, and a trusted authority need not be a root.
    context.hostname_checks_common_name = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _is_readable(certificate: bytes) -> bool:
    """Returns whether Go and OpenSSL can both read a certificate in DER."""
    try:
        read_certificate(certificate)
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=certificate)
    except (DerError, ssl.SSLError):
        return False
    return True


def _add_certificate(context: ssl.SSLContext, certificate: ClientCertificate) -> None:
    """Reads the two as Go's `X509KeyPair` does: the first certificate must be the key's."""
    if _ENCRYPTED.search(certificate.key):
        raise PemError(_ENCRYPTED_KEY)
    found = [each.content for each in blocks(certificate.certificate) if each.type == _CERTIFICATE]
    keys = [each for each in blocks(certificate.key) if each.type.endswith(_KEY_TYPES[0])]
    if not (found and keys and _is_readable(found[0])):
        raise PemError(_INVALID)
    chain = "".join(map(ssl.DER_cert_to_PEM_cert, filter(_is_readable, found)))
    # The name of a key's type may be wrong: Go tries each type in turn.
    for kind in dict.fromkeys((keys[0].type, *_KEY_TYPES)):
        key = _pem(kind, keys[0].content)
        with _as_file(chain.encode()) as chain_file, _as_file(key) as key_file:
            try:
                context.load_cert_chain(chain_file, key_file, password=_no_passphrase)
            except ssl.SSLError as error:
                if error.reason in _MISMATCHES:
                    raise PemError("does not match its key") from error
            else:
                return
    raise PemError(_INVALID)


def _pem(kind: bytes, content: bytes) -> bytes:
    return b"-----BEGIN %b-----\n%b-----END %b-----\n" % (kind, encodebytes(content), kind)


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
