"""Counts the watches in a row that brought nothing, and judges those that brought something.

A watch that brings nothing looks the same whether nothing happens or a proxy holds it back. A
server's bookmarks do not decide it: it sends one about every minute and one about two seconds
before a watch ends, but only if its version has moved on (`k8s.io/apiserver`, storage/cacher).
Lists decide it: they show what watches should have brought.
"""

from collections.abc import Callable

LIST_AFTER = 2
"""This many silent watches in a row are followed by a list."""
POLL_AFTER = 3
"""This many silent watches in a row are followed by polling, where something was held back."""

_HELD_BACK = (
    "Lists show changes that the server's watches did not bring. "
    "A proxy on the way to the server may hold them back"
)
_LATE = (
    "What the server's watches bring arrives only when they end. "
    "A proxy on the way to the server may hold it back"
)


class SilentWatches:
    """The silent watches in a row, and what they say about the way to the server.

    A short watch gets through a proxy that passes everything on when the watch ends. So after
    silence short ones are requested for `remember` seconds. Confined to the reflector's thread;
    `now` is the monotonic clock.

    Attributes:
        count: the number of watches since one brought an event, or a list showed that there was
            none to bring.
    """

    def __init__(self, remember: float, now: Callable[[], float]) -> None:
        self._remember = remember
        self._now = now
        self.reset()

    def reset(self) -> None:
        """Forgets everything: the way to another server may differ."""
        self.count = 0
        self._reason = ""
        self._short_until = float("-inf")

    @property
    def reason(self) -> str:
        """Why watches are not trusted, a sentence for the user; "" while they are."""
        return self._reason if self.ask_for_short else ""

    @property
    def need_list(self) -> bool:
        """Whether only a list can show what has happened."""
        return self.count >= LIST_AFTER

    @property
    def need_polling(self) -> bool:
        """Whether lists take the place of watches."""
        return self.count >= POLL_AFTER and self.reason != ""

    @property
    def ask_for_short(self) -> bool:
        """Whether the next watch is to be a short one."""
        return self._now() < self._short_until

    def add(self, reason: str = "") -> None:
        """Counts one more; `reason` says what failed, "" where the watch was only silent."""
        self.count += 1
        if self.need_list:
            self._doubt(reason or self.reason)

    def add_unanswered(self, reason: str = "") -> None:
        """Counts one that is followed by a list at once: the server did not even answer."""
        self.count = max(self.count, LIST_AFTER - 1)
        self.add(reason)

    def compare(self, *, news: bool) -> None:
        """A list is complete; `news` is true if it brought a change that no watch had brought."""
        if self.need_list and not self.reason:
            if news:
                self._doubt(_HELD_BACK)
            else:
                self.count = 0

    def end(self, *, promptly: bool, late: bool) -> None:
        """A watch brought events: the last one `promptly` before its end, the first one `late`."""
        self.count = 0
        if promptly:
            self._reason = ""
        elif late:
            self._doubt(_LATE)

    def _doubt(self, reason: str) -> None:
        """Asks for short watches; `reason` is "" where nothing shows that any were held back."""
        self._reason = reason
        self._short_until = self._now() + self._remember
