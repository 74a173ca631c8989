"""Decides between the view, a notice in its place, and a banner above it."""

from PySide6.QtCore import QObject, Signal

from kubeimg_gui.cluster.state import ConnectionState
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.window import connection_wording
from kubeimg_gui.qt.window.connection_wording import NoticeAction
from kubeimg_gui.qt.window.layout import WindowLayout
from kubeimg_gui.qt.window.source import Source


class NoticeControl(QObject):
    """Shows why rows are missing or old: connection or filter; GUI thread only.

    It performs the actions of both. A banner that is dismissed is hidden until the reason of the
    state changes.

    Signals:
        other_requested: the user wants another cluster; carries the NoticeAction that says which.
    """

    other_requested = Signal(object)

    def __init__(self, page: WindowLayout, nodes: NodeTableModel, source: Source) -> None:
        super().__init__(page)
        self._page = page
        self._source = source
        self._nodes = nodes
        self._reason = self._dismissed = ""
        for part in (page.banner, page.notice_page):
            part.action_requested.connect(self._perform)

    def show(self, state: ConnectionState, context: str, now: float, *, of_nodes: bool) -> None:
        """Follows a state at a time on the steady clock.

        `of_nodes` is whether the current view shows nodes, of which the filter may hide all.
        """
        nodes, self._reason = self._nodes, state.reason
        notice = connection_wording.notice(
            state,
            known=nodes.known,
            shown=nodes.rowCount() if of_nodes else nodes.known,
            wanted=nodes.filter,
            context=context,
            now=now,
            selector=self._source.selector,
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

    def _perform(self, action: NoticeAction) -> None:
        if action in connection_wording.OTHER_CLUSTERS:
            self.other_requested.emit(action)
            return
        source = self._source
        {
            NoticeAction.RETRY: source.retry_now,
            NoticeAction.RECONNECT: source.reconnect,
            NoticeAction.CANCEL_LOGIN: source.cancel_login,
            NoticeAction.CLEAR_FILTER: self._page.toolbar.filter.clear,
            NoticeAction.DISMISS: self._dismiss,
        }[action]()

    def _dismiss(self) -> None:
        self._dismissed = self._reason
        self._page.banner.show_notice(None)
