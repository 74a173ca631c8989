"""Counts the watches in a row that brought nothing.

A watch that brings nothing looks the same whether nothing happens or a proxy holds it back. An API
server breaks the silence: it sends a bookmark about every minute, and another one two seconds
before the watch ends (`k8s.io/apiserver/pkg/storage/cacher`). So after a few silent watches lists
take over, and show whether there was something to bring.
"""

from collections.abc import Callable

LIST_AFTER = 2
"""This many silent watches in a row are followed by a list."""
POLL_AFTER = 3
"""This many silent watches in a row are followed by polling."""

_BRINGS_NOTHING = "The server's watches bring nothing, not even bookmarks"
_LATE = (
    "What the server's watches bring arrives only when they end. "
    "A proxy on the way to the server may hold it back"
)
_HELD_BACK = (
    "Lists show changes that the server's watches did not bring. "
    "A proxy on the way to the server may hold them back"
)


class SilentWatches:
    """The silent watches in a row, and what they say about the way to the server.

    A short watch gets through a proxy that passes everything on when the watch ends. So after
    silence short ones are requested for `remember` seconds. Confined to the reflector's thread;
    `now` is the monotonic clock.

    Attributes:
        count: the number of watches since one brought an event.
        reason: why watches are not trusted, a sentence for the user; "" while they are.
    """

    def __init__(self, remember: float, now: Callable[[], float]) -> None:
        self._remember = remember
        self._now = now
        self.reset()

    def reset(self) -> None:
        """Forgets everything: the way to another server may differ."""
        self.count = 0
        self.reason = ""
        self._short_until = float("-inf")

    @property
    def need_list(self) -> bool:
        """Whether only a list can tell what has happened."""
        return self.count >= LIST_AFTER

    @property
    def need_polling(self) -> bool:
        """Whether lists take the place of watches."""
        return self.count >= POLL_AFTER

    @property
    def ask_for_short(self) -> bool:
        """Whether the next watch is to be a short one."""
        return self.need_list or self._now() < self._short_until

    def add(self, reason: str = "") -> None:
        """Counts one more; `reason` says what failed, "" where the watch was only silent."""
        self.count += 1
        if self.need_list:
            self._ask_for_short()
            self.reason = reason or self.reason
        if self.need_polling:
            self.reason = self.reason or _BRINGS_NOTHING

    def add_unanswered(self, reason: str = "") -> None:
        """Counts one that is followed by a list at once: the server did not even answer."""
        self.count = max(self.count, LIST_AFTER - 1)
        self.add(reason)

    def end(self, *, promptly: bool | None) -> None:
        """A watch brought an event; `promptly` is None if it was too short to tell.

        It is false where all events came only as the watch ended.
        """
        self.count = 0
        if promptly:
            self.reason = ""
        elif promptly is False:
            self.reason = _LATE
            self._ask_for_short()

    def compare(self, *, news: bool) -> None:
        """A list is complete; `news` is true if it brought a change that no watch had brought."""
        if self.need_list and news and self.reason in ("", _BRINGS_NOTHING):
            self.reason = _HELD_BACK

    def _ask_for_short(self) -> None:
        self._short_until = self._now() + self._remember
