"""Verb descriptors: all that menu, shortcuts and access review know about a verb on nodes.

A new verb is a module with a `Verb` and one line in `registry`.
"""

from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kubeimg_gui.cluster.actions.access_review import Permission
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.verbs.job import JobWording, NodeRef
from kubeimg_gui.qt.verbs.verb_context import VerbContext

GET_NODES = Permission("get", "nodes")
PATCH_NODES = Permission("patch", "nodes")
DELETE_NODES = Permission("delete", "nodes")


class Selection:
    """Selected nodes, evaluated on demand: there may be 130,000 of them.

    With `uids`, by name, a node that replaced another of the same name does not belong to it.
    """

    def __init__(
        self,
        model: NodeTableModel,
        names: Collection[str],
        uids: Mapping[str, str] | None = None,
    ) -> None:
        self._model = model
        self._names = names
        self._uids = uids

    @property
    def exists(self) -> bool:
        """Whether at least one of the nodes still exists."""
        return any(True for _ in self.rows())

    @property
    def single(self) -> bool:
        """Whether exactly one node is selected."""
        return len(self._names) == 1

    @property
    def counting_down(self) -> bool:
        """Whether one of the nodes is about to be deleted."""
        counting = self._model.counting
        return bool(counting) and not counting.isdisjoint(self._names)

    @property
    def nodes(self) -> tuple[NodeRef, ...]:
        """The nodes that still exist, including those hidden by the filter."""
        return tuple(NodeRef(row.name, row.record.uid) for row in self.rows())

    def rows(self) -> Iterator[NodeRow]:
        """The rows of the nodes that still exist."""
        row_named, uids = self._model.row_named, self._uids
        for name in self._names:
            row = row_named(name)
            if row is None or row.deleted or (uids and row.record.uid != uids[name]):
                continue
            yield row


def _always(_selection: Selection) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Verb:
    """What a user can do to the selected nodes.

    A verb is enabled if at least one selected node exists, the user has all `permissions`, and
    `enabled_when` agrees. `run` is a coroutine on the GUI thread; it awaits `in_thread` for calls
    that block and imports its dialogs itself, so that they do not delay the start.

    Attributes:
        name: identifier, unique within a registry.
        label: returns the translated text of the menu entry.
        run: applies the verb to nodes that existed when it was triggered; never empty.
        shortcut: key sequence in the node table, as QKeySequence reads it; empty for none.
        permissions: permissions requested from the access review.
        wording: how its jobs are described; None for a verb without jobs.
        writes: whether it changes the cluster; not offered in a read-only window.
        enabled_when, visible_when: conditions on the selection.
        click_column: a click on a node's cell in this column runs the verb, if `visible_when`
            and `enabled_when` hold for that node.
        starts_group: whether a separator precedes it in the menu.
    """

    name: str
    label: Callable[[], str]
    run: Callable[[VerbContext, Sequence[NodeRef]], Coroutine[Any, Any, None]]
    shortcut: str = ""
    permissions: tuple[Permission, ...] = ()
    wording: JobWording | None = None
    writes: bool = False
    enabled_when: Callable[[Selection], bool] = _always
    visible_when: Callable[[Selection], bool] = _always
    click_column: Column | None = None
    starts_group: bool = False


def offered(verbs: Sequence[Verb], *, read_only: bool) -> tuple[Verb, ...]:
    """The verbs of a window: all of them, or those that do not change the cluster."""
    return tuple(verb for verb in verbs if not (read_only and verb.writes))


def permissions_of(verbs: Sequence[Verb]) -> tuple[Permission, ...]:
    """The permissions that verbs need, without duplicates."""
    return tuple(dict.fromkeys(needed for verb in verbs for needed in verb.permissions))
