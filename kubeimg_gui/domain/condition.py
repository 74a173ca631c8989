"""The condition of a node, in kubectl's vocabulary, and how urgent it is.

The window and the commands show the same text: `Ready`, `NotReady` or `Unknown`, then the
pressures, then `SchedulingDisabled` and `Terminating`, separated by commas. `kubectl get nodes`
shows the same without pressures and `Terminating`.
"""

from enum import IntEnum

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.node import NodeRecord

_READY = {True: "Ready", False: "NotReady", None: "Unknown"}


class Severity(IntEnum):
    """How urgently something needs attention, least urgent first.

    Attributes:
        FINE: nothing to do.
        GONE: the node or the connection no longer exists, or does not exist yet.
        UNCERTAIN: may need attention.
        CRITICAL: needs attention now.
    """

    FINE = 0
    GONE = 1
    UNCERTAIN = 2
    CRITICAL = 3


def condition_text(record: NodeRecord) -> str:
    """Returns the condition in one line, for example `Ready,DiskPressure,SchedulingDisabled`.

    Pressure names come from the server and may hold any characters.
    """
    parts = [_READY[record.ready], *record.pressures]
    if record.unschedulable:
        parts.append("SchedulingDisabled")
    if record.terminating:
        parts.append("Terminating")
    return ",".join(parts)


def condition_severity(record: NodeRecord) -> Severity:
    """Returns the severity of the worst part of the condition."""
    if record.ready is False or record.pressures:
        return Severity.CRITICAL
    if record.ready is None or record.unschedulable or record.terminating:
        return Severity.UNCERTAIN
    return Severity.FINE


def comes_under_pressure(change: NodeChange) -> bool:
    """Returns whether the change adds a pressure condition to a node.

    False for a node that was already under pressure when watching began.
    """
    if change.new is None or change.initial or not change.new.pressures:
        return False
    before = change.old.pressures if change.old else ()
    return not set(change.new.pressures).issubset(before)


def is_free_of_pressure(change: NodeChange) -> bool:
    """Returns whether no pressure condition is left after the change; True for a deleted node."""
    return change.new is None or not change.new.pressures
