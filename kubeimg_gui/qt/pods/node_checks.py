"""References of single nodes on demand: their pods are read once, not watched."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from kubeimg_gui.cluster.errors import ApiError, ClusterError
from kubeimg_gui.cluster.watch.pod_reader import PodReader
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.node_references import NodeReferences
from kubeimg_gui.domain.references import PodUse, Reference, ReferenceState, UnknownReason
from kubeimg_gui.qt.base.tasks import Tasks, in_thread
from kubeimg_gui.qt.nodes.model import NodeTableModel

if TYPE_CHECKING:
    import asyncio

MOST_NODES = 20
"""Maximum number of nodes in one check: each takes a list of its own."""
KEPT_NODES = 100
"""Maximum number of nodes whose pods are kept; the oldest checks are dropped first."""


class Check(NamedTuple):
    """The result of a check: `at` is when the pods were requested, on the steady clock."""

    references: NodeReferences
    at: float


class Failure(NamedTuple):
    """Why the pods of a node were not read; `reason` is untrusted text."""

    reason: str
    forbidden: bool


class NodeChecks(QObject):
    """Reads the pods of nodes, and keeps which images they refer to.

    GUI thread only; `check` needs a running asyncio event loop. `make_reader` returns a
    new reader for each check.

    Signals:
        changed: a check began, went on or ended.

    Attributes:
        reading: the nodes of the check under way; empty while there is none.
        done: how many of them have been read.
    """

    changed = Signal()

    def __init__(
        self,
        nodes: NodeTableModel,
        make_reader: Callable[[], PodReader],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._nodes = nodes
        self._make_reader = make_reader
        self._tasks = Tasks()
        self._task: asyncio.Task[None] | None = None
        self._reader: PodReader | None = None
        self._known: dict[str, Check] = {}
        self._failures: dict[str, Failure] = {}
        self.reading: Sequence[str] = ()
        self.done = 0
        nodes.images_changed.connect(self._take_records)

    def check(self, names: Sequence[str]) -> None:
        """Reads the pods of at most MOST_NODES nodes, in place of the check under way."""
        self.cancel()
        self.reading, self.done = tuple(names[:MOST_NODES]), 0
        for name in self.reading:
            self._failures.pop(name, None)
        self._reader = reader = self._make_reader()
        self._task = self._tasks.start(self._read(reader, self.reading))
        self.changed.emit()

    def cancel(self) -> None:
        """Ends the check under way; what it has read is kept."""
        reader, task = self._reader, self._task
        if reader is None or task is None:
            return
        self._reader = self._task = None
        self.reading = ()
        reader.close()
        task.cancel()
        self.changed.emit()

    def of(self, node: str) -> Check | None:
        """Returns the last successful check of a node, None if there is none."""
        check, row = self._known.get(node), self._nodes.row_named(node)
        if check is None or row is None or row.record.uid != check.references.uid:
            return None
        return check

    def failure(self, node: str) -> Failure | None:
        """Returns why the last check of a node failed, None if it did not."""
        return self._failures.get(node)

    def on_node(self, node: str, image: ContainerImage) -> Reference:
        """Returns the reference of an image on a node that lists it."""
        check = self.of(node)
        if check is not None:
            return check.references.of(image)
        failure = self._failures.get(node)
        if node in self.reading:
            reason = UnknownReason.READING
        elif failure is not None and failure.forbidden:
            reason = UnknownReason.FORBIDDEN
        else:
            reason = UnknownReason.NOT_READ
        return Reference(ReferenceState.UNKNOWN, reason)

    def users(self, key: str, node: str) -> Iterator[PodUse]:
        """Yields the uses of an image by pods of a node, by `ContainerImage.key`."""
        check = self.of(node)
        return iter(()) if check is None else check.references.users(key)

    async def _read(self, reader: PodReader, names: Iterable[str]) -> None:
        try:
            for name in names:
                await self._read_node(reader, name)
                self.done += 1
                self.changed.emit()
        except ClusterError as error:
            # The others would most likely fail the same way, each after a time limit or a login.
            self._fail(error)
        finally:
            reader.close()
            if self._reader is reader:
                self._reader = self._task = None
                self.reading = ()
                self.changed.emit()

    async def _read_node(self, reader: PodReader, name: str) -> None:
        row, moment = self._nodes.row_named(name), self._nodes.moment
        if row is None or row.deleted:
            return
        before = row.record
        listed = await in_thread(reader.read, name)
        row = self._nodes.row_named(name)
        if row is None or row.deleted or row.record.uid != before.uid:
            return
        references = NodeReferences(before, row.record, listed, moment.now)
        self._known.pop(name, None)  # the latest check is the last one
        self._known[name] = Check(references, moment.steady)
        while len(self._known) > KEPT_NODES:
            del self._known[next(iter(self._known))]

    def _fail(self, error: ClusterError) -> None:
        forbidden = isinstance(error, ApiError) and error.code == HTTPStatus.FORBIDDEN
        failure = Failure(str(error), forbidden)
        self._failures.update(dict.fromkeys(self.reading[self.done :], failure))

    def _take_records(self, pairs: Sequence[tuple[NodeRecord | None, NodeRecord | None]]) -> None:
        if not self._known:
            return
        for old, new in pairs:
            record = new or old
            check = self._known.get(record.name) if record is not None else None
            if record is None or check is None:
                continue
            if new is None or new.uid != check.references.uid:
                del self._known[record.name]
            else:
                check.references.follow(new)
