"""The objects as last known; turns what a reflector reads into changes.

A heartbeat that changes no field of the record produces no change.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.state import ConnectionState, Phase


class Record(Protocol):
    """What a store requires of a record."""

    @property
    def key(self) -> str:
        """`namespace/name`, or the name of an object without a namespace."""
        ...

    @property
    def uid(self) -> str:
        """Another uid under the same key is another object."""
        ...


T = TypeVar("T", bound=Record)
T_contra = TypeVar("T_contra", contravariant=True)
C = TypeVar("C")
C_co = TypeVar("C_co", covariant=True)


class Compare(Protocol[T_contra, C_co]):
    """Computes the change from one record of an object to the next."""

    def __call__(
        self, old: T_contra | None, new: T_contra | None, *, at: float, initial: bool = False
    ) -> C_co | None:
        """Returns None where nothing that the record holds has changed."""
        ...


class Store(Generic[T, C]):
    """Records by key; a reflector's sink.

    The reflector's thread writes it, any thread reads it; every field is guarded by `changed`.
    `notify` receives every change and state in order while the lock is held, so it must only pass
    them on.

    Records of the first list are published as they arrive. A later list is collected and compared
    when it is complete, so that nothing flickers and no deletion in between is missed.
    """

    def __init__(
        self,
        compare: Compare[T, C],
        notify: Callable[[C | ConnectionState], None],
        clock: Clock | None = None,
    ) -> None:
        self.changed = threading.Condition(threading.RLock())
        self._clock = clock or Clock()
        self._state = ConnectionState(Phase.CONNECTING, self._clock.wall())
        self._compare = compare
        self._notify = notify
        self._records: dict[str, T] = {}
        self._listed: dict[str, T] | None = None
        self._unreadable: set[str] = set()
        self._skipped = 0
        self._synced = False
        self._news = False
        self._resuming: tuple[float, str] | None = None

    # Any thread.

    @property
    def state(self) -> ConnectionState:
        """The last state that was published."""
        with self.changed:
            return self._state

    def get(self, key: str) -> T | None:
        """Returns the record as last known."""
        with self.changed:
            return self._records.get(key)

    def snapshot(self) -> Mapping[str, T]:
        """Returns all records as last known, by key; the mapping never changes."""
        with self.changed:
            return MappingProxyType(dict(self._records))

    def initial_changes(self) -> list[C]:
        """Returns an addition for every known record, for a handler that joins late."""
        with self.changed:
            now = self._clock.wall()
            found = [
                self._compare(None, record, at=now, initial=True)
                for record in self._records.values()
            ]
            return [change for change in found if change is not None]

    # The sink: the reflector's thread.

    def list_started(self) -> None:
        """See `Sink`."""
        with self.changed:
            self._listed, self._unreadable = {}, set()
            self._news = False

    def listed(self, record: T) -> None:
        """Collects a record; publishes it at once during the first list."""
        with self.changed:
            assert self._listed is not None, "the list has started"
            self._resuming = None
            self._listed[record.key] = record
            if not self._synced:
                self.applied(record)

    @property
    def list_is_suddenly_empty(self) -> bool:
        """See `Sink`."""
        with self.changed:
            return bool(self._records) and not self._listed and not self._unreadable

    @property
    def is_empty(self) -> bool:
        """See `Sink`."""
        with self.changed:
            return not self._records

    def holds(self, record: T) -> bool:
        """See `Sink`."""
        with self.changed:
            known = self._records.get(record.key)
            return known is not None and known.uid == record.uid

    def list_ended(self) -> bool:
        """Publishes the departures, then the rest; returns whether there was anything to publish.

        An object whose entry could not be read is not gone. No object is gone while an entry
        without a key may be its entry.
        """
        with self.changed:
            listed: dict[str, T] = self._listed or {}
            self._listed = None
            missing = set(self._records) - listed.keys() - self._unreadable
            if "" in self._unreadable:
                self._unreadable |= missing
                missing.clear()
            synced = self._synced
        for key in missing:
            self.removed(key)
        if synced:
            for record in listed.values():
                self.applied(record)
        with self.changed:
            self._synced = True
            return self._news

    def applied(self, record: T) -> None:
        """Stores a record and publishes the change; a new uid is a deletion and an addition."""
        with self.changed:
            key = record.key
            self._clear_unreadable(key)
            old = self._records.get(key)
            if old is not None and old.uid != record.uid:
                self._remove(key)
                old = None
            self._put(old, self._accept(old, record))

    def removed(self, key: str) -> None:
        """Forgets an object; ignores an unknown one.

        During a later list it only drops the object from that list, whose end publishes it.
        """
        with self.changed:
            self._clear_unreadable(key)
            if self._listed is not None:
                self._listed.pop(key, None)
                if self._synced:
                    return
            self._remove(key)

    def skipped(self, key: str) -> None:
        """Marks an object as unreadable: its record may be out of date."""
        with self.changed:
            self._skipped += 1
            self._unreadable.add(key)
            if self._listed is None:
                self._publish_unreadable()
            else:
                self._listed.pop(key, None)

    def progressed(
        self,
        phase: Phase,
        *,
        remaining: int | None = None,
        reason: str = "",
        wait: float | None = None,
        poll_seconds: float | None = None,
    ) -> None:
        """Publishes the state; `since` is kept while the phase stays."""
        with self.changed:
            self._resuming = None
            now = self._clock.wall()
            syncing, listed = phase is Phase.SYNCING, len(self._listed or ())
            self._publish(
                ConnectionState(
                    phase,
                    since=self._state.since if self._state.phase is phase else now,
                    known=listed if syncing else len(self._records),
                    total=None if remaining is None else listed + remaining,
                    reason=reason,
                    next_try=None if wait is None else now + wait,
                    poll_seconds=poll_seconds,
                    unreadable=tuple(sorted(self._unreadable)),
                    skipped=self._skipped,
                )
            )

    def resuming(self, reason: str, seconds: float) -> None:
        """See `Sink`."""
        with self.changed:
            self._resuming = (self._clock.monotonic() + seconds, reason)
            self.changed.notify_all()

    # Steps that depend on time; a store that has more of them extends both.

    def next_due(self) -> float | None:
        """Returns when `settle` has something to do, on the monotonic clock; None for never."""
        with self.changed:
            return self._resuming[0] if self._resuming else None

    def settle(self, now: float) -> None:
        """Runs the steps due at `now`, on the monotonic clock; any thread."""
        with self.changed:
            if self._resuming and self._resuming[0] <= now:
                self.progressed(Phase.RECONNECTING, reason=self._resuming[1], wait=0.0)

    # Under the lock.

    def _accept(self, old: T | None, new: T) -> T:
        """Returns the record to store for `new`; a subclass may correct it."""
        del old
        return new

    def _put(self, old: T | None, new: T) -> None:
        change = self._compare(old, new, at=self._clock.wall(), initial=not self._synced)
        if change is not None:
            self._records[new.key] = new
            self._news = True
            self._notify(change)

    def _remove(self, key: str) -> None:
        old = self._records.pop(key, None)
        change = self._compare(old, None, at=self._clock.wall())
        if change is not None:
            self._news = True
            self._notify(change)

    def _clear_unreadable(self, key: str) -> None:
        """Clears the object's unreadable mark."""
        if key in self._unreadable:
            self._unreadable.discard(key)
            if self._listed is None:
                self._publish_unreadable()

    def _publish_unreadable(self) -> None:
        """Publishes the last state again with the current unreadable objects."""
        self._publish(
            replace(self._state, unreadable=tuple(sorted(self._unreadable)), skipped=self._skipped)
        )

    def _publish(self, state: ConnectionState) -> None:
        if self._state.phase is Phase.STOPPED:
            return  # final: the reflector may report once more while it ends
        self._state = state
        self._notify(state)
