"""Totals over the rows that a filter shows, beside those over all nodes."""

from collections.abc import Collection
from dataclasses import dataclass

from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow

MAX_ROWS = 5000
MAX_ROWS_OF_IMAGES = 1000
"""Maximum numbers of rows that are added up, and whose images are compared, within 10 ms."""


@dataclass(frozen=True, slots=True)
class ShownTotals:
    """Totals over some nodes; departed ones are left out.

    Attributes:
        nodes, ready, under_pressure: number of nodes, and of nodes in that state.
        is_lower_bound: whether `reported_bytes` may lack images.
        reported_bytes, change: the sums of the reported sizes and of what they gained.
        images: number of distinct images; None for too many nodes.
    """

    nodes: int
    ready: int
    is_lower_bound: bool
    under_pressure: int
    reported_bytes: int
    change: int
    images: int | None


def shown_totals(model: NodeTableModel) -> ShownTotals | None:
    """Returns the totals over the rows of the filter; None without one, and for too many rows."""
    if not model.filter.strip() or len(model.matching) > MAX_ROWS:
        return None
    rows = [row for row in model.matching if not row.deleted]
    records = [row.record for row in rows]
    return ShownTotals(
        nodes=len(rows),
        ready=sum([record.ready is True for record in records]),
        is_lower_bound=any(record.is_lower_bound for record in records),
        under_pressure=sum([bool(record.pressures) for record in records]),
        reported_bytes=sum([row.reported for row in rows]),
        change=sum([row.change for row in rows]),
        images=_distinct_images(rows) if len(rows) <= MAX_ROWS_OF_IMAGES else None,
    )


def _distinct_images(rows: Collection[NodeRow]) -> int:
    # By identity first: nodes share entries.
    entries = {id(image): image for row in rows for image in row.record.images}
    return len({image.key for image in entries.values()})
