"""Makes an error of what a server answered or of what broke on the way to it.

Only a connection needs this, and urllib3 and protobuf with it: a face that merely tells errors
apart imports `errors`.
"""

import re
import ssl
from collections.abc import Callable
from http import HTTPStatus
from http.client import BadStatusLine, RemoteDisconnected

from urllib3 import exceptions as urllib3_errors

from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    ConnectionLostError,
    InvalidResponseError,
    ReadTimeoutError,
    UnreachableError,
)
from kubeimg_gui.cluster.wire.status import read_status
from kubeimg_gui.text.redaction import redact
from kubeimg_gui.text.sanitize import plain

MESSAGE_CHARACTERS = 500
"""How much of a server's words is told."""


def api_error(
    code: int,
    body: bytes,
    retry_after: str | None = None,
    hide: Callable[[str], str] = str,
) -> ApiError:
    """Read an error answer: a Status object where the body is one, else the bare code.

    `retry_after` is the header's text; a date in it is ignored, as client-go does. `hide` takes
    known secrets out of the server's words.
    """
    status = read_status(body)
    code = status.code if status.code in range(400, 600) else code
    decimal = retry_after and retry_after.isascii() and retry_after.isdecimal()
    wait = float(retry_after) if retry_after and decimal else None
    message = plain(redact(hide(status.message or "")), MESSAGE_CHARACTERS) or _phrase(code)
    if wait is None:
        wait = status.retry_after
    return ApiError(code, status.reason or "", f"The server says: {message} ({code})", wait)


def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return "an error without a name"


def answer_error(
    code: int,
    body: bytes,
    retry_after: str | None,
    server: str,
    hide: Callable[[str], str],
) -> ClusterError:
    """What an answer other than 2xx means; as `api_error`, but for what no API server says."""
    if code == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return UnreachableError(f"The proxy wants a user and a password, or others ({server})")
    if code == HTTPStatus.BAD_REQUEST and b"HTTP request to an HTTPS server" in body:
        return ConnectionLostError(
            f"The server speaks TLS only: its address must begin with https:// ({server})"
        )
    return api_error(code, body, retry_after, hide)


def connection_error(error: Exception, server: str) -> ConnectionLostError:
    """Say in a sentence what broke on the way to `server`."""
    cause: BaseException = error
    while isinstance(cause, urllib3_errors.MaxRetryError) and cause.reason:
        cause = cause.reason
    kind = ConnectionLostError
    if isinstance(cause, _BEFORE_SENDING):
        kind = UnreachableError
    elif isinstance(cause, urllib3_errors.ReadTimeoutError | TimeoutError):
        kind = ReadTimeoutError
    elif isinstance(cause, _UNREADABLE):
        kind = InvalidResponseError
    return kind(f"{_what_broke(cause)} ({server})")


_BEFORE_SENDING = (
    urllib3_errors.NameResolutionError,
    urllib3_errors.NewConnectionError,
    urllib3_errors.ConnectTimeoutError,
    urllib3_errors.ProxyError,
    ValueError,  # urllib3 and http.client refuse to send it
)
_UNREADABLE = (
    urllib3_errors.DecodeError,
    urllib3_errors.InvalidHeader,
)


_SENTENCES: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((urllib3_errors.NameResolutionError,), "The server's name cannot be resolved"),
    ((urllib3_errors.NewConnectionError,), "The server is not reached"),
    ((urllib3_errors.ConnectTimeoutError,), "The server does not accept the connection in time"),
    ((urllib3_errors.ReadTimeoutError, TimeoutError), "The server is silent"),
    ((urllib3_errors.DecodeError,), "The server's answer cannot be decompressed"),
    ((urllib3_errors.InvalidHeader,), "What answers is no HTTP server"),
    ((urllib3_errors.LocationValueError,), "The server's address is none"),
    ((ValueError,), "The request cannot be sent"),
)


def _what_broke(cause: BaseException) -> str:
    match cause:
        case urllib3_errors.NewConnectionError() if "refused" in str(cause):
            return "The server refuses the connection"
        case urllib3_errors.ProxyError():
            return f"The proxy does not connect to the server: {_proxy_reason(cause)}"
        case urllib3_errors.SSLError() | ssl.SSLError():
            return f"The secure connection fails: {_tls_reason(cause)}"
        case urllib3_errors.ProtocolError() if _is_no_http(cause):
            return "What answers is no HTTP server"
        case _:
            told = (sentence for kinds, sentence in _SENTENCES if isinstance(cause, kinds))
            return next(told, "The connection broke")


def _is_no_http(cause: urllib3_errors.ProtocolError) -> bool:
    inner = cause.args[-1] if cause.args else None
    return isinstance(inner, BadStatusLine) and not isinstance(inner, RemoteDisconnected)


def _proxy_reason(cause: urllib3_errors.ProxyError) -> str:
    inner = cause.original_error
    answered = re.match(r"Tunnel connection failed: (\d+)", str(inner))
    if answered and int(answered[1]) == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return "it wants a user and a password, or others (407)"
    if answered:
        return f"it answers {_phrase(int(answered[1]))} ({answered[1]})"
    if isinstance(inner, urllib3_errors.SSLError | ssl.SSLError):
        return f"its secure connection fails: {_tls_reason(inner)}"
    reason = _what_broke(inner)
    return reason[0].lower() + reason[1:].replace("server", "proxy")


_UNTRUSTED = (18, 19, 20, 21)
"""X509_V_ERR_ codes of OpenSSL's `x509_vfy.h`, the next ones too."""
_VERDICTS = {
    9: "the server's certificate is not valid yet: see whether this computer's clock is right",
    10: "the server's certificate has expired: it must be renewed on the server",
    62: "the server's certificate is for another name than the one in its address",
    64: "the server's certificate is for another address",
    **dict.fromkeys(
        _UNTRUSTED,
        "the server's certificate is signed by an unknown authority: see the certificate-authority "
        "of the cluster in the kubeconfig",
    ),
}
_ALERTS = {
    "WRONG_VERSION_NUMBER": "the server does not speak TLS: should its address begin with http://?",
    "HTTP_REQUEST": "the server does not speak TLS: should its address begin with http://?",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "the server wants a client certificate, and there is none",
    "UNEXPECTED_EOF_WHILE_READING": "the server broke it off",
}


def _tls_reason(cause: BaseException) -> str:
    inner = cause.args[0] if cause.args else cause
    while isinstance(inner, urllib3_errors.SSLError) and inner.args:
        inner = inner.args[0]
    if isinstance(inner, ssl.SSLCertVerificationError):
        return _VERDICTS.get(inner.verify_code, inner.verify_message)
    if isinstance(inner, ssl.SSLError) and inner.reason:
        return _ALERTS.get(inner.reason, inner.reason.replace("_", " ").lower())
    return "the handshake failed"
