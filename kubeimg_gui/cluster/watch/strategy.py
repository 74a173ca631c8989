"""Decides the next request of the list-and-watch loop from the outcome of earlier ones.

A streaming list brings list and watch in one request. Pages and polling are for servers that refuse
it, for failures of it, and for watches that bring nothing.
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
    ReadTimeoutError,
    UnreachableError,
)
from kubeimg_gui.cluster.timeouts import Timeouts
from kubeimg_gui.cluster.watch.backoff import EmptyListError
from kubeimg_gui.cluster.watch.silent_watches import SilentWatches

_UNANSWERED = (
    "The server answers lists but not watches. A proxy on the way to the server may hold them back"
)


@dataclass(frozen=True, slots=True)
class Intervals:
    """The seconds that the strategy waits or remembers.

    Attributes:
        short_watch: a watch that ends sooner and brought nothing is a failure (client-go's
            VeryShortWatchError).
        resume: how long a watch that has ended may take to continue before it is trouble.
        probe: how long a watch is requested to last after silent ones. Less than the 20 s after
            which the HAProxy of kubeadm's documentation cuts it.
        poll: between two lists where watching is forbidden or is held back.
        watch_again: after a watch in whose place lists came, until watching is tried again.
        remember: how long a server is remembered to have no streaming lists, or to have brought
            nothing by long watches; it may be upgraded, or the way to it may change.
        recheck: the first wait where watching was allowed before; it doubles each time. An API
            server that has just started forbids everything until it has read its own rules.
        failing: for how long watches may fail before lists take their place.
        prompt: an event that comes sooner before the end of a watch may have been held until then.
        late: a watch that brings its first event after so long, and then ends, held it back. A
            server sends a bookmark after a minute.
    """

    short_watch: float = 1.0
    resume: float = 3.0
    probe: float = 15.0
    poll: float = 30.0
    watch_again: float = 120.0
    remember: float = 3600.0
    recheck: float = 3.0
    failing: float = 60.0
    prompt: float = 0.25
    late: float = 50.0


@dataclass(frozen=True, slots=True)
class Polling:
    """Lists instead of a watch: every `seconds`, until `until` on the monotonic clock.

    `reason` says why; "" if the user chose polling.
    """

    seconds: float
    reason: str = ""
    until: float = float("inf")


@dataclass(slots=True)
class Watch:
    """One watch, as far as it went.

    Attributes:
        version: the resourceVersion that it began from.
        started: when it was requested, on the monotonic clock.
        answered: whether the server accepted it.
        first_event, last_event: when they came, on the monotonic clock; None if none did.
    """

    version: str
    started: float
    answered: bool = False
    first_event: float | None = None
    last_event: float | None = None


class WatchStrategy:
    """What a reflector does next; confined to its thread.

    Attributes:
        listed: the objects are known as of some version; the next request watches from it.
        polling: how objects are polled, None where they are watched.
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
        self._silent = SilentWatches(self._intervals.remember, self._now)
        self.reset()

    def reset(self) -> None:
        """Forgets everything about the server: the next one may differ."""
        self.listed = False
        self.polling = self._requested
        self._silent.reset()
        self._pages_next = self._resumable = False
        self._pages_until = float("-inf")
        self._listed_at = float("-inf")
        self._failing_since: float | None = None
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

    @property
    def confirms(self) -> bool:
        """Whether the next list is to show whether silent watches missed something."""
        return self._silent.need_list

    @property
    def probe_seconds(self) -> float | None:
        """How long the next watch is to last; None for the usual time."""
        return self._intervals.probe if self._silent.ask_for_short else None

    @property
    def distrust(self) -> Polling | None:
        """What is true although objects are watched: changes may be as late as if polled."""
        reason = self._silent.reason
        return Polling(self._intervals.poll, reason) if reason else None

    def resume_seconds(self, timeouts: Timeouts) -> float:
        """Returns how long the server may take to continue, now that a watch has ended.

        The answer to a watch may be held back as well, so after silent watches there is time for it
        to fail to come, and for a list to begin.
        """
        held = timeouts.answer_seconds if self._silent.ask_for_short else 0.0
        return self._intervals.resume + held

    def list_ended(self, *, news: bool = False) -> None:
        """A list is complete, in pages or streamed; `news` is true if it brought a change."""
        self.listed, self._listed_at = True, self._now()
        self._pages_next = self._resumable = False
        self._silent.compare(news=news)
        if self._silent.need_polling:
            watch_again = self._listed_at + self._intervals.watch_again
            until = self.polling.until if self.polling else watch_again
            self.polling = Polling(self._intervals.poll, self._silent.reason, until)

    def pages_failed(self, error: ClusterError) -> None:
        """A list in pages failed: the server itself has a problem, not only its watches.

        A list that silence called for is not needed then: the watch continues, and misses nothing.
        """
        if isinstance(error, EmptyListError):
            return
        self._silent.count = 0
        if self._resumable:
            self.listed, self._pages_next, self._resumable = True, False, False

    def version_lost(self) -> None:
        """The known version may belong to another history, so a list must follow."""
        self.listed = False

    def poll_waited(self, polling: Polling) -> None:
        """The wait between two lists is over."""
        if self._now() > polling.until:
            self.polling = None  # the watch continues from the last list
        else:
            self.listed = False

    def watch_opened(self) -> None:
        """The server accepted a watch."""
        self._watched, self._recheck_in = True, self._intervals.recheck

    def watch_ended(self, watch: Watch, version: str) -> None:
        """The server closed the watch cleanly at `version`.

        Raises ConnectionLostError where it closed too soon or before the list was complete.
        """
        if not self.listed:
            self._pages_next = True
            raise ConnectionLostError("The server closed the list before it was complete")
        self._expired_at_once = False
        before, self._ended_at_once = self._ended_at_once, self.is_short(watch.started)
        if self._ended_at_once and (before or version == watch.version):
            self._failed(watch, ConnectionLostError("The server closes the watch at once"))
        else:
            self._lived(watch)

    def watch_failed(self, watch: Watch, error: ClusterError) -> None:
        """A watch failed; raises the error unless the next request can follow at once."""
        match error:
            case InvalidResponseError():
                # The same version would bring the same response, so a list must come first.
                self.listed, self._stuck_at = self._stuck_at != watch.version, watch.version
                raise error
            case ApiError(code=HTTPStatus.FORBIDDEN):
                self._silent.reset()
                self.polling = self._polling_for(str(error))
                self.listed = self.is_short(self._listed_at)
            case ApiError(version_unusable=True):
                self._expired(watch, error)
            case ApiError(code=HTTPStatus.UNAUTHORIZED | HTTPStatus.TOO_MANY_REQUESTS):
                raise error
            case ReadTimeoutError() if not watch.answered:
                self._silent.add_unanswered(_UNANSWERED)
                self._list_next()
            case ReadTimeoutError():
                self._lived(watch, idle=True)
            case ConnectionLostError() if watch.answered and not self.is_short(watch.started):
                self._lived(watch)
            case _:
                self._failed(watch, error)

    def _lived(self, watch: Watch, *, idle: bool = False) -> None:
        """A watch ended after more than a moment; `idle` if kubeimg ended it for its silence."""
        self._expired_at_once = False
        self._failing_since = None
        if watch.first_event is None or watch.last_event is None or idle:
            self._silent.add()
        else:
            ended, intervals = self._now(), self._intervals
            held = ended - watch.first_event < intervals.prompt
            self._silent.end(
                promptly=ended - watch.last_event >= intervals.prompt,
                late=held and ended - watch.started >= intervals.late,
            )
        if self._silent.need_list:
            self._list_next()

    def _failed(self, watch: Watch, error: ClusterError) -> None:
        """Raises the error, unless lists have taken the place of watches that failed for long."""
        if watch.first_event is not None or isinstance(error, UnreachableError):
            self._failing_since = None
            raise error
        if self._failing_since is None:
            self._failing_since = self._now()
        if self._now() - self._failing_since > self._intervals.failing:
            self._silent.add(str(error))
            if self._silent.need_list:
                self._list_next()
            if self._silent.need_polling:
                return
        raise error

    def _list_next(self) -> None:
        self.listed, self._pages_next, self._resumable = False, True, True

    def _expired(self, watch: Watch, error: ApiError) -> None:
        """A list follows a version that cannot be used; raises the error the second time."""
        self.listed = False
        before, self._expired_at_once = self._expired_at_once, self.is_short(watch.started)
        if before and self._expired_at_once:
            raise error

    def _polling_for(self, reason: str) -> Polling:
        """Returns how to poll after a watch was forbidden."""
        now, intervals = self._now(), self._intervals
        if self._watched and self._recheck_in < intervals.poll:
            soon, self._recheck_in = self._recheck_in, self._recheck_in * 2
            return Polling(soon, reason, now)
        return Polling(intervals.poll, reason, now + intervals.watch_again)

    def list_failed(self, watch: Watch, error: ClusterError) -> None:
        """A watch failed before its list was complete; raises the error as `watch_failed` does.

        A server without streaming lists (before 1.34, or with the feature off) rejects the request
        as invalid, or ignores that it asks for a list and never ends it. A proxy that knows only
        ordinary lists may fail in any way, so pages are tried after every failure except those that
        pages would meet as well.
        """
        match error:
            case ApiError(code=HTTPStatus.UNPROCESSABLE_ENTITY) | EndlessListError():
                self._pages_until = self._now() + self._intervals.remember
                return
            case ReadTimeoutError():
                self._pages_until = self._now() + self._intervals.remember
                if watch.first_event is None:
                    self._silent.add_unanswered()
                return
            case ApiError(code=HTTPStatus.BAD_REQUEST | HTTPStatus.FORBIDDEN):
                self._pages_next = True
                return
            case ApiError(code=HTTPStatus.UNAUTHORIZED | HTTPStatus.TOO_MANY_REQUESTS):
                pass  # pages would fail the same way
            case ApiError() | ConnectionLostError():
                pages_fail = isinstance(error, EmptyListError | UnreachableError)
                self._pages_next = self._pages_next or not pages_fail
            case _:
                pass
        raise error

    def is_short(self, started: float) -> bool:
        """Whether a watch that started then, on the monotonic clock, lasted only a moment.

        The time of the list at its start does not count.
        """
        return self._now() - max(started, self._listed_at) < self._intervals.short_watch
