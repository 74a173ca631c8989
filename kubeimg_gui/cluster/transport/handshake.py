"""The TLS handshake with an API server, which is verified as kubectl verifies it.

OpenSSL verifies first. Where Go is stricter, the certificates are looked at before anything is
sent. Where OpenSSL refuses what Go accepts, the handshake is repeated: with Go's host match in
place of OpenSSL's, and with each authority that the server's certificates name as their issuer.
"""

import ssl
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from kubeimg_gui.cluster.config.tls import ClientCertificate, Trust, authorities_of, tls_context
from kubeimg_gui.cluster.transport.tls_refusals import (
    NAME_MISMATCHES,
    UNTRUSTED,
    RefusedCertificateError,
    explained,
    other_names,
)
from kubeimg_gui.cluster.x509.anchor import anchor_for
from kubeimg_gui.cluster.x509.certificate import Certificate, read_certificate
from kubeimg_gui.cluster.x509.chain import MAX_RSA_BITS, refusal
from kubeimg_gui.cluster.x509.der import DerError
from kubeimg_gui.cluster.x509.host_match import is_for_host

MAX_AUTHORITIES_TRIED = 8
"""How many authorities of the same name are tried one by one. A rotation leaves two."""

_DER = 2
"""`ENCODING_DER` of Python's `_ssl`."""


class Handshake:
    """How the connections to one server verify its certificate; any thread.

    Attributes:
        context: for the first handshake, with the client certificate; OpenSSL matches the host.
        inspection: for a handshake that only shows the server's certificates, with no trust.
    """

    def __init__(self, host: str, trust: Trust, certificate: ClientCertificate | None) -> None:
        self.context = tls_context(trust, certificate)
        self.inspection = tls_context(Trust(insecure=True))
        self._host = trust.server_name or host
        self._trust = trust
        self._certificate = certificate
        self._authorities = (
            [read_certificate(each) for each in authorities_of(trust.authorities)]
            if trust.authorities
            else []
        )

    def alternatives(
        self, code: int, presented: Sequence[Certificate]
    ) -> Iterator[Sequence[ssl.SSLContext]]:
        """Yields contexts for further handshakes after OpenSSL's refusal `code`.

        `presented` are the server's certificates, without any trust. `check` must accept each
        connection. The contexts of one alternative are used in turn: a client certificate is
        presented only after a handshake without it has been accepted.
        """
        if not self._is_for_host(presented[0]):
            return
        trusts = [self._trust] if code in NAME_MISMATCHES else []
        issued = {each.issuer: each for each in presented}
        named = [each for each in self._authorities if each.subject in issued]
        if len(named) > 1 or code in UNTRUSTED:
            trusts += [
                self._only(anchor_for(issued[each.subject], each))
                for each in named[:MAX_AUTHORITIES_TRIED]
            ]
        for trust in trusts:
            shown = (None, self._certificate) if self._certificate else (None,)
            yield [_without_host_match(trust, each) for each in shown]

    def _only(self, authority: bytes) -> Trust:
        return replace(self._trust, authorities=ssl.DER_cert_to_PEM_cert(authority).encode())

    def check(self, connected: Any) -> None:
        """Verifies a connected TLS socket as Go does, beyond OpenSSL.

        Raises RefusedCertificateError.
        """
        if self._trust.insecure:
            return
        try:
            reason = self._refusal(presented_by(connected), verified_chain(connected))
        except DerError as error:
            reason = f"cannot be read by kubectl: {error}"
        if reason:
            raise RefusedCertificateError(reason)

    def _refusal(self, presented: Sequence[Certificate], chain: Sequence[Certificate]) -> str:
        if any(each.rsa_bits > MAX_RSA_BITS for each in presented):
            return f"comes with an RSA key of more than {MAX_RSA_BITS} bits"
        if not self._is_for_host(chain[0]):
            return other_names(chain[0], self._host)
        return refusal(chain)

    def _is_for_host(self, certificate: Certificate) -> bool:
        return is_for_host(self._host, certificate.dns_names, certificate.addresses)

    def explained(
        self, error: ssl.SSLCertVerificationError, presented: Sequence[Certificate]
    ) -> ssl.SSLError:
        """Returns OpenSSL's refusal with what the certificates say, else as it is."""
        try:
            reason = explained(error.verify_code, presented, self._host, self._authorities)
        except DerError:
            reason = ""
        return RefusedCertificateError(reason) if reason else error


def presented_by(connected: Any) -> list[Certificate]:
    """Returns the certificates that the server sent, its own first; raises DerError."""
    return _chain(connected, "get_unverified_chain")


def verified_chain(connected: Any) -> list[Certificate]:
    """Returns the chain that OpenSSL verified, the server's certificate first; raises DerError."""
    return _chain(connected, "get_verified_chain")


def _chain(connected: Any, method: str) -> list[Certificate]:
    tls = getattr(connected, "sslobj", connected)  # urllib3 keeps it there for TLS within TLS
    if public := getattr(tls, method, None):
        found = public()
    else:
        private = getattr(tls._sslobj, method)  # noqa: SLF001  (public only since Python 3.13)
        found = [each.public_bytes(_DER) for each in private() or ()]
    if not found:
        raise DerError("there is no certificate")
    return [read_certificate(each) for each in found]


def _without_host_match(trust: Trust, certificate: ClientCertificate | None) -> ssl.SSLContext:
    """Returns a context whose connections `Handshake.check` must accept before they are used."""
    context = tls_context(trust, certificate)
    context.check_hostname = False
    return context
