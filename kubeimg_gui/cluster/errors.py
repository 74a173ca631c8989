"""Errors of the access to a cluster, each with a sentence for the user.

Callers decide by the class. The text says what failed, where, and what to do next, and contains no
secret.
"""

from http import HTTPStatus


class ClusterError(Exception):
    """Base class; the text is one sentence."""


class KubeconfigError(ClusterError):
    """The kubeconfig cannot be read, or lacks what a connection needs."""


class CredentialsError(ClusterError):
    """The kubeconfig or its plugin gives no usable credentials."""


class LoginCancelledError(CredentialsError):
    """The user cancelled a credential plugin; it does not run again unless the user asks."""


class ConnectionLostError(ClusterError):
    """Cannot connect, or the connection was lost; a retry may succeed.

    If it was lost after a request was sent, the outcome on the server is unknown.
    """


class UnreachableError(ConnectionLostError):
    """Cannot connect; no request was sent."""


class InvalidResponseError(ConnectionLostError):
    """The response is not one of an API server; a retry may bring the same response."""


class EndlessListError(InvalidResponseError):
    """The initial list of a watch does not end, though the watch continues."""

    def __init__(self) -> None:
        super().__init__("The server did not end the initial list of its watch")


class ReadTimeoutError(ConnectionLostError):
    """The server sent nothing within the timeout."""


class StoppedError(ClusterError):
    """kubeimg closed the connection; not a failure."""


class NodeGoneError(ClusterError):
    """The node no longer exists."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The node {name!r} no longer exists")


class NodeReplacedError(ClusterError):
    """The node was replaced by another one of the same name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The node {name!r} was replaced by another node of that name, which was not changed"
        )


class ApiError(ClusterError):
    """The server responded with an error.

    Attributes:
        code: the HTTP status, or the code of a Status object within a watch.
        reason: the machine-readable reason of the Status object, "" where it has none.
        retry_after: seconds to wait before a retry; None where the server does not say.
    """

    def __init__(
        self, code: int, reason: str, message: str, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.retry_after = retry_after

    @property
    def version_unusable(self) -> bool:
        """Whether the server cannot serve the requested resourceVersion or continue token.

        It is too old, too new or not valid for this server.
        """
        message = str(self)
        return (
            self.code == HTTPStatus.GONE
            or (self.reason == "Timeout" and "Too large resource version" in message)
            or "resourceVersion: Invalid value" in message
        )
