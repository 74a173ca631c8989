"""A job: one change applied to nodes one after the other, rate-limited and cancellable.

A failure on one node does not stop the others. Nothing is sent before the countdown is over.
"""

import sys
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from PySide6.QtCore import QObject, Signal

from kubeimg_gui.cluster.errors import ClusterError, StoppedError
from kubeimg_gui.qt.base.tasks import in_thread, sleep

CALLS_PER_SECOND = 10
"""Maximum rate of API calls per window: the server sends each write to every watcher of nodes."""
STEP_SECONDS = 0.2
"""Interval between two `changed` signals during a countdown."""


@dataclass(frozen=True, slots=True)
class NodeRef:
    """A node by name and uid; a node recreated under the same name has another uid."""

    name: str
    uid: str


class Stage(Enum):
    """Progress of a job."""

    COUNTING = "counting"
    RUNNING = "running"
    DONE = "done"


class RateLimiter:
    """Spreads calls over time; shared by all jobs of a window.

    Attributes:
        clock: a monotonic clock in seconds, which jobs use as well.
    """

    def __init__(
        self,
        calls_per_second: float = CALLS_PER_SECOND,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self._gap = 1 / calls_per_second
        self._next = 0.0

    async def acquire(self, calls: int) -> None:
        """Waits until this many calls may be made."""
        start = max(self.clock(), self._next)
        self._next = start + calls * self._gap
        await sleep(start - self.clock())


def _never(_result: Any) -> bool:
    return False


def _nothing_pending(_job: "Job") -> str:
    return ""


@dataclass(frozen=True, slots=True)
class JobWording:
    """What job bar and activity say about a job; all texts are translated.

    Attributes:
        running: returns "Annotating {nodes}".
        done: returns "Annotated {nodes} in {context}".
        entry: returns the activity entry for one node, given the result of the call.
        is_unchanged: whether a result means that the node already was as requested.
        pending: returns what the cluster still has to do after the job; empty for nothing.
    """

    running: Callable[[], str]
    done: Callable[[], str]
    entry: Callable[[Any], str]
    is_unchanged: Callable[[Any], bool] = _never
    pending: Callable[["Job"], str] = _nothing_pending


class Job(QObject):
    """Calls `act` for each node; GUI thread, except `act`, which runs in worker threads.

    `calls` is the number of API calls that `act` makes. `undo` reverts a finished job. A job that
    is not `retryable` must be confirmed again after a failure.

    Signals:
        changed: progress, result or countdown changed.

    Attributes:
        wording: how the job is described.
        left: nodes not processed yet, in order.
        due: end of the countdown on the limiter's clock.
        results: return values of `act` by node name.
        failures: exceptions by node name.
        cancelled: the job was stopped; nodes without result or failure are unchanged.
        current: the node whose call is in progress.
        done_at: end of the job on the limiter's clock; None while it runs.
    """

    changed = Signal()

    def __init__(
        self,
        wording: JobWording,
        nodes: Iterable[NodeRef],
        act: Callable[[NodeRef], object],
        limiter: RateLimiter,
        *,
        calls: int = 1,
        countdown: float = 0.0,
        undo: "Callable[[Job], Coroutine[Any, Any, None]] | None" = None,
        retryable: bool = True,
    ) -> None:
        super().__init__()
        self.wording = wording
        self.nodes = tuple(nodes)
        self.left = list(self.nodes)
        self.stage = Stage.COUNTING if countdown else Stage.RUNNING
        self._clock = limiter.clock
        self.due = self._clock() + countdown
        self.results: dict[str, object] = {}
        self.failures: dict[str, Exception] = {}
        self.cancelled = False
        self.current: NodeRef | None = None
        self.done_at: float | None = None
        self._called_at = 0.0
        self._act = act
        self._limiter = limiter
        self._calls = calls
        self._undo = undo
        self._retryable = retryable

    @property
    def seconds_left(self) -> float:
        """Remaining countdown; 0 once it is over."""
        return max(0.0, self.due - self._clock()) if self.stage is Stage.COUNTING else 0.0

    @property
    def seconds_waited(self) -> float:
        """How long the call in progress has lasted; 0 without one."""
        return self._clock() - self._called_at if self.current else 0.0

    @property
    def seconds_done(self) -> float:
        """How long the job has been done; 0 while it runs."""
        return self._clock() - self.done_at if self.done_at is not None else 0.0

    @property
    def processed(self) -> int:
        """Number of nodes with a result or a failure."""
        return len(self.results) + len(self.failures)

    @property
    def can_undo(self) -> bool:
        """Whether the job is done and changed something that `undo` reverts."""
        return self.stage is Stage.DONE and self._undo is not None and any(self.results.values())

    @property
    def can_retry(self) -> bool:
        """Whether the job is done and `retry` may run for the nodes that failed."""
        return self.stage is Stage.DONE and self._retryable and bool(self.failures)

    async def run(self) -> None:
        """Counts down, then processes the nodes in order; returns early when cancelled."""
        try:
            await self._count_down()
            while self.left:
                await self._limiter.acquire(self._calls)
                if self.left:
                    await self._process(self.left.pop(0))
        except StoppedError:
            self.cancelled = True  # the window is closing
        finally:
            self.stage, self.done_at = Stage.DONE, self._clock()
            self.changed.emit()

    async def undo(self) -> None:
        """Reverts the job; only where `can_undo`."""
        if self._undo is not None:
            await self._undo(self)

    def retry(self) -> "Job":
        """Returns a new job for the nodes that failed, without a countdown."""
        return Job(
            self.wording,
            [node for node in self.nodes if node.name in self.failures],
            self._act,
            self._limiter,
            calls=self._calls,
            undo=self._undo,
            retryable=self._retryable,
        )

    def cancel(self) -> None:
        """Skips all nodes not processed yet; a call in progress is completed."""
        if self.stage is not Stage.DONE:
            self.cancelled = True
            self.left.clear()
            self.changed.emit()

    def cancel_node(self, name: str) -> None:
        """Skips one node, unless it is already processed."""
        self.left = [node for node in self.left if node.name != name]
        self.cancelled = self.cancelled or not self.left
        self.changed.emit()

    async def _count_down(self) -> None:
        while self.stage is Stage.COUNTING and self.left:
            await sleep(min(STEP_SECONDS, self.seconds_left))
            if not self.seconds_left:
                self.stage = Stage.RUNNING
            self.changed.emit()

    async def _process(self, node: NodeRef) -> None:
        self.current, self._called_at = node, self._clock()
        self.changed.emit()
        try:
            self.results[node.name] = await in_thread(self._act, node)
        except StoppedError:
            raise
        except ClusterError as error:
            self.failures[node.name] = error
        except Exception as error:  # noqa: BLE001  (continue with the other nodes)
            self.failures[node.name] = error
            sys.excepthook(type(error), error, error.__traceback__)
        finally:
            self.current = None
        self.changed.emit()
