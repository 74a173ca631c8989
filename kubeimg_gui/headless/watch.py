"""`kubeimg-gui watch`: a line for each change of image storage, until it is told to stop.

Changes go to standard output, as text or as one JSON object a line; states and errors go to
standard error, so that a pipe carries changes only.
"""

import signal
import threading
from collections.abc import Sequence
from types import FrameType
from typing import TextIO

import msgspec
from humanize import naturalsize

from kubeimg_gui.cluster.informer import NodeInformer
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import ChangeKind, NodeChange
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.headless.contract import change_object, rfc3339


class ChangeWriter:
    """An informer's handler that writes what it hears; `closed` is set when nobody reads on."""

    def __init__(self, out: TextIO, errors: TextIO, *, cluster: str, as_json: bool) -> None:
        self._out = out
        self._errors = errors
        self._cluster = cluster
        self._as_json = as_json
        self._phase: Phase | None = None
        self.closed = threading.Event()

    def on_changes(self, changes: Sequence[NodeChange]) -> None:
        """Write the changes of image storage among them."""
        try:
            for change in changes:
                if change.storage_changed:
                    self._out.write(self._line(change) + "\n")
                    self._out.flush()
        except (BrokenPipeError, ValueError):
            self.closed.set()

    def on_state(self, state: ConnectionState) -> None:
        """Write a state that differs from the last, or that has a reason."""
        if state.phase is not self._phase or state.reason:
            self._phase = state.phase
            self._errors.write(f"kubeimg: {describe_state(state)}\n")
            self._errors.flush()

    def _line(self, change: NodeChange) -> str:
        if self._as_json:
            return msgspec.json.encode(change_object(change, self._cluster)).decode()
        return describe_change(change)


def describe_state(state: ConnectionState) -> str:
    """The state in one line."""
    words = state.phase.value
    if state.phase is Phase.LIVE:
        words += f", {state.nodes} nodes"
    if state.reason:
        words += f": {state.reason}"
    if state.next_try is not None:
        words += f"; next try at {rfc3339(state.next_try)}"
    return words


def describe_change(change: NodeChange) -> str:
    """The change in one line: time, node, sizes, and which images did what."""
    parts = [rfc3339(change.at), change.record.name]
    if change.kind is not ChangeKind.CHANGED:
        parts.append(f"node {change.kind.value}")
    lower_bound = "≥ " if change.record.capped else ""
    parts.append(
        f"{_size(change.bytes_old)} → {lower_bound}{_size(change.bytes_new)}"
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
    return "  ".join(parts)


def watch_until_told(informer: NodeInformer, writer: ChangeWriter) -> None:
    """Run the informer until SIGINT or SIGTERM, or until nobody reads the output."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        writer.closed.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    informer.add_handler(writer)
    informer.start()
    writer.closed.wait()
    informer.stop()


def _image(image: ContainerImage) -> str:
    name = image.reference.short if image.reference else "unnamed image"
    return f"{name} ({_size(image.size_bytes)})"


def _size(count: int) -> str:
    return naturalsize(count, binary=True)
