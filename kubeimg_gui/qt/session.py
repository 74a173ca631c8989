"""One window, fixed to one context, with everything that feeds it; started and ended as one."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Signal

from kubeimg_gui.cluster.actions import NodeActions
from kubeimg_gui.cluster.informer import NodeInformer
from kubeimg_gui.qt.digest import ChangeDigest
from kubeimg_gui.qt.informer_bridge import InformerBridge
from kubeimg_gui.qt.main_window import MainWindow, Source
from kubeimg_gui.qt.theme import Theme

STOP_SECONDS = 0.9


@dataclass(frozen=True, slots=True)
class Feed:
    """What a window lives on, as kubeconfig names it.

    Attributes:
        informer: tells of the nodes; the session starts and stops it.
        actions: changes them; the session closes it.
        close: ends what was started for it; may block, any thread.
    """

    context: str
    cluster: str
    user: str
    informer: NodeInformer
    actions: NodeActions
    close: Callable[[], None] = lambda: None


class Session(QObject):
    """A window and its feed; GUI thread only, within a running event loop of asyncio.

    Signals:
        close_asked: the person wants to close the window; whoever owns the session stops it.
        message: there is something to tell the person outside of the window; a Message.
    """

    close_asked = Signal()
    message = Signal(object)

    def __init__(
        self,
        feed: Feed,
        theme: Theme,
        settings: Path | None,
        size: QSize | None = None,
        *,
        read_only: bool = False,
    ) -> None:
        super().__init__()
        self._feed = feed
        informer = feed.informer
        source = Source(
            feed.context,
            feed.cluster,
            feed.user,
            last_heard=lambda: informer.last_heard,
            retry_now=informer.retry_now,
            actions=feed.actions,
            read_only=read_only,
        )
        self.window = MainWindow(source, theme, settings, time.time, size)
        self._bridge = InformerBridge(self.window)
        self._digest = ChangeDigest(feed.context, time.monotonic, parent=self)
        self._bridge.changes.connect(self.window.take_changes)
        self._bridge.changes.connect(self._digest.take)
        self._bridge.state.connect(self.window.take_state)
        self._digest.ready.connect(self.message)
        self.window.close_asked.connect(self.close_asked)
        self.window.synced.connect(self.window.verbs.review)
        self.window.menu.opening.connect(self.window.verbs.review)

    @property
    def context(self) -> str:
        """The context it is fixed to, which tells it from the others."""
        return self._feed.context

    def start(self) -> None:
        """Show the window and begin to watch."""
        self.window.show()
        self._feed.informer.add_handler(self._bridge)
        self._feed.informer.start()

    async def stop(self) -> None:
        """End what feeds the window, then the window; within STOP_SECONDS, whatever hangs."""
        self.window.hide()
        self._bridge.stop()
        self._digest.stop()
        self.window.verbs.stop()
        self._feed.actions.close()
        ends = (
            asyncio.ensure_future(asyncio.to_thread(self._feed.informer.stop, STOP_SECONDS)),
            asyncio.ensure_future(asyncio.to_thread(self._feed.close)),
        )
        await asyncio.wait(ends, timeout=STOP_SECONDS)
        self.window.close_now()
        self.window.deleteLater()
