"""Sentences for TLS connections that fail: OpenSSL's codes, alerts, and what a certificate says."""

import ssl
from collections.abc import Sequence

from urllib3 import exceptions as urllib3_errors

from kubeimg_gui.cluster.x509.certificate import KEY_USAGE, Certificate
from kubeimg_gui.cluster.x509.chain import ANY_USAGE, SERVER_USAGE
from kubeimg_gui.text.sanitize import plain

MAX_NAMES = 5
"""How many names of a certificate are listed."""
NAME_MISMATCHES = (62, 64)
"""X509_V_ERR_ codes of OpenSSL's `x509_vfy.h`, as are the other numbers here."""
UNTRUSTED = (7, 18, 19, 20, 21)
_PURPOSE = 26

_NO_AUTHORITY = "is signed by a certificate that is no certificate authority"
_VERDICTS = {
    9: "is not valid yet: check this computer's clock",
    10: "has expired: renew it on the server",
    24: _NO_AUTHORITY,  # until OpenSSL 3.0
    _PURPOSE: "is not for servers",
    32: "is signed by an authority that may not sign certificates (key usage)",
    79: _NO_AUTHORITY,
    34: "has a critical extension that is unknown",
    47: "has a name that its authority may not give (name constraints)",
    48: "has a name that its authority may not give (name constraints)",
    62: "is for another name than the one in its address",
    64: "is for another address",
    66: "has a key that is too short",
    67: "is signed by an authority whose key is too short",
    68: "has a signature of an insecure kind, such as SHA-1",
    **dict.fromkeys(
        UNTRUSTED,
        "is signed by an unknown authority: check the certificate-authority of the cluster in the "
        "kubeconfig",
    ),
}
_NOT_TLS = "the server does not use TLS: try an address that begins with http://"
_ALERTS = {
    "WRONG_VERSION_NUMBER": _NOT_TLS,
    "HTTP_REQUEST": _NOT_TLS,
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": (
        "the server requires a client certificate, and the kubeconfig names none"
    ),
    "UNEXPECTED_EOF_WHILE_READING": "the server closed it",
}


class RefusedCertificateError(ssl.SSLError):
    """The server's certificate is refused.

    Attributes:
        reason: what it is, begins with "the server's certificate".
    """

    def __init__(self, predicate: str) -> None:
        self.reason = f"the server's certificate {predicate}"
        super().__init__(self.reason)


def tls_reason(cause: BaseException) -> str:
    """Returns why a TLS connection failed, for what urllib3 or `ssl` raised."""
    inner = cause.args[0] if cause.args else cause
    while isinstance(inner, urllib3_errors.SSLError) and inner.args:
        inner = inner.args[0]
    if isinstance(inner, RefusedCertificateError):
        return inner.reason
    if isinstance(inner, ssl.SSLCertVerificationError):
        predicate = _VERDICTS.get(inner.verify_code)
        return f"the server's certificate {predicate}" if predicate else inner.verify_message
    if isinstance(inner, ssl.SSLError) and inner.reason:
        return _ALERTS.get(inner.reason, inner.reason.replace("_", " ").lower())
    return "the handshake failed"


def explained(
    code: int, presented: Sequence[Certificate], host: str, authorities: Sequence[Certificate]
) -> str:
    """Returns OpenSSL's refusal `code` with what the certificates say, as a predicate.

    The subject of the predicate is the server's certificate, the first of `presented`. Returns ""
    where they say nothing that explains the code.
    """
    certificate = presented[0]
    if code in NAME_MISMATCHES:
        return other_names(certificate, host)
    if code == _PURPOSE:
        return _no_server(presented, authorities)
    if code in UNTRUSTED and certificate.issuer in (each.subject for each in authorities):
        return (
            "is signed by another key than that of the authority of the same name in the "
            "kubeconfig: check whether the certificate-authority of the cluster is up to date"
        )
    return ""


def other_names(certificate: Certificate, host: str) -> str:
    """Returns that a certificate is not for `host`, and what it is for."""
    names = [plain(str(each), 100) for each in (*certificate.dns_names, *certificate.addresses)]
    shown = plain(host, 100)
    if not names:
        return f"names no host (subject alternative name), so it is for another name than {shown}"
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return f"is for another name than {shown}: it is for {', '.join(names[:MAX_NAMES])}{more}"


_NETSCAPE_TYPES = {
    0x80: "SSL client",
    0x20: "e-mail",
    0x10: "object signing",
    0x04: "SSL authority",
    0x02: "e-mail authority",
    0x01: "object signing authority",
}
_NETSCAPE_SERVER = 0x40
_BUT_OPENSSL = "but OpenSSL, with which kubeimg verifies, refuses it"


def _no_server(presented: Sequence[Certificate], authorities: Sequence[Certificate]) -> str:
    certificate = presented[0]
    for each in (*presented, *authorities):
        if reason := _no_server_usage(each):
            return reason if each is certificate else f"is signed by an authority that {reason}"
    types = certificate.netscape_type()
    if types and not types & _NETSCAPE_SERVER:
        named = ", ".join(name for bit, name in _NETSCAPE_TYPES.items() if types & bit)
        return (
            f"is not for servers by its nsCertType ({named}): kubectl does not look at it, "
            f"{_BUT_OPENSSL}: issue it without nsCertType"
        )
    if KEY_USAGE in certificate.extensions:
        return (
            "is not for TLS servers by its key usage: kubectl does not look at it, "
            f"{_BUT_OPENSSL}: issue it with the key usage digital signature"
        )
    return ""


def _no_server_usage(certificate: Certificate) -> str:
    if not certificate.usages or SERVER_USAGE in certificate.usages:
        return ""
    if ANY_USAGE in certificate.usages:
        return (
            "allows any extended key usage without naming server authentication: kubectl accepts "
            f"it, {_BUT_OPENSSL}: issue it for server authentication"
        )
    return "is not for servers: its extended key usage lacks server authentication"
