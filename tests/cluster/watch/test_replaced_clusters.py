"""Another cluster at the same address, on a real API server."""

from pathlib import Path

import pytest

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.cluster.transport.connection import JSON
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.watch.strategy import WatchStrategy
from kubeimg_gui.cluster.wire.negotiation import ACCEPTED
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.replacements import REPLACEMENTS, Known, Prepare, nodes_of, replay
from tests.controlplane.users import ADMIN
from tests.support.fixtures import Watching
from tests.support.recorder import Recorder

pytestmark = [pytest.mark.control_plane, pytest.mark.slow]


@pytest.fixture(params=["streaming list", "pages"])
def accept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs a test in both forms; this server alone would only be asked for the first."""
    if request.param == "streaming list":
        return ACCEPTED
    monkeypatch.setattr(
        WatchStrategy, "needs_pages", property(lambda strategy: not strategy.listed)
    )
    return JSON


@pytest.mark.parametrize("prepare", REPLACEMENTS)
def test_only_nodes_of_the_new_cluster_are_live(
    replaceable: ControlPlane, watching: Watching, tmp_path: Path, prepare: Prepare, accept: str
) -> None:
    """On a watch, and on polling beside it.

    The admin may watch at once. Other users are forbidden to until the server has read its rules,
    and what follows that is a list.
    """
    replace = prepare(replaceable, tmp_path)
    before = nodes_of(replaceable)
    kubeconfig = replaceable.write_kubeconfig(tmp_path / "kubeconfig", ADMIN)
    target = kubeconfig_target(None, kubeconfig)
    started = [
        watching(target.connect, options=WatchOptions(poll_seconds=seconds, accept=accept))
        for seconds in (None, 0.2)
    ]
    for _, recorder in started:
        recorder.next_state(Phase.LIVE)

    replace()
    after = nodes_of(replaceable)
    assert not before <= after
    for informer, recorder in started:
        wait_until_live(informer, recorder, after)
        assert replayed(recorder, before) == after
    target.close()


def wait_until_live(informer: NodeInformer, recorder: Recorder, nodes: Known) -> None:
    """Wait for exactly these nodes, skipping the waits between tries."""
    while True:
        news = recorder.next_news()
        if not isinstance(news, ConnectionState):
            continue
        if news.phase is Phase.RECONNECTING:
            informer.retry_now()
        known = {(node.name, node.uid) for node in informer.snapshot().values()}
        if news.phase is Phase.LIVE and known == nodes:
            return


def replayed(recorder: Recorder, known: Known) -> Known:
    """The nodes after all changes."""
    known = set(known)
    for change in recorder.changes:
        if not change.initial:
            replay(known, change.kind.value, change.record.name, change.record.uid)
    return known
