"""`kubeimg-gui watch`: prints a line for each change of image storage until it is stopped.

Changes go to standard output, as text or as one JSON object per line. States go to standard error
or the log, so that a pipe carries changes only.
"""

import gc
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import TextIO

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.domain.change import ChangeKind, NodeChange
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.headless.exit_codes import FATAL_PHASES, SIGNAL_SECONDS, set_by_signals
from kubeimg_gui.headless.json_schema import change_object, rfc3339
from kubeimg_gui.headless.state_log import StateReporter
from kubeimg_gui.text import units
from kubeimg_gui.text.escaping import json_text
from kubeimg_gui.text.sanitize import plain

YOUNG_OBJECTS = 10_000
"""Allocations between two garbage collections; Python's default is 700."""
STUCK_SECONDS = 60.0
"""How long a write may block before the output counts as stuck."""


class ChangeWriter:
    """An informer's handler that writes changes and reports states; for the informer's thread.

    Attributes:
        closed: set when the output fails or the first connection fails for good.
        refused: the fatal state, if the connection was never live.
        unwritable: the error of the output, if it failed.
    """

    def __init__(
        self,
        out: TextIO,
        report: Callable[[ConnectionState], None],
        *,
        cluster: str,
        as_json: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._out = out
        self._clock = clock
        self._cluster = cluster
        self._as_json = as_json
        self._states = StateReporter(report)
        self._synced = False
        self._writing_since = float("inf")
        self.closed = threading.Event()
        self.refused: ConnectionState | None = None
        self.unwritable: OSError | None = None

    def on_changes(self, changes: Sequence[NodeChange]) -> None:
        """Writes the changes of image storage."""
        try:
            for change in changes:
                if change.storage_changed:
                    self._writing_since = self._clock()
                    self._out.write(self._line(change) + "\n")
                    self._out.flush()
        except OSError as error:
            self.unwritable = error
            self.closed.set()
        self._writing_since = float("inf")

    def on_state(self, state: ConnectionState) -> None:
        """Reports a state, or closes if it is fatal and no state was live before."""
        self._synced = self._synced or state.phase is Phase.LIVE
        if self.refused:
            return
        if state.phase in FATAL_PHASES and not self._synced:
            self.refused = state
            self.closed.set()
        else:
            self._states.on_state(state)

    @property
    def is_stuck(self) -> bool:
        """Whether a write has blocked for too long; for any thread."""
        return self._clock() - self._writing_since > STUCK_SECONDS

    def _line(self, change: NodeChange) -> str:
        if self._as_json:
            return json_text(change_object(change, self._cluster))
        return describe_change(change)


def describe_change(change: NodeChange) -> str:
    """Returns the change in one line: time, node, sizes and images."""
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
        ("listed now", diff.listed_now),
        ("retagged", tuple(retag.new for retag in diff.retagged)),
    ):
        if images:
            parts.append(f"{word}: {', '.join(map(_image, images))}")
    return plain("  ".join(parts))


def watch_until_closed(informer: NodeInformer, writer: ChangeWriter) -> bool:
    """Runs the informer until a signal arrives or the writer is closed.

    Returns False if the writer's thread did not end because it blocks on output that is not being
    read; the caller must then exit without waiting for it. Raises OSError if the output failed.
    """
    with infrequent_collection(), set_by_signals(writer.closed):
        informer.add_handler(writer)
        informer.start()
        while not writer.closed.wait(SIGNAL_SECONDS):
            pass
        ended = informer.stop()
    if writer.unwritable:
        raise writer.unwritable
    return ended


@contextmanager
def infrequent_collection() -> Generator[None, None, None]:
    """Runs Python's garbage collector less often within the block.

    Imported modules stay alive and node records have no cycles: collecting them takes a tenth of
    the time of reading a cluster, and frees nothing.
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
    size = units.size(image.size_bytes) if image.size_is_believable else "size not believable"
    return f"{name} ({size})"


def _size(record: NodeRecord | None) -> str:
    if record is None:
        return units.size(0)
    return units.reported_size(record.reported_bytes, record.is_lower_bound)
