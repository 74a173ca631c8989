"""Ten minutes of churn on a real API server behind HAProxy and behind nginx.

HAProxy cuts a watch that was idle for 20 s. nginx holds back what does not fill a buffer, the head
of the response included, until the watch ends.
"""

import threading
import time
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

import pytest

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.target import kubeconfig_target
from tests.cluster.watch.churn import TimedChurn, fleet, hear_all, reported_log, seed_nodes
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.proxies import haproxy, nginx
from tests.controlplane.users import VIEWER
from tests.support.fixtures import Watching
from tests.support.recorder import Recorder

pytestmark = [
    pytest.mark.control_plane,
    pytest.mark.proxies,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]

CHURN_SECONDS = 600.0
"""Two minutes are enough to try the test by hand."""
PARTS = ((0.2, 5.0, 2.0), (0.5, 0.1, 0.0), (0.3, 0.5, 0.1))
"""A storm, a calm and a breeze: the share of the time, changes and heartbeats a second."""
AT_ONCE_SECONDS = 5.0
UNNOTICED_SECONDS = 270.0
"""Three silent watches, each of which kubeimg ends after 90 s."""
NOTICED_SECONDS = 45.0
"""The 30 s that the state names, and the time to list."""

Lateness = list[tuple[float, float]]


def test_every_change_is_reported_in_time_behind_haproxy_and_nginx(
    control_plane: ControlPlane, watching: Watching, tmp_path: Path
) -> None:
    control_plane.reset([])
    nodes = fleet(16, images=15)
    login = control_plane.login()
    seed_nodes(control_plane.url, login, nodes)
    churn = TimedChurn(control_plane.url, login, nodes)
    recorders: list[Recorder] = []
    with ExitStack() as running:
        for proxy in (haproxy, nginx):
            folder = tmp_path / proxy.__name__
            folder.mkdir()
            url = running.enter_context(proxy(control_plane, folder))
            kubeconfig = control_plane.write_kubeconfig(folder / "config", VIEWER, server=url)
            target = kubeconfig_target(None, kubeconfig)
            running.callback(target.close)
            informer, recorder = watching(target.connect)
            running.callback(informer.stop)
            recorders.append(recorder)
        for recorder in recorders:
            recorder.next_state(Phase.LIVE)
        for share, changes, heartbeats in PARTS:
            end = time.monotonic() + share * CHURN_SECONDS
            churn.run(share * CHURN_SECONDS, changes, heartbeats)
            threading.Event().wait(max(end - time.monotonic(), 0.0))
        hear_all(control_plane, *recorders)
    cut, held = recorders

    assert reported_log(cut.changes[:-1]) == churn.log
    assert Phase.RECONNECTING not in {state.phase for state in cut.states}
    assert not any(state.poll_seconds for state in cut.states), "HAProxy holds nothing back"
    assert max(late for _, late in lateness(churn, cut)) < AT_ONCE_SECONDS

    assert Phase.RECONNECTING not in {state.phase for state in held.states}
    noticed = next(state for state in held.states if state.poll_seconds)
    assert noticed.next_try
    assert noticed.poll_seconds
    noticed_at = noticed.next_try - noticed.poll_seconds
    assert "A proxy on the way to the server may hold" in noticed.reason
    for written, late in lateness(churn, held):
        assert late < UNNOTICED_SECONDS
        assert late < NOTICED_SECONDS or written < noticed_at


def lateness(churn: TimedChurn, recorder: Recorder) -> Lateness:
    """When each change was written, and how much later a state with it was reported.

    A list may bring several changes of a node as one, but nothing else than what was written, in
    that order and up to the last.
    """
    reported_at: defaultdict[str, list[float]] = defaultdict(list)
    for change in recorder.changes[:-1]:
        if not change.initial:
            reported_at[change.record.name].append(change.at)
    found: Lateness = []
    reported = reported_log(recorder.changes[:-1])
    assert reported.keys() == churn.log.keys()
    for name, written in churn.log.items():
        states = iter(zip(reported[name], reported_at[name], strict=True))
        awaited = next(states, None)
        waiting: list[float] = []
        for state, at in zip(written, churn.times[name], strict=True):
            waiting.append(at)
            if awaited and state == awaited[0]:
                found += [(at, awaited[1] - at) for at in waiting]
                waiting = []
                awaited = next(states, None)
        assert not waiting, "the last state was reported"
        assert awaited is None, "states are in order and were all written"
    return found
