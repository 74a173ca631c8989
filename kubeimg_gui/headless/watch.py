"""`kubeimg-gui watch`: a line for each change of image storage, until it is told to stop.

Changes go to standard output, as text or as one JSON object a line; states go elsewhere, so that a
pipe carries changes only.
"""

import gc
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import TextIO

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.watch.informer import NodeInformer
from kubeimg_gui.domain.change import ChangeKind, NodeChange
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.headless.escaping import json_text
from kubeimg_gui.headless.exit_codes import SIGNAL_SECONDS, TO_BE_MENDED, told_by_signals
from kubeimg_gui.headless.json_schema import change_object, rfc3339
from kubeimg_gui.headless.state_log import StateTeller
from kubeimg_gui.text import units
from kubeimg_gui.text.sanitize import plain

YOUNG_OBJECTS = 10_000
"""How many objects are made before the collector looks at them; Python's own figure is 700."""
STUCK_SECONDS = 60.0
"""How long a line may wait for somebody to read it."""


class ChangeWriter:
    """An informer's handler that writes changes and has states told; its own thread only.

    Attributes:
        closed: is set when there is nobody to write for, or nothing more to come.
        refused: the state that came instead of the nodes, where waiting would not heal it.
        unwritable: why the output takes nothing any more.
    """

    def __init__(
        self,
        out: TextIO,
        tell: Callable[[ConnectionState], None],
        *,
        cluster: str,
        as_json: bool,
    ) -> None:
        self._out = out
        self._cluster = cluster
        self._as_json = as_json
        self._states = StateTeller(tell)
        self._synced = False
        self._writing_since = float("inf")
        self.closed = threading.Event()
        self.refused: ConnectionState | None = None
        self.unwritable: OSError | None = None

    def on_changes(self, changes: Sequence[NodeChange]) -> None:
        """Write the changes of image storage among them."""
        try:
            for change in changes:
                if change.storage_changed:
                    self._writing_since = time.monotonic()
                    self._out.write(self._line(change) + "\n")
                    self._out.flush()
        except OSError as error:
            self.unwritable = error
            self.closed.set()
        self._writing_since = float("inf")

    def on_state(self, state: ConnectionState) -> None:
        """Have a state told; the first that waiting does not heal ends all instead."""
        self._synced = self._synced or state.phase is Phase.LIVE
        if self.refused:
            return
        if state.phase in TO_BE_MENDED and not self._synced:
            self.refused = state
            self.closed.set()
        else:
            self._states.hear(state)

    @property
    def is_stuck(self) -> bool:
        """Whether a line has waited too long, while what comes piles up; any thread."""
        return time.monotonic() - self._writing_since > STUCK_SECONDS

    def _line(self, change: NodeChange) -> str:
        if self._as_json:
            return json_text(change_object(change, self._cluster))
        return describe_change(change)


def describe_change(change: NodeChange) -> str:
    """The change in one line: time, node, sizes, and which images did what."""
    parts = [rfc3339(change.at), change.record.name]
    if change.kind is not ChangeKind.CHANGED:
        parts.append(f"node {change.kind.value}")
    parts.append(
        f"{_size(change.old)} → {_size(change.new)}"
        f" ({change.bytes_new - change.bytes_old:+,d} bytes)"
    )
    diff = change.images
    for word, images in (
        ("arrived", diff.arrived),
        ("left", diff.left),
        ("no longer listed", diff.no_longer_listed),
        ("retagged", tuple(retag.new for retag in diff.retagged)),
    ):
        if images:
            parts.append(f"{word}: {', '.join(map(_image, images))}")
    return plain("  ".join(parts))


def watch_until_closed(informer: NodeInformer, writer: ChangeWriter) -> bool:
    """Run the informer until a signal, or until the writer is closed.

    The writer closes itself where nodes never came, for a reason that waiting does not heal. False
    where its thread did not end: it waits for somebody who does not read what it writes, and
    whoever ends the process must not. Raises OSError where the output takes nothing any more.
    """
    with seldom_collecting(), told_by_signals(writer.closed):
        informer.add_handler(writer)
        informer.start()
        while not writer.closed.wait(SIGNAL_SECONDS):
            pass
        ended = informer.stop()
    if writer.unwritable:
        raise writer.unwritable
    return ended


@contextmanager
def seldom_collecting() -> Generator[None, None, None]:
    """Have Python's garbage collector look at less and less often.

    What has been imported stays, and records hold no cycles: going through them again and again
    takes a tenth of the time in which a cluster is read, and finds nothing.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _image(image: ContainerImage) -> str:
    name = image.reference.short if image.reference else "unnamed image"
    return f"{name} ({units.size(image.size_bytes)})"


def _size(record: NodeRecord | None) -> str:
    return units.reported_size(record.reported_bytes, record.capped) if record else units.size(0)
