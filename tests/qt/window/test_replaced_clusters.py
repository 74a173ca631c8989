"""Another cluster at the same address, seen in the window and by `watch` beside it."""

import json
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.qt.app.session import ClusterClient, Session
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.replacements import REPLACEMENTS, Known, Prepare, nodes_of, replay
from tests.qt.driver import event_loop, until

pytestmark = [pytest.mark.control_plane, pytest.mark.slow]


@pytest.mark.parametrize("prepare", REPLACEMENTS)
def test_the_window_and_watch_show_the_nodes_of_the_new_cluster(
    qapp: QApplication, theme: Theme, replaceable: ControlPlane, tmp_path: Path, prepare: Prepare
) -> None:
    """The process of `watch` sleeps meanwhile, so that none of its requests fails."""
    replace = prepare(replaceable, tmp_path)
    before = nodes_of(replaceable)
    kubeconfig = replaceable.write_kubeconfig(tmp_path / "kubeconfig")
    target = kubeconfig_target(None, kubeconfig)
    informer = NodeInformer(target.connect)

    async def look() -> None:
        client = ClusterClient(target, informer, NodeActions(target.connect))
        session = Session(client, theme, None)
        session.start()
        window = session.window
        await until(lambda: window.state.phase is Phase.LIVE and shown(window) == before)
        replace()
        after = nodes_of(replaceable)

        def sees_them() -> bool:
            if window.state.phase is Phase.RECONNECTING:
                informer.retry_now()
            return window.state.phase is Phase.LIVE and shown(window) == after

        await until(sees_them, f"{after}, not {shown(window)}")
        await session.stop()

    with ExitStack() as stack:
        loop = stack.enter_context(event_loop(qapp))
        watch = stack.enter_context(watching(kubeconfig))
        watch.send_signal(signal.SIGSTOP)
        loop.run_until_complete(look())
        watch.send_signal(signal.SIGCONT)
        wait_for_nodes(watch, before, nodes_of(replaceable))
    target.close()


def shown(window: MainWindow) -> Known:
    """The nodes of the table, without those that have left and stay for a moment."""
    rows = window.model.shown_nodes
    return {(row.name, row.record.uid) for row in rows if not row.deleted}


@contextmanager
def watching(kubeconfig: Path) -> Generator[subprocess.Popen[str], None, None]:
    """A process of `watch` that is live; killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "kubeimg_gui", "watch", "-o", "json", "--kubeconfig", kubeconfig],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            while "live" not in process.stderr.readline():
                assert process.poll() is None
            yield process
        finally:
            process.kill()


def wait_for_nodes(watch: subprocess.Popen[str], known: Known, nodes: Known) -> None:
    """Replay the changes that `watch` prints until exactly these nodes are left."""
    assert watch.stdout is not None
    known = set(known)
    while known != nodes:
        change = json.loads(watch.stdout.readline())
        replay(known, change["event"], change["node"], change["uid"])
