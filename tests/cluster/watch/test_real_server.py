"""The engine on a real API server: permissions, restarts, expiry, selectors, a long churn."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from urllib3.exceptions import HTTPError

from kubeimg_gui.cluster.resources import Selector
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.target import Target, kubeconfig_target
from kubeimg_gui.cluster.transport.connection import JSON
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.watch.strategy import WatchStrategy
from kubeimg_gui.domain.change import ChangeKind, NodeChange
from tests.cluster.watch.churn import (
    LATEST_SECONDS,
    Churn,
    TimedChurn,
    fleet,
    hear_all,
    reported_log,
    seed_nodes,
)
from tests.controlplane.control_plane import READY_SECONDS, ControlPlane
from tests.controlplane.users import ADMIN, LISTER, SERVICE_ACCOUNT, VIEWER, WITHOUT_RIGHTS
from tests.support.api import MERGE, NODES, Api, JsonObject
from tests.support.fixtures import Watching
from tests.support.recorder import Recorder
from tests.support.scripted_server import image_json

pytestmark = pytest.mark.control_plane

ALL = {f"n{i}" for i in range(5)}
MOMENT_SECONDS = 1.0
"""Maximum time between the report of a change and its entry in the log."""
Watch = Callable[..., tuple[NodeInformer, Recorder]]


@pytest.fixture(autouse=True, params=["streaming list, protobuf", "pages, JSON"])
def options(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> WatchOptions:
    """Runs every test in both forms; this server alone would only be asked for the first."""
    if request.param != "pages, JSON":
        return WatchOptions()
    monkeypatch.setattr(
        WatchStrategy, "needs_pages", property(lambda strategy: not strategy.listed)
    )
    return WatchOptions(accept=JSON)


@pytest.fixture
def api(real: ControlPlane) -> Iterator[Api]:
    client = real.api()
    yield client
    client.close()


@pytest.fixture
def watch(
    control_plane: ControlPlane, watching: Watching, options: WatchOptions, tmp_path: Path
) -> Iterator[Watch]:
    """Start an informer for a user of the control plane, through a kubeconfig."""

    def start(
        user: str = VIEWER, selector: Selector | None = None, *, certificate: bool = False
    ) -> tuple[NodeInformer, Recorder]:
        kubeconfig = control_plane.write_kubeconfig(
            tmp_path / "kubeconfig", user, certificate=certificate
        )
        targets.append(kubeconfig_target(None, kubeconfig))
        return watching(targets[-1].connect, selector, options=options)

    targets: list[Target] = []
    yield start
    for target in targets:
        target.close()


def held(change: NodeChange) -> list[str]:
    assert change.new is not None
    return [image.names[0] for image in change.new.images]


@pytest.mark.parametrize(
    ("user", "certificate"),
    [(ADMIN, True), (ADMIN, False), (VIEWER, False), (SERVICE_ACCOUNT, False)],
)
def test_users_who_may_list_and_watch_receive_changes(
    api: Api, watch: Watch, user: str, certificate: bool
) -> None:
    informer, recorder = watch(user, certificate=certificate)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == ALL
    assert all(change.initial for change in recorder.changes)
    api.set_images("n1", [image_json("nginx:1", 7)])
    changed = recorder.next_change()
    assert (changed.record.name, held(changed), changed.bytes_old) == ("n1", ["nginx:1"], 5)
    api.call("DELETE", f"{NODES}/n2")
    deleted = recorder.next_change()
    assert (deleted.kind, deleted.record.name) == (ChangeKind.DELETED, "n2")
    api.call("POST", NODES, {"metadata": {"name": "n9"}})
    added = recorder.next_change()
    assert (added.kind, added.record.name) == (ChangeKind.ADDED, "n9")


def test_a_user_who_may_list_but_not_watch_is_served_by_polling(
    api: Api, watch: Watch, real: ControlPlane
) -> None:
    informer, recorder = watch(LISTER)
    state = recorder.next_state(Phase.LIVE)
    assert state.poll_seconds is not None
    assert state.reason == (
        'The server says: nodes is forbidden: User "lister" cannot watch resource "nodes" in API '
        'group "" at the cluster scope (403)'
    )
    assert set(informer.snapshot()) == ALL
    api.set_images("n1", [image_json("nginx:1", 7)])
    informer.retry_now()  # other tests cover the wait before a retry
    assert held(recorder.next_change()) == ["nginx:1"]


def test_a_user_without_rights_sees_which_right_is_missing(
    watch: Watch, real: ControlPlane
) -> None:
    informer, recorder = watch(WITHOUT_RIGHTS)
    state = recorder.next_state(Phase.FORBIDDEN)
    assert 'User "without-rights" cannot list resource "nodes"' in state.reason
    assert informer.snapshot() == {}


def test_an_unknown_token_is_reported_as_a_refused_login(
    watch: Watch, real: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(real.tokens, VIEWER, "no such token")
    _, recorder = watch(VIEWER)
    state = recorder.next_state(Phase.LOGIN_NEEDED)
    assert state.reason == (
        "The token of the user 'viewer' is refused: log in again. "
        "The server says: Unauthorized (401)"
    )


def test_a_restart_of_the_server_loses_and_invents_nothing(
    api: Api, watch: Watch, real: ControlPlane
) -> None:
    informer, recorder = watch()
    recorder.next_state(Phase.LIVE)
    api.set_images("n0", [image_json("before:1", 7)])
    assert held(recorder.next_change()) == ["before:1"]
    real.stop_api_server()
    recorder.next_state(Phase.RECONNECTING)
    real.start_api_server()
    informer.retry_now()  # other tests cover the wait before a retry
    api.set_images("n1", [image_json("after:1", 7)])
    assert held(recorder.next_change()) == ["after:1"]
    api.set_images("n2", [image_json("later:1", 7)])
    assert held(recorder.next_change()) == ["later:1"]
    names = [change.record.name for change in recorder.changes if not change.initial]
    assert names == ["n0", "n1", "n2"], "the list after the restart invented nothing"


def test_an_expired_version_is_followed_by_a_list(
    api: Api, watch: Watch, real: ControlPlane
) -> None:
    informer, recorder = watch()
    recorder.next_state(Phase.LIVE)
    real.forget_history()
    informer.retry_now()
    api.set_images("n3", [image_json("after:1", 7)])
    changed = recorder.next_change()
    assert (changed.record.name, held(changed)) == ("n3", ["after:1"])


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        (Selector(labels="pool=gpu"), {"n0"}),
        (Selector(labels="pool in (web),!zone"), ALL - {"n0"}),
        (Selector(fields="metadata.name!=n3"), ALL - {"n3"}),
        (Selector(labels="zone", fields="spec.unschedulable=false"), {"n0"}),
    ],
)
def test_a_selector_limits_the_nodes(
    api: Api, watch: Watch, selector: Selector, names: set[str]
) -> None:
    informer, recorder = watch(VIEWER, selector)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == names


def test_a_node_that_leaves_the_selector_is_deleted(api: Api, watch: Watch) -> None:
    informer, recorder = watch(VIEWER, Selector(labels="pool=gpu"))
    recorder.next_state(Phase.LIVE)
    api.patch("n0", {"metadata": {"labels": {"pool": None}}})
    gone = recorder.next_change()
    assert (gone.kind, gone.record.name) == (ChangeKind.DELETED, "n0")
    assert informer.snapshot() == {}


def test_a_malformed_selector_is_reported_with_the_message_of_the_server(
    watch: Watch, real: ControlPlane
) -> None:
    _, recorder = watch(VIEWER, Selector(labels="a b"))
    state = recorder.next_state(Phase.MISCONFIGURED)
    assert state.reason == (
        "The server says: unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, "
        "gt, lt (400)"
    )


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_every_change_of_5000_nodes_is_reported_once(
    watch: Watch, control_plane: ControlPlane
) -> None:
    """Two minutes of 50 image changes and 17 heartbeats a second."""
    control_plane.reset([])
    nodes = fleet(5000, images=50)
    login = control_plane.login()
    seed_nodes(control_plane.url, login, nodes)
    churn = Churn(control_plane.url, login, nodes)
    informer, recorder = watch()
    recorder.next_state(Phase.LIVE)
    assert len(informer.snapshot()) == len(nodes)
    churn.run(120.0, changes=50, heartbeats=17)

    hear_all(control_plane, recorder)
    written = sum(map(len, churn.log.values()))
    assert written == 120 * 50
    assert reported_log(recorder.changes[:-1]) == churn.log
    assert churn.late < LATEST_SECONDS, "the writer kept its rate"


class PatientApi(Api):
    """Retries each patch until the server accepts it."""

    def patch(self, name: str, patch: Any, media_type: str = MERGE) -> tuple[int, JsonObject]:
        deadline = time.monotonic() + READY_SECONDS
        while True:
            with suppress(HTTPError, ValueError):  # no server, or the answer of another program
                code, answer = super().patch(name, patch, media_type)
                if code == 200:
                    return code, answer
            assert time.monotonic() < deadline
            threading.Event().wait(0.1)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_restarts_under_churn_lose_no_final_state(
    watch: Watch, control_plane: ControlPlane
) -> None:
    """Of changes written during an outage, only the last state of each node can be reported."""
    control_plane.reset([])
    nodes = fleet(300, images=20)
    login = control_plane.login()
    seed_nodes(control_plane.url, login, nodes)
    churn = TimedChurn(control_plane.url, login, nodes, PatientApi)
    informer, recorder = watch()
    recorder.next_state(Phase.LIVE)
    with ThreadPoolExecutor(1) as beside:
        churning = beside.submit(churn.run, 12.0, changes=100, heartbeats=20)
        for _ in range(2):
            threading.Event().wait(1.0)
            control_plane.stop_api_server()
            recorder.next_state(Phase.RECONNECTING)
            control_plane.start_api_server()
            informer.retry_now()  # other tests cover the wait before a retry
            recorder.next_state(Phase.LIVE)
        churning.result()
    hear_all(control_plane, recorder)

    reported = reported_log(recorder.changes[:-1])
    assert sum(map(len, churn.log.values())) == 12 * 100
    assert {name: log[-1] for name, log in reported.items()} == {
        name: log[-1] for name, log in churn.log.items()
    }
    unwatched = blind_times(recorder)
    for name, written in churn.log.items():
        states = iter(reported[name])
        awaited = next(states)
        for state, at in zip(written, churn.times[name], strict=True):
            if state == awaited:
                awaited = next(states, None)
            else:
                assert any(begin < at < end for begin, end in unwatched), "lost while watched"
        assert awaited is None, "states are in order and were all written"


def blind_times(recorder: Recorder) -> list[tuple[float, float]]:
    """The outages: from a broken connection to the next live one, and a moment on either side."""
    spans: list[tuple[float, float]] = []
    began = None
    for state in recorder.states:
        if state.phase is Phase.RECONNECTING:
            began = began or state.since
        elif state.phase is Phase.LIVE and began:
            spans.append((began - MOMENT_SECONDS, state.since + MOMENT_SECONDS))
            began = None
    return spans
