"""What to make of a failure of the list-and-watch loop: what to say, and how long to wait.

Every wait is decided here, so that no failure of whatever kind can make the loop hammer a server.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

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
"""At least between two logins, for one may ask a person; also before what must first be mended."""
MISTAKE_CHARACTERS = 500
EMPTY_DOUBT_SECONDS = 5.0
"""How long after a suddenly empty list it is asked for again."""
RETRY_AFTER_MOST_SECONDS = 300.0
"""No server can send kubeimg away for longer than this."""


class EmptyListError(ConnectionLostError):
    """A list is empty that was not before, and has not been confirmed yet."""

    def __init__(self) -> None:
        super().__init__(
            "The server suddenly lists no nodes; it is asked again before that is believed"
        )


@dataclass(frozen=True, slots=True)
class FailurePolicy:
    """One failure.

    Attributes:
        reason: a sentence for a person.
        wait: seconds until the next try; None to wait until somebody asks for it.
        reconnect: whether to begin with a new connection, which reads the kubeconfig anew: it may
            have been mended.
    """

    phase: Phase
    reason: str
    wait: float | None
    reconnect: bool = False


class Backoff:
    """Waiting times that grow while trouble lasts.

    They double from `first` to `last` seconds, each spread by up to as much again so that many
    clients do not return at once, and begin anew after `calm` seconds without trouble. The figures
    are client-go's.
    """

    FIRST, LAST, CALM = 0.8, 30.0, 120.0

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        first: float = FIRST,
        last: float = LAST,
        calm: float = CALM,
    ) -> None:
        self._clock = clock
        self._first, self._last, self._calm = first, last, calm
        self._step = first
        self._last_trouble = -calm

    def next(self) -> float:
        """Seconds to wait after one more failure."""
        now = self._clock()
        if now - self._last_trouble > self._calm:
            self._step = self._first
        wait = self._step * (1 + random.random())
        self._step = min(self._step * 2, self._last)
        self._last_trouble = now + wait
        return wait

    def reset(self) -> None:
        """Start over: the person asked, or the trouble has ended."""
        self._step = self._first


def login_backoff() -> Backoff:
    """Between plugins that fail: each run may open a browser, and nobody may be there."""
    return Backoff(first=LOGIN_RETRY_SECONDS / 2, last=300.0, calm=3600.0)


def failure_policy(error: Exception, backoff: float) -> FailurePolicy:
    """What a failure means, where `backoff` seconds would be waited for any."""
    if not isinstance(error, ClusterError):
        mistake = plain(redact(repr(error)), MISTAKE_CHARACTERS)
        return FailurePolicy(Phase.RECONNECTING, f"kubeimg failed: {mistake}", backoff)
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
    asked = min(error.retry_after or 0.0, RETRY_AFTER_MOST_SECONDS)
    match error.code:
        case HTTPStatus.UNAUTHORIZED:
            return FailurePolicy(Phase.LOGIN_NEEDED, reason, max(patient, asked), reconnect=True)
        case HTTPStatus.FORBIDDEN:
            return FailurePolicy(Phase.FORBIDDEN, reason, max(backoff, asked), reconnect=True)
        case HTTPStatus.BAD_REQUEST:
            return FailurePolicy(Phase.MISCONFIGURED, reason, max(patient, asked))
        case _:
            return FailurePolicy(Phase.RECONNECTING, reason, max(backoff, asked))
