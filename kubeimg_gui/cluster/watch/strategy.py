"""Which request comes next in the list-and-watch loop, by what became of those before.

A watch that begins with the list brings both in one request; pages of a list, and polling, are for
servers that refuse it, and for what went wrong with it.
"""

import time
from dataclasses import dataclass
from http import HTTPStatus

from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    ConnectionLostError,
    EndlessListError,
    InvalidResponseError,
    UnreachableError,
)
from kubeimg_gui.cluster.watch.backoff import EmptyListError

SHORT_WATCH_SECONDS = 1.0
"""A watch that ends sooner and brought nothing is a failure (client-go's VeryShortWatchError)."""
POLL_SECONDS = 30.0
"""Between two lists where watching is forbidden."""
WATCH_AGAIN_SECONDS = 120.0
"""How long after watching was forbidden it is tried again."""
PAGES_SECONDS = 3600.0
"""How long it is remembered of a server that it has no streaming lists; it may learn them."""
RECHECK_SECONDS = 3.0
"""How long after it was forbidden that was allowed before; twice as long each further time. An API
server that has just started forbids everything until it has read its own rules."""


@dataclass(frozen=True, slots=True)
class Polling:
    """Lists instead of a watch: how often, why ("" for: as asked), until when."""

    seconds: float
    reason: str = ""
    until: float = float("inf")


class WatchStrategy:
    """What a reflector does next; confined to its thread.

    Attributes:
        listed: the nodes are known as of some version; what follows it is to be watched.
        polling: how nodes are polled, None where they are watched.
        latest: the next list asks for no version, since the one that is known leads nowhere.
    """

    def __init__(self, poll_seconds: float | None) -> None:
        self._asked = Polling(poll_seconds) if poll_seconds else None
        self.reset()

    def reset(self) -> None:
        """Another server: neither versions nor what it allows and can do are as they were."""
        self.listed = self.latest = False
        self.polling = self._asked
        self._pages_next = False
        self._pages_until = 0.0
        self._listed_at = 0.0
        self._watched = False
        self._recheck_in = RECHECK_SECONDS
        self._expired_at_once = False
        self._ended_at_once = False
        self._stuck_at = ""

    @property
    def needs_pages(self) -> bool:
        """Whether a list is due, and by pages."""
        by_pages = self.polling or self._pages_next or time.monotonic() < self._pages_until
        return bool(by_pages) and not self.listed

    def list_ended(self) -> None:
        """A list is complete, by whatever way."""
        self.listed, self._listed_at = True, time.monotonic()
        self.latest = self._pages_next = False

    def poll_waited(self, polling: Polling) -> None:
        """The time between two lists is over."""
        if time.monotonic() > polling.until:
            self.polling = None  # and the watch goes on from the last list
        else:
            self.listed = False

    def watch_opened(self) -> None:
        """The server lets a watch begin."""
        self._watched, self._recheck_in = True, RECHECK_SECONDS

    def watch_lived(self) -> None:
        """A watch that was more than short broke or fell silent: an old trouble has ended."""
        self._expired_at_once = False

    def watch_ended(self, started: float, *, moved: bool) -> None:
        """The server ended a watch in good order; `moved`: it told something.

        Raises ConnectionLostError where that happens too soon, or before its list was complete.
        """
        if not self.listed:
            self._pages_next = True
            raise ConnectionLostError("The server ends its list before it is complete")
        self._expired_at_once = False
        before, self._ended_at_once = self._ended_at_once, self.is_short(started)
        if self._ended_at_once and (before or not moved):
            raise ConnectionLostError("The server ends the watch at once")

    def watch_failed(self, error: ClusterError, started: float, version: str) -> None:
        """A watch from `version` failed; raises the error where nothing leads past it at once."""
        if isinstance(error, InvalidResponseError):
            # The same again for the same version: only a list leads past it.
            self.listed, self._stuck_at = self._stuck_at != version, version
        elif isinstance(error, ApiError) and error.code == HTTPStatus.FORBIDDEN:
            self.polling = self._polling_for(str(error))
            self.listed = self.is_short(self._listed_at)
            return
        elif isinstance(error, ApiError) and error.version_unusable:
            self.listed = False
            before, self._expired_at_once = self._expired_at_once, self.is_short(started)
            if not (before and self._expired_at_once):
                return
        raise error

    def _polling_for(self, reason: str) -> Polling:
        """How to poll where a watch was forbidden."""
        now = time.monotonic()
        if self._watched and self._recheck_in < POLL_SECONDS:
            soon, self._recheck_in = self._recheck_in, self._recheck_in * 2
            return Polling(soon, reason, now)
        return Polling(POLL_SECONDS, reason, now + WATCH_AGAIN_SECONDS)

    def list_failed(self, error: ClusterError) -> None:
        """A watch failed before the list that it begins with was complete; raises as above.

        A server without such lists (before 1.34, or told so) refuses the question as invalid.
        Where something between knows only of ordinary lists it may be anything, so that pages are
        tried after every failure but those that they would meet as well.
        """
        match error:
            case ApiError(code=HTTPStatus.UNPROCESSABLE_ENTITY):
                self._pages_until = time.monotonic() + PAGES_SECONDS
                return
            case ApiError(code=HTTPStatus.BAD_REQUEST | HTTPStatus.FORBIDDEN):
                self._pages_next = True
                return
            case ApiError(version_unusable=True) if not self.latest:
                self.latest = True
                return
            case EndlessListError():
                self._pages_until = time.monotonic() + PAGES_SECONDS
            case ApiError(code=HTTPStatus.UNAUTHORIZED | HTTPStatus.TOO_MANY_REQUESTS):
                pass  # pages would meet the same
            case EmptyListError() | UnreachableError():
                pass
            case ApiError() | ConnectionLostError():
                self._pages_next = True
            case _:
                pass
        raise error

    def is_short(self, started: float) -> bool:
        """Whether a watch from then, on the monotonic clock, has lived for a moment only.

        The list that it may have begun with does not count.
        """
        return time.monotonic() - max(started, self._listed_at) < SHORT_WATCH_SECONDS
