"""What can go wrong between kubeimg and a cluster, each as a sentence for a person.

Callers decide by the class what to do; the text says what happened, where, and what to do next,
and never carries a secret.
"""

import ssl
from http import HTTPStatus

import msgspec
from urllib3 import exceptions as urllib3_errors


class ClusterError(Exception):
    """Anything that keeps kubeimg from a cluster; its text is one sentence."""


class KubeconfigError(ClusterError):
    """The kubeconfig names nothing to connect to, or cannot be read."""


class CredentialsError(ClusterError):
    """No usable credentials came out of the kubeconfig or its plugin."""


class LoginCancelledError(CredentialsError):
    """The person called off a credential plugin, and does not want it to run again by itself."""


class ConnectionLostError(ClusterError):
    """No connection, or it broke; trying again may help.

    Where it broke after a request was sent, nobody knows whether the server did what was asked.
    """


class NotReachedError(ConnectionLostError):
    """No connection came about, so nothing was sent."""


class UnreadableAnswerError(ConnectionLostError):
    """What came is not what an API server answers; asking anew may bring the same again."""


class SilentServerError(ConnectionLostError):
    """Nothing came for as long as was waited: the connection is dead, or the server is."""


class StoppedError(ClusterError):
    """The connection was closed from our side; nothing went wrong."""


class NodeGoneError(ClusterError):
    """The node that was meant is no longer there."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The node {name!r} is no longer there")


class NodeReplacedError(ClusterError):
    """The node that was meant is gone, and another one bears its name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The node {name!r} is no longer the one that was meant: another bears its name now, "
            "and was left as it is"
        )


class ApiError(ClusterError):
    """The server answered with an error.

    Attributes:
        code: the HTTP status, or the code of a Status object within a watch.
        reason: the machine-readable reason of the Status object, may be empty.
        retry_after: seconds the server asks to wait, None where it does not say.
    """

    def __init__(
        self, code: int, reason: str, message: str, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.retry_after = retry_after

    @property
    def expired(self) -> bool:
        """Whether the resourceVersion or the continue token asked for is no longer known."""
        return self.code == HTTPStatus.GONE

    @property
    def version_too_large(self) -> bool:
        """Whether the server does not know the resourceVersion asked for *yet*."""
        return self.reason == "Timeout" and "Too large resource version" in str(self)


class _Cause(msgspec.Struct):
    reason: str = ""


class _Details(msgspec.Struct):
    causes: list[_Cause] | None = None
    retryAfterSeconds: int | None = None  # noqa: N815  (the API's own name)


class _Status(msgspec.Struct):
    message: str = ""
    reason: str = ""
    code: int = 0
    details: _Details | None = None


_STATUS = msgspec.json.Decoder(_Status)


def api_error(code: int, body: bytes, retry_after: str | None = None) -> ApiError:
    """Read an error answer: a Status object where the body is one, else the bare code.

    `retry_after` is the header's text; a date in it is ignored, as client-go does.
    """
    try:
        status = _STATUS.decode(body)
    except (msgspec.MsgspecError, RecursionError, ValueError):  # as in codec_json
        status = _Status()
    code = status.code if status.code in range(400, 600) else code
    decimal = retry_after and retry_after.isascii() and retry_after.isdecimal()
    wait = float(retry_after) if retry_after and decimal else None
    message = status.message or _phrase(code)
    if status.details and wait is None and status.details.retryAfterSeconds:
        wait = float(status.details.retryAfterSeconds)
    return ApiError(code, status.reason, f"The server says: {message} ({code})", wait)


def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return "an error without a name"


def connection_error(error: Exception, server: str) -> ConnectionLostError:
    """Say in a sentence what broke on the way to `server`."""
    cause: BaseException = error
    while isinstance(cause, urllib3_errors.MaxRetryError) and cause.reason:
        cause = cause.reason
    kind = ConnectionLostError
    if isinstance(cause, _BEFORE_SENDING):
        kind = NotReachedError
    elif isinstance(cause, urllib3_errors.ReadTimeoutError):
        kind = SilentServerError
    return kind(f"{_what_broke(cause)} ({server})")


_BEFORE_SENDING = (
    urllib3_errors.NameResolutionError,
    urllib3_errors.NewConnectionError,
    urllib3_errors.ConnectTimeoutError,
    urllib3_errors.ProxyError,
)


def _what_broke(cause: BaseException) -> str:
    match cause:
        case urllib3_errors.NameResolutionError():
            return "The server's name cannot be resolved"
        case urllib3_errors.NewConnectionError():
            refused = "refused" in str(cause)
            return "The server refuses the connection" if refused else "The server is not reached"
        case urllib3_errors.ConnectTimeoutError():
            return "The server does not accept the connection in time"
        case urllib3_errors.ReadTimeoutError():
            return "The server is silent"
        case urllib3_errors.ProxyError():
            return "The proxy does not connect to the server"
        case urllib3_errors.SSLError() | ssl.SSLError():
            return f"The secure connection fails: {_ssl_reason(cause)}"
        case _:
            return "The connection broke"


def _ssl_reason(cause: BaseException) -> str:
    inner = cause.args[0] if cause.args else cause
    if isinstance(inner, ssl.SSLCertVerificationError):
        return inner.verify_message
    if isinstance(inner, ssl.SSLError) and inner.reason:
        return inner.reason.replace("_", " ").lower()
    return "the handshake failed"
