"""Maps error responses and broken connections to kubeimg's errors, each with a sentence.

Only a connection needs this module, and urllib3 and protobuf with it. A caller that only
distinguishes the classes of errors imports `errors`.
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
from kubeimg_gui.cluster.transport.happy_eyeballs import ConnectError
from kubeimg_gui.cluster.transport.tls_refusals import tls_reason
from kubeimg_gui.cluster.wire.status import read_status
from kubeimg_gui.text.redaction import redact
from kubeimg_gui.text.sanitize import plain

MESSAGE_CHARACTERS = 500
"""How much of the server's message is shown."""
MAX_ADDRESSES = 4
"""How many addresses are named where none accepts a connection."""


def api_error(
    code: int,
    body: bytes,
    retry_after: str | None = None,
    hide: Callable[[str], str] = str,
) -> ApiError:
    """Reads an error response: its Status object where the body is one, else only the code.

    `retry_after` is the header's text; a date in it is ignored, as client-go does. `hide` replaces
    known secrets in the server's message.
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
        return "unknown status"


def response_error(
    code: int,
    body: bytes,
    retry_after: str | None,
    server: str,
    hide: Callable[[str], str],
) -> ClusterError:
    """Returns the error for a response other than 2xx, which may come from a proxy.

    Falls back to `api_error`, which has the same parameters.
    """
    if code == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return UnreachableError(f"The proxy requires a valid user name and password ({server})")
    if code == HTTPStatus.BAD_REQUEST and b"HTTP request to an HTTPS server" in body:
        return ConnectionLostError(
            f"The server accepts TLS only: its address must begin with https:// ({server})"
        )
    return api_error(code, body, retry_after, hide)


def connection_error(error: Exception, server: str) -> ConnectionLostError:
    """Returns the error for what urllib3, http.client or a socket raised on the way to `server`."""
    cause: BaseException = error
    while isinstance(cause, urllib3_errors.MaxRetryError) and cause.reason:
        cause = cause.reason
    kind = ConnectionLostError
    if isinstance(cause, _BEFORE_SENDING):
        kind = UnreachableError
    elif isinstance(cause, urllib3_errors.ReadTimeoutError | TimeoutError):
        kind = ReadTimeoutError
    elif isinstance(cause, _INVALID):
        kind = InvalidResponseError
    return kind(f"{_what_broke(cause)} ({server})")


_BEFORE_SENDING = (
    urllib3_errors.NameResolutionError,
    urllib3_errors.NewConnectionError,
    urllib3_errors.ConnectTimeoutError,
    urllib3_errors.ProxyError,
    ValueError,  # urllib3 and http.client refuse to send the request
)
_INVALID = (
    urllib3_errors.DecodeError,
    urllib3_errors.InvalidHeader,
)


_SENTENCES: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((urllib3_errors.NameResolutionError,), "The server's name cannot be resolved"),
    ((urllib3_errors.NewConnectionError,), "The server cannot be reached"),
    ((urllib3_errors.ConnectTimeoutError,), "The server's name was not resolved in time"),
    ((urllib3_errors.ReadTimeoutError, TimeoutError), "The server did not respond in time"),
    ((urllib3_errors.DecodeError,), "The server's response cannot be decompressed"),
    ((urllib3_errors.InvalidHeader,), "The server's response is not valid HTTP"),
    ((urllib3_errors.LocationValueError,), "The server's address is not a valid URL"),
    ((ValueError,), "The request cannot be sent"),
)


def _what_broke(cause: BaseException) -> str:
    match cause:
        case urllib3_errors.NewConnectionError(__cause__=ConnectError() as error):
            return _not_connected(error)
        case urllib3_errors.ProxyError():
            return f"The proxy cannot connect to the server: {_proxy_reason(cause)}"
        case urllib3_errors.SSLError() | ssl.SSLError():
            return f"The TLS connection failed: {tls_reason(cause)}"
        case urllib3_errors.ProtocolError() if _is_not_http(cause):
            return "The server's response is not valid HTTP"
        case _:
            matching = (sentence for kinds, sentence in _SENTENCES if isinstance(cause, kinds))
            return next(matching, "The connection broke")


def _not_connected(error: ConnectError) -> str:
    """Names the addresses where there are several, each with its reason where these differ."""
    reasons = {_shown_host(host): _no_connection(each) for host, each in error.failures.items()}
    if len(set(reasons.values())) > 1:
        pairs = [f"{host}: {reason}" for host, reason in reasons.items()]
        return f"The server cannot be reached ({_enumerated(pairs)})"
    hosts, reason = list(reasons), next(iter(reasons.values()), "its name has no address")
    sentence = _NO_CONNECTION.get(reason, f"The server cannot be reached: {reason}")
    return f"{sentence} at {_enumerated(hosts)}" if len(hosts) > 1 else sentence


_REFUSED, _RESET, _TIMED_OUT = "connection refused", "connection reset", "timed out"
_NO_CONNECTION = {
    # The reset may arrive before or after the socket notices that it is connected.
    _RESET: "The connection broke",
    _REFUSED: "The server refused the connection",
    _TIMED_OUT: "The server did not accept the connection in time",
}


def _no_connection(error: OSError) -> str:
    match error:
        case ConnectionRefusedError():
            return _REFUSED
        case ConnectionResetError():
            return _RESET
        case TimeoutError():
            return _TIMED_OUT
        case _:
            return (error.strerror or "unknown reason").lower()


def _shown_host(address: str) -> str:
    return f"[{plain(address, 100)}]" if ":" in address else plain(address, 100)


def _enumerated(items: list[str]) -> str:
    more = len(items) - MAX_ADDRESSES
    return ", ".join(items[:MAX_ADDRESSES]) + (f" and {more} more" if more > 0 else "")


def _is_not_http(cause: urllib3_errors.ProtocolError) -> bool:
    inner = cause.args[-1] if cause.args else None
    return isinstance(inner, BadStatusLine) and not isinstance(inner, RemoteDisconnected)


def _proxy_reason(cause: urllib3_errors.ProxyError) -> str:
    inner = cause.original_error
    status = re.match(r"Tunnel connection failed: (\d+)", str(inner))
    if status and int(status[1]) == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return "it requires a valid user name and password (407)"
    if status:
        return f"it responded {_phrase(int(status[1]))} ({status[1]})"
    if isinstance(inner, urllib3_errors.SSLError | ssl.SSLError):
        return f"its TLS connection failed: {tls_reason(inner).replace('server', 'proxy', 1)}"
    reason = _what_broke(inner)
    return reason[0].lower() + reason[1:].replace("server", "proxy")
