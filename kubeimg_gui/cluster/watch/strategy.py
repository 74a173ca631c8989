"""Decides the next request of the list-and-watch loop from the outcome of earlier ones.

A streaming list brings list and watch in one request. Pages and polling are for servers that refuse
it, and for failures of it.
"""

from dataclasses import dataclass
from http import HTTPStatus

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    ConnectionLostError,
    EndlessListError,
    InvalidResponseError,
    UnreachableError,
)
from kubeimg_gui.cluster.watch.backoff import EmptyListError


@dataclass(frozen=True, slots=True)
class Intervals:
    """The seconds that the strategy waits or remembers.

    Attributes:
        short_watch: a watch that ends sooner and brought nothing is a failure (client-go's
            VeryShortWatchError).
        poll: between two lists where watching is forbidden.
        watch_again: after a forbidden watch, until watching is tried again.
        pages: how long a server is remembered to have no streaming lists; it may be upgraded.
        recheck: the first wait where watching was allowed before; it doubles each time. An API
            server that has just started forbids everything until it has read its own rules.
    """

    short_watch: float = 1.0
    poll: float = 30.0
    watch_again: float = 120.0
    pages: float = 3600.0
    recheck: float = 3.0


@dataclass(frozen=True, slots=True)
class Polling:
    """Lists instead of a watch: every `seconds`, until `until` on the monotonic clock.

    `reason` says why; "" if the user chose polling.
    """

    seconds: float
    reason: str = ""
    until: float = float("inf")


class WatchStrategy:
    """What a reflector does next; confined to its thread.

    Attributes:
        listed: the objects are known as of some version; the next request watches from it.
        polling: how objects are polled, None where they are watched.
        latest: the next list asks for no version, since the known version cannot be used.
    """

    def __init__(
        self,
        poll_seconds: float | None,
        intervals: Intervals | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._requested = Polling(poll_seconds) if poll_seconds else None
        self._intervals = intervals or Intervals()
        self._now = (clock or Clock()).monotonic
        self.reset()

    def reset(self) -> None:
        """Forgets everything about the server: the next one may differ."""
        self.listed = self.latest = False
        self.polling = self._requested
        self._pages_next = False
        self._pages_until = float("-inf")
        self._listed_at = float("-inf")
        self._watched = False
        self._recheck_in = self._intervals.recheck
        self._expired_at_once = False
        self._ended_at_once = False
        self._stuck_at = ""

    @property
    def needs_pages(self) -> bool:
        """Whether the next request is a list in pages."""
        by_pages = self.polling or self._pages_next or self._now() < self._pages_until
        return bool(by_pages) and not self.listed

    def list_ended(self) -> None:
        """A list is complete, in pages or streamed."""
        self.listed, self._listed_at = True, self._now()
        self.latest = self._pages_next = False

    def poll_waited(self, polling: Polling) -> None:
        """The wait between two lists is over."""
        if self._now() > polling.until:
            self.polling = None  # the watch continues from the last list
        else:
            self.listed = False

    def watch_opened(self) -> None:
        """The server accepted a watch."""
        self._watched, self._recheck_in = True, self._intervals.recheck

    def watch_lived(self) -> None:
        """A watch that was not short broke or timed out: earlier failures no longer count."""
        self._expired_at_once = False

    def watch_ended(self, started: float, *, moved: bool) -> None:
        """The server closed the watch cleanly. `moved` is true if the version advanced.

        Raises ConnectionLostError where it closed too soon or before the list was complete.
        """
        if not self.listed:
            self._pages_next = True
            raise ConnectionLostError("The server closed the list before it was complete")
        self._expired_at_once = False
        before, self._ended_at_once = self._ended_at_once, self.is_short(started)
        if self._ended_at_once and (before or not moved):
            raise ConnectionLostError("The server closes the watch at once")

    def watch_failed(self, error: ClusterError, started: float, version: str) -> None:
        """A watch from `version` failed; raises the error unless the next request can follow."""
        if isinstance(error, InvalidResponseError):
            # The same version would bring the same response, so a list must come first.
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
        """Returns how to poll after a watch was forbidden."""
        now, intervals = self._now(), self._intervals
        if self._watched and self._recheck_in < intervals.poll:
            soon, self._recheck_in = self._recheck_in, self._recheck_in * 2
            return Polling(soon, reason, now)
        return Polling(intervals.poll, reason, now + intervals.watch_again)

    def list_failed(self, error: ClusterError) -> None:
        """A watch failed before its list was complete; raises the error as `watch_failed` does.

        A server without streaming lists (before 1.34, or with the feature off) rejects the request
        as invalid. A proxy that knows only ordinary lists may fail in any way, so pages are tried
        after every failure except those that pages would meet as well.
        """
        match error:
            case ApiError(code=HTTPStatus.UNPROCESSABLE_ENTITY):
                self._pages_until = self._now() + self._intervals.pages
                return
            case ApiError(code=HTTPStatus.BAD_REQUEST | HTTPStatus.FORBIDDEN):
                self._pages_next = True
                return
            case ApiError(version_unusable=True) if not self.latest:
                self.latest = True
                return
            case EndlessListError():
                self._pages_until = self._now() + self._intervals.pages
            case ApiError(code=HTTPStatus.UNAUTHORIZED | HTTPStatus.TOO_MANY_REQUESTS):
                pass  # pages would fail the same way
            case EmptyListError() | UnreachableError():
                pass
            case ApiError() | ConnectionLostError():
                self._pages_next = True
            case _:
                pass
        raise error

    def is_short(self, started: float) -> bool:
        """Whether a watch that started then, on the monotonic clock, lasted only a moment.

        The time of the list at its start does not count.
        """
        return self._now() - max(started, self._listed_at) < self._intervals.short_watch
