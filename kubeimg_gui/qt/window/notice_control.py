"""Decides between the view, a notice in its place, and a banner above it."""

from kubeimg_gui.cluster.resources import Selector
from kubeimg_gui.cluster.state import ConnectionState
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.window import connection_wording
from kubeimg_gui.qt.window.connection_wording import NoticeAction
from kubeimg_gui.qt.window.layout import WindowLayout


class NoticeControl:
    """Shows why rows are missing or old: connection or filter; GUI thread only.

    `selector` is which nodes are watched.
    """

    def __init__(self, page: WindowLayout, nodes: NodeTableModel, selector: Selector) -> None:
        self._page = page
        self._selector = selector
        self._nodes = nodes
        self._dismissed = ""

    def dismiss(self, state: ConnectionState) -> None:
        """Hides the banner about this state until its reason changes."""
        self._dismissed = state.reason

    def show(self, state: ConnectionState, context: str, now: float, *, of_nodes: bool) -> None:
        """Follows a state at a time on the steady clock.

        `of_nodes` is whether the current view shows nodes, of which the filter may hide all.
        """
        nodes = self._nodes
        notice = connection_wording.notice(
            state,
            known=nodes.known,
            shown=nodes.rowCount() if of_nodes else nodes.known,
            wanted=nodes.filter,
            context=context,
            now=now,
            selector=self._selector,
        )
        self._page.table.show_skeleton(shown=not nodes.known)
        banner = connection_wording.banner(state, now) if nodes.known else None
        dismissed = (
            banner and banner.action is NoticeAction.DISMISS and state.reason == self._dismissed
        )
        self._page.banner.show_notice(None if dismissed else banner)
        if notice is not None:
            self._page.notice_page.show_notice(notice)
        self._page.show_view(shown=notice is None)
