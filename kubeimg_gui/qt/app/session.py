"""One window, fixed to one context, with everything that feeds it; started and ended as one."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Signal

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.cluster.watch.informer import NodeInformer
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.tasks import in_thread
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.notify.digest import ChangeDigest
from kubeimg_gui.qt.verbs.registry import VERBS
from kubeimg_gui.qt.verbs.verb import Verb
from kubeimg_gui.qt.window.connection_wording import context_text
from kubeimg_gui.qt.window.informer_bridge import InformerBridge
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.source import Source

STOP_SECONDS = 0.9


@dataclass(frozen=True, slots=True)
class Feed:
    """What a window lives on; the session starts and ends all of it.

    Attributes:
        target: what it is connected to.
        informer: tells of the nodes.
        actions: changes them.
    """

    target: Target
    informer: NodeInformer
    actions: NodeActions


class Session(QObject):
    """A window and its feed; GUI thread only, from `start` on within a running event loop of
    asyncio.

    Signals:
        close_asked: the person wants to close the window; whoever owns the session stops it.
        message: there is something to tell the person outside of the window; a Message.
        renamed: the `name` has changed.
    """

    close_asked = Signal()
    renamed = Signal()
    message = Signal(object)

    def __init__(
        self,
        feed: Feed,
        theme: Theme,
        settings: Path | None,
        size: QSize | None = None,
        *,
        read_only: bool = False,
        verbs: Sequence[Verb] = VERBS,
    ) -> None:
        super().__init__()
        self._feed = feed
        informer = feed.informer
        source = Source(
            feed.target,
            last_heard=lambda: informer.last_heard,
            retry_now=informer.retry_now,
            reconnect=informer.woke_up,
            cancel_login=informer.cancel_login,
            actions=feed.actions,
            read_only=read_only,
        )
        self.window = MainWindow(source, theme, settings, Clocks(), size, verbs)
        self._bridge = InformerBridge(self.window)
        self._digest = ChangeDigest(self.name, time.monotonic, parent=self)
        self._bridge.changes.connect(self.window.take_changes)
        self._bridge.changes.connect(self._digest.take)
        self._bridge.state.connect(self.window.take_state)
        self._digest.ready.connect(self.message)
        self.window.close_requested.connect(self.close_asked)
        self.window.renamed.connect(self._rename)
        self.window.synced.connect(self.window.verbs.review)
        self.window.menu.opening.connect(self.window.verbs.review)

    @property
    def name(self) -> str:
        """The context it is fixed to, or that none is known yet."""
        return context_text(self.window.context)

    def start(self) -> None:
        """Show the window, unless it is shown, and begin to watch."""
        self.window.show()
        self._feed.informer.add_handler(self._bridge)
        self._feed.informer.start()

    async def stop(self) -> None:
        """End what feeds the window, then the window; within STOP_SECONDS, whatever hangs."""
        import asyncio

        self.window.hide()
        self._bridge.stop()
        self._digest.stop()
        self.window.verbs.stop()
        self._feed.actions.close()
        ends = (
            asyncio.ensure_future(in_thread(self._feed.informer.stop, STOP_SECONDS)),
            asyncio.ensure_future(in_thread(self._feed.target.close)),
        )
        await asyncio.wait(ends, timeout=STOP_SECONDS)
        self.window.close_now()
        self.window.deleteLater()

    def _rename(self) -> None:
        self._digest.window = self.name
        self.renamed.emit()
