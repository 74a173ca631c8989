"""A verb on its way: one node after the other, at a pace, told as it goes, to be called off.

The person sees every step and every failure by name; one node's failure does not keep the others
from their turn, and nothing is sent before a countdown has run out.
"""

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal

from kubeimg_gui.cluster.errors import ClusterError, StoppedError
from kubeimg_gui.qt.base.tasks import in_thread, sleep

CALLS_PER_SECOND = 10
"""What a person's verbs may ask of an API server: each write is told to every watcher of nodes."""
STEP_SECONDS = 0.2
"""How often a countdown is told."""


@dataclass(frozen=True, slots=True)
class NodeRef:
    """A node as the person chose it: a name may return with another uid, then it is not it."""

    name: str
    uid: str


class Verb(Enum):
    """What can be done to nodes."""

    ANNOTATE = "annotate"
    UNDO = "undo"
    DELETE = "delete"


class Stage(Enum):
    """Where a job stands."""

    COUNTING = "counting"
    RUNNING = "running"
    DONE = "done"


class Pace:
    """Turns in time, at most CALLS_PER_SECOND of them over all that share it."""

    def __init__(self, calls_per_second: float = CALLS_PER_SECOND) -> None:
        self._gap = 1 / calls_per_second
        self._next = 0.0

    async def turn(self, calls: int) -> None:
        """Wait for a turn that takes so many calls."""
        start = max(time.monotonic(), self._next)
        self._next = start + calls * self._gap
        await sleep(start - time.monotonic())


class Job(QObject):
    """One verb done to some nodes; GUI thread, but for `act`, which runs in worker threads.

    Signals:
        changed: something that can be seen of it has changed.

    Attributes:
        verb: what is done.
        left: the nodes whose turn is still to come, in order.
        due: when the countdown ends, on the monotonic clock.
        results: what `act` returned, by node.
        failures: why it failed, by node.
        called_off: it was stopped; nodes without a result or a failure were left as they are.
        current: the node whose answer is awaited, since `asked_at` on the monotonic clock.
    """

    changed = Signal()

    def __init__(
        self,
        verb: Verb,
        nodes: Iterable[NodeRef],
        act: Callable[[NodeRef], object],
        pace: Pace,
        *,
        calls: int = 1,
        countdown: float = 0.0,
    ) -> None:
        super().__init__()
        self.verb = verb
        self.nodes = tuple(nodes)
        self.left = list(self.nodes)
        self.stage = Stage.COUNTING if countdown else Stage.RUNNING
        self.due = time.monotonic() + countdown
        self.results: dict[str, object] = {}
        self.failures: dict[str, Exception] = {}
        self.called_off = False
        self.current: NodeRef | None = None
        self.asked_at = 0.0
        self._act = act
        self._pace = pace
        self._calls = calls

    @property
    def seconds_left(self) -> float:
        """Of the countdown; 0 once it is over."""
        return max(0.0, self.due - time.monotonic()) if self.stage is Stage.COUNTING else 0.0

    @property
    def answered(self) -> int:
        """How many nodes have been done, well or not."""
        return len(self.results) + len(self.failures)

    async def run(self) -> None:
        """Count down, then take the nodes in turn; ends early when called off."""
        try:
            await self._count_down()
            while self.left:
                await self._pace.turn(self._calls)
                if self.left:
                    await self._do(self.left.pop(0))
        except StoppedError:
            self.called_off = True  # the window is closing
        finally:
            self.stage = Stage.DONE
            self.changed.emit()

    async def _count_down(self) -> None:
        while self.stage is Stage.COUNTING and self.left:
            await sleep(min(STEP_SECONDS, self.seconds_left))
            if not self.seconds_left:
                self.stage = Stage.RUNNING
            self.changed.emit()

    def again(self) -> "Job":
        """The same for the nodes where it failed."""
        failed = [node for node in self.nodes if node.name in self.failures]
        return Job(self.verb, failed, self._act, self._pace, calls=self._calls)

    def call_off(self) -> None:
        """Leave the nodes that are left as they are; a call under way is waited for."""
        if self.stage is not Stage.DONE:
            self.called_off = True
            self.left.clear()
            self.changed.emit()

    def cancel_deletion(self, name: str) -> None:
        """Leave one node as it is, unless its turn has come."""
        self.left = [node for node in self.left if node.name != name]
        self.called_off = self.called_off or not self.left
        self.changed.emit()

    async def _do(self, node: NodeRef) -> None:
        self.current, self.asked_at = node, time.monotonic()
        self.changed.emit()
        try:
            self.results[node.name] = await in_thread(self._act, node)
        except StoppedError:
            raise
        except ClusterError as error:
            self.failures[node.name] = error
        except Exception as error:  # noqa: BLE001  (the other nodes have their turn all the same)
            self.failures[node.name] = error
            sys.excepthook(type(error), error, error.__traceback__)
        finally:
            self.current = None
        self.changed.emit()
