"""Pictures of a window that is not, or not fully, connected; `dialogs.py` takes them with its own.

The window and the demo cluster are real; the connection state comes from a stand-in for the
informer, in the words that the real one uses.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.errors import ConnectionLostError
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.target import Badge, BadgeKind, Target, kubeconfig_target
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.watch.informers import NodeHandler, NodeInformer
from kubeimg_gui.qt.app.session import ClusterClient, Session
from kubeimg_gui.qt.base import theme as themes
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.qt.driver import until
from tests.support.fake_informer import FakeInformer

LOGIN_FAILED = (
    "The credential plugin 'kubelogin' of the user 'dana' failed (exit code 1): "
    "错误：无法打开浏览器，设备代码已过期。 请重新登录：kubelogin get-token --login devicecode"
)
LOGGING_IN = (
    "The credential plugin 'kubelogin' of the user 'dana' is running: it may wait for you to log in"
)
REFUSED = (
    "The TLS connection failed: the server's certificate is signed by an unknown authority: check"
    " the certificate-authority of the cluster in the kubeconfig (https://10.20.0.4:6443)"
)
MAY_NOT_WATCH = (
    'The server says: nodes is forbidden: User "dana" cannot watch resource "nodes" in API group'
    ' "" at the cluster scope (403)'
)


def connect() -> Connection:
    """Fails: these pictures need no server."""
    raise ConnectionLostError("The server is not there")


async def photograph_without_nodes(folder: Path, name: str) -> None:
    """Notices in place of the table: no kubeconfig, certificate, plugin, login."""
    os.environ["KUBECONFIG"] = "/home/dana/.kube/config"
    target = kubeconfig_target(None, None, must_exist=False)
    expected = Phase.MISCONFIGURED
    await _take(
        folder / f"no-kubeconfig-{name}.png",
        ClusterClient(target, NodeInformer(target.connect), NodeActions(connect)),
        name,
        lambda window: window.state.phase is expected,
    )
    for picture, phase, reason, wait in (
        ("refused-certificate", Phase.RECONNECTING, REFUSED, 24.4),
        ("plugin-failed", Phase.LOGIN_NEEDED, LOGIN_FAILED, 30.4),
        ("logging-in", Phase.LOGGING_IN, LOGGING_IN, None),
    ):
        target = Target("prod-eu-1", "prod-eu", "dana", connect)
        client = ClusterClient(
            target, FakeInformer(_story(phase, reason, wait)), NodeActions(connect)
        )
        path = folder / f"{picture}-{name}.png"
        await _take(path, client, name, lambda window, phase=phase: window.state.phase is phase)


def _story(
    phase: Phase, reason: str, wait: float | None
) -> Callable[[NodeHandler, threading.Event], None]:
    def story(handler: NodeHandler, ended: threading.Event) -> None:
        now = Clocks().wall()
        next_try = None if wait is None else now + wait
        handler.on_state(ConnectionState(phase, now, reason=reason, next_try=next_try))
        ended.wait()

    return story


async def _take(
    path: Path, client: ClusterClient, name: str, seen: Callable[[MainWindow], bool]
) -> None:
    session = Session(client, themes.choose_theme(name), None)
    session.window.resize(1100, 700)
    session.start()
    try:
        await until(lambda: seen(session.window))
        await save(session.window, path)
    finally:
        await session.stop()


async def save(window: MainWindow, path: Path) -> None:
    """Save a picture of the window after layout."""
    await asyncio.sleep(0.2)
    assert window.grab().save(str(path)), path
    sys.stdout.write(f"{path}\n")


async def photograph_with_nodes(
    window: MainWindow, target: Target, folder: Path, name: str
) -> None:
    """Banners above a table with nodes."""
    live = ConnectionState(Phase.LIVE, Clocks().wall())
    target.badges = (Badge(BadgeKind.INSECURE), Badge(BadgeKind.ACTING_AS, "breakglass"))
    unreadable = window.model.row_at(3).name, window.model.row_at(5).name
    for picture, state in (
        (
            "polling",
            ConnectionState(
                Phase.LIVE,
                live.since,
                reason=MAY_NOT_WATCH,
                next_try=live.since + 30,
                poll_seconds=30.0,
                unreadable=unreadable,
                skipped=14,
            ),
        ),
        (
            "login-lost",
            ConnectionState(
                Phase.LOGIN_NEEDED, live.since, reason=LOGIN_FAILED, next_try=live.since + 30.4
            ),
        ),
    ):
        window.take_state(state)
        await save(window, folder / f"{picture}-{name}.png")
    target.badges = ()
    window.take_state(live)
