"""What can go wrong between kubeimg and a cluster, each as a sentence for a person.

Callers decide by the class what to do; the text says what happened, where, and what to do next,
and never carries a secret.
"""

from http import HTTPStatus


class ClusterError(Exception):
    """Anything that keeps kubeimg from a cluster; its text is one sentence."""


class KubeconfigError(ClusterError):
    """The kubeconfig names nothing to connect to, or cannot be read."""


class CredentialsError(ClusterError):
    """No usable credentials came out of the kubeconfig or its plugin."""


class LoginCancelledError(CredentialsError):
    """A credential plugin was called off, and is not to run again by itself."""


class ConnectionLostError(ClusterError):
    """No connection, or it broke; trying again may help.

    Where it broke after a request was sent, nobody knows whether the server did what was asked.
    """


class UnreachableError(ConnectionLostError):
    """No connection came about, so nothing was sent."""


class InvalidResponseError(ConnectionLostError):
    """What came is not what an API server answers; asking anew may bring the same again."""


class EndlessListError(InvalidResponseError):
    """The list that a watch begins with does not come to its end, though the watch goes on."""

    def __init__(self) -> None:
        super().__init__("The server does not end the list that its watch begins with")


class ReadTimeoutError(ConnectionLostError):
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
    def version_unusable(self) -> bool:
        """Whether the resourceVersion, or the continue token, asked for leads nowhere.

        The server no longer knows it, does not know it *yet*, or takes it for none.
        """
        told = str(self)
        return (
            self.code == HTTPStatus.GONE
            or (self.reason == "Timeout" and "Too large resource version" in told)
            or "resourceVersion: Invalid value" in told
        )
