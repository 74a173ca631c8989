"""Certificates of a server on loopback: a valid one, and one for each reason of refusal."""

import ssl
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import trustme

AUTHORITY = trustme.CA()
AUTHORITY_DATA = b64encode(AUTHORITY.cert_pem.bytes()).decode()
"""The authority in the form of a kubeconfig."""
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def _serving(issued: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]
    return context


def good() -> ssl.SSLContext:
    return _serving(AUTHORITY.issue_cert("127.0.0.1"))


def expired() -> ssl.SSLContext:
    return _serving(
        AUTHORITY.issue_cert("127.0.0.1", not_before=NOW - 2 * DAY, not_after=NOW - DAY)
    )


def not_yet_valid() -> ssl.SSLContext:
    return _serving(
        AUTHORITY.issue_cert("127.0.0.1", not_before=NOW + DAY, not_after=NOW + 2 * DAY)
    )


def foreign() -> ssl.SSLContext:
    return _serving(trustme.CA().issue_cert("127.0.0.1"))


def misnamed() -> ssl.SSLContext:
    return _serving(AUTHORITY.issue_cert("another.example"))
