"""Session: a window for one context and its cluster client, started and stopped together."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Signal

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.resources import EVERYTHING, Selector
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.cluster.watch.informers import NodeInformer, PodInformer, WorkloadInformer
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.tasks import in_thread
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.notify.digest import ChangeDigest
from kubeimg_gui.qt.verbs.registry import VERBS
from kubeimg_gui.qt.verbs.verb import Verb
from kubeimg_gui.qt.window.connection_wording import context_text
from kubeimg_gui.qt.window.informer_bridge import InformerBridge
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.source import Source, make_pod_informer, make_workload_informers

STOP_SECONDS = 0.9


@dataclass(frozen=True, slots=True)
class ClusterClient:
    """The connections of a window to its cluster; the session starts and stops them.

    Attributes:
        target: the cluster and how to connect to it.
        informer: watches the nodes.
        actions: changes nodes.
        kubeconfig: the only file with its other contexts; None for the default files.
        make_pod_informer, make_workload_informers: as in `Source`.
        selector: which nodes the informer watches.
    """

    target: Target
    informer: NodeInformer
    actions: NodeActions
    kubeconfig: Path | None = None
    make_pod_informer: Callable[[Target], PodInformer] = make_pod_informer
    make_workload_informers: Callable[[Target], Mapping[str, WorkloadInformer]] = (
        make_workload_informers
    )
    selector: Selector = EVERYTHING


@dataclass(frozen=True, slots=True)
class ClientFactory:
    """Where windows get their clients from; every call blocks and may raise ClusterError.

    Attributes:
        open_context: returns the client of a context, None for the current one, of a kubeconfig,
            None for the default files. Raises no error for a current context that does not exist.
        open_demo: returns the client of a new demo cluster, which ends with it.
        context_names: returns the contexts of a kubeconfig, None for the default files.
    """

    open_context: Callable[[str | None, Path | None], ClusterClient]
    open_demo: Callable[[], ClusterClient]
    context_names: Callable[[Path | None], Sequence[str]]


class Session(QObject):
    """A window and its client; GUI thread only, and from `start` on within a running asyncio loop.

    Signals:
        close_requested: the user wants to close the window; the owner calls `stop`.
        message: carries a Message to show as a desktop notification.
        renamed: `name` changed.
    """

    close_requested = Signal()
    renamed = Signal()
    message = Signal(object)

    def __init__(
        self,
        client: ClusterClient,
        theme: Theme,
        settings: Path | None,
        size: QSize | None = None,
        *,
        read_only: bool = False,
        verbs: Sequence[Verb] = VERBS,
    ) -> None:
        super().__init__()
        self._client = client
        informer = client.informer
        source = Source(
            client.target,
            last_heard=lambda: informer.last_heard,
            retry_now=informer.retry_now,
            reconnect=informer.woke_up,
            cancel_login=informer.cancel_login,
            actions=client.actions,
            make_pod_informer=client.make_pod_informer,
            make_workload_informers=client.make_workload_informers,
            read_only=read_only,
            selector=client.selector,
        )
        self.window = MainWindow(source, theme, settings, Clocks(), size, verbs)
        self._bridge = InformerBridge(self.window)
        self._digest = ChangeDigest(self.name, time.monotonic, parent=self)
        self._bridge.changes.connect(self.window.take_changes)
        self._bridge.changes.connect(self._digest.take)
        self._bridge.state.connect(self.window.take_state)
        self._digest.ready.connect(self.message)
        self.window.close_requested.connect(self.close_requested)
        self.window.renamed.connect(self._rename)
        self.window.synced.connect(self.window.verbs.review)
        self.window.menu.opening.connect(self.window.verbs.review)

    @property
    def kubeconfig(self) -> Path | None:
        """The only file with the other contexts; None for the default files."""
        return self._client.kubeconfig

    @property
    def name(self) -> str:
        """The name of the context as shown."""
        return context_text(self.window.context)

    def start(self) -> None:
        """Shows the window and starts watching."""
        self.window.show()
        self._client.informer.add_handler(self._bridge)
        self._client.informer.start()

    async def stop(self) -> None:
        """Stops the client, then closes the window, within STOP_SECONDS even if a part hangs."""
        import asyncio

        self.window.hide()
        self._bridge.stop()
        self._digest.stop()
        self.window.verbs.stop()
        self.window.panel.stop()
        pods = self.window.views.close()
        self._client.actions.close()
        stopping = (
            asyncio.ensure_future(in_thread(self._client.informer.stop, STOP_SECONDS)),
            asyncio.ensure_future(in_thread(pods, STOP_SECONDS)),
            asyncio.ensure_future(in_thread(self._client.target.close)),
        )
        await asyncio.wait(stopping, timeout=STOP_SECONDS)
        self.window.close_now()
        self.window.deleteLater()

    def _rename(self) -> None:
        self._digest.window = self.name
        self.renamed.emit()
