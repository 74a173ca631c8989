"""Maps a failure of the list-and-watch loop to a reason for the user and a wait.

Every wait is decided here, so that no failure can make the loop flood a server with requests.
"""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    ConnectionLostError,
    CredentialsError,
    KubeconfigError,
    LoginCancelledError,
)
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.text.redaction import redact
from kubeimg_gui.text.sanitize import plain

LOGIN_RETRY_SECONDS = 30.0
"""The shortest wait between two logins, which may ask the user, and after a bad request."""
INTERNAL_ERROR_CHARACTERS = 500
EMPTY_DOUBT_SECONDS = 5.0
"""The shortest wait before a suddenly empty list is requested again."""
RETRY_AFTER_MOST_SECONDS = 300.0
"""The longest wait that a server can ask for."""


class EmptyListError(ConnectionLostError):
    """A list is empty that was not empty before, and no second list has confirmed it."""

    def __init__(self) -> None:
        super().__init__(
            "The server suddenly returned an empty list; kubeimg requests it again to confirm"
        )


@dataclass(frozen=True, slots=True)
class FailurePolicy:
    """What to do after one failure.

    Attributes:
        reason: a sentence for the user.
        wait: seconds until the next try; None to wait until the user asks.
        reconnect: whether to open a new connection, which reads the kubeconfig again: the user may
            have corrected it.
    """

    phase: Phase
    reason: str
    wait: float | None
    reconnect: bool = False


class Backoff:
    """Waits that grow while failures follow each other.

    They double from `first` to `last` seconds. Each is extended by a random share of up to its own
    length, so that many clients do not return at once. They start over after `calm` seconds without
    a failure. The defaults are client-go's. Any thread may call `reset`.
    """

    FIRST, LAST, CALM = 0.8, 30.0, 120.0

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        first: float = FIRST,
        last: float = LAST,
        calm: float = CALM,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._now = (clock or Clock()).monotonic
        self._first = first
        self._last = last
        self._calm = calm
        self._jitter = jitter
        self._lock = threading.Lock()
        self._step = first
        self._last_failure = float("-inf")

    def next(self) -> float:
        """Returns the seconds to wait after one more failure."""
        with self._lock:
            now = self._now()
            if now - self._last_failure > self._calm:
                self._step = self._first
            wait = self._step * (1 + self._jitter())
            self._step = min(self._step * 2, self._last)
            self._last_failure = now + wait
            return wait

    def reset(self) -> None:
        """Starts over: the user asked, or the failures have ended."""
        with self._lock:
            self._step = self._first


def login_backoff(clock: Clock | None = None) -> Backoff:
    """Returns the waits between failing logins: each may open a browser while the user is away."""
    return Backoff(clock, first=LOGIN_RETRY_SECONDS / 2, last=300.0, calm=3600.0)


def failure_policy(error: Exception | SystemExit, backoff: float) -> FailurePolicy:
    """Returns what to do after `error`; `backoff` is the wait after an ordinary failure."""
    if not isinstance(error, ClusterError):
        text = plain(redact(repr(error)), INTERNAL_ERROR_CHARACTERS)
        return FailurePolicy(Phase.RECONNECTING, f"Internal error in kubeimg: {text}", backoff)
    reason, patient = str(error), max(backoff, LOGIN_RETRY_SECONDS)
    match error:
        case LoginCancelledError():
            return FailurePolicy(Phase.LOGIN_NEEDED, reason, None, reconnect=True)
        case CredentialsError():
            return FailurePolicy(Phase.LOGIN_NEEDED, reason, patient, reconnect=True)
        case KubeconfigError():
            return FailurePolicy(Phase.MISCONFIGURED, reason, backoff, reconnect=True)
        case EmptyListError():
            return FailurePolicy(Phase.RECONNECTING, reason, max(backoff, EMPTY_DOUBT_SECONDS))
        case ApiError():
            return _refusal(error, backoff, patient)
        case _:
            return FailurePolicy(Phase.RECONNECTING, reason, backoff, reconnect=True)


def _refusal(error: ApiError, backoff: float, patient: float) -> FailurePolicy:
    reason = str(error)
    requested = min(error.retry_after or 0.0, RETRY_AFTER_MOST_SECONDS)
    match error.code:
        case HTTPStatus.UNAUTHORIZED:
            wait = max(patient, requested)
            return FailurePolicy(Phase.LOGIN_NEEDED, reason, wait, reconnect=True)
        case HTTPStatus.FORBIDDEN:
            wait = max(backoff, requested)
            return FailurePolicy(Phase.FORBIDDEN, reason, wait, reconnect=True)
        case HTTPStatus.BAD_REQUEST:
            return FailurePolicy(Phase.MISCONFIGURED, reason, max(patient, requested))
        case _:
            return FailurePolicy(Phase.RECONNECTING, reason, max(backoff, requested))
