"""The engine on a real API server: who may do what, restarts, expiry, selectors, a long churn."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from api import NODES, Api
from churn import Churn, fleet, seed_nodes
from control_plane import ControlPlane
from fixtures import Watching
from recorder import WAIT_SECONDS, Recorder
from scripted_server import image_json
from users import ADMIN, LISTER, NOBODY, SERVICE_ACCOUNT, VIEWER

from kubeimg_gui.cluster.connection import Connection
from kubeimg_gui.cluster.credentials import configuration_for
from kubeimg_gui.cluster.informer import NodeInformer
from kubeimg_gui.cluster.kubeconfig import load_context
from kubeimg_gui.cluster.listing import Selector
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.domain.change import ChangeKind, NodeChange

pytestmark = pytest.mark.control_plane

ALL = {f"n{i}" for i in range(5)}
Watch = Callable[..., tuple[NodeInformer, Recorder]]


@pytest.fixture
def api(real: ControlPlane) -> Iterator[Api]:
    client = real.api()
    yield client
    client.close()


@pytest.fixture
def watch(control_plane: ControlPlane, watching: Watching, tmp_path: Path) -> Watch:
    """Start an informer for a user of the control plane, through a kubeconfig."""

    def start(
        user: str = VIEWER, selector: Selector | None = None, *, certificate: bool = False
    ) -> tuple[NodeInformer, Recorder]:
        kubeconfig = control_plane.write_kubeconfig(
            tmp_path / "kubeconfig", user, certificate=certificate
        )
        context = load_context(file=kubeconfig)
        return watching(lambda: Connection(configuration_for(context)), selector)

    return start


def held(change: NodeChange) -> list[str]:
    assert change.new is not None
    return [image.names[0] for image in change.new.images]


@pytest.mark.parametrize(
    ("user", "certificate"),
    [(ADMIN, True), (ADMIN, False), (VIEWER, False), (SERVICE_ACCOUNT, False)],
)
def test_whoever_may_list_and_watch_is_told(
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


def test_a_user_who_may_list_but_not_watch_is_told_by_polling(
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
    informer.retry_now()  # how long it waits by itself is tested elsewhere
    assert held(recorder.next_change()) == ["nginx:1"]


def test_a_user_who_may_nothing(watch: Watch, real: ControlPlane) -> None:
    informer, recorder = watch(NOBODY)
    state = recorder.next_state(Phase.FORBIDDEN)
    assert 'User "nobody" cannot list resource "nodes"' in state.reason
    assert informer.snapshot() == {}


def test_a_token_that_the_server_does_not_know(
    watch: Watch, real: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(real.tokens, VIEWER, "no such token")
    _, recorder = watch(VIEWER)
    state = recorder.next_state(Phase.LOGIN_NEEDED)
    assert state.reason == "The server says: Unauthorized (401)"


def test_a_restart_of_the_server_is_survived(api: Api, watch: Watch, real: ControlPlane) -> None:
    informer, recorder = watch()
    recorder.next_state(Phase.LIVE)
    api.set_images("n0", [image_json("before:1", 7)])
    assert held(recorder.next_change()) == ["before:1"]
    real.stop_api_server()
    recorder.next_state(Phase.RECONNECTING)
    real.start_api_server()
    informer.retry_now()  # how long it waits by itself is tested elsewhere
    api.set_images("n1", [image_json("after:1", 7)])
    assert held(recorder.next_change()) == ["after:1"]
    api.set_images("n2", [image_json("later:1", 7)])
    assert held(recorder.next_change()) == ["later:1"]
    told = [change.record.name for change in recorder.changes if not change.initial]
    assert told == ["n0", "n1", "n2"], "the list after the restart invented nothing"


def test_a_version_that_has_expired_is_listed_anew(
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
def test_selectors(api: Api, watch: Watch, selector: Selector, names: set[str]) -> None:
    informer, recorder = watch(VIEWER, selector)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == names


def test_a_node_that_leaves_a_selector_is_gone_from_it(api: Api, watch: Watch) -> None:
    informer, recorder = watch(VIEWER, Selector(labels="pool=gpu"))
    recorder.next_state(Phase.LIVE)
    api.patch("n0", {"metadata": {"labels": {"pool": None}}})
    gone = recorder.next_change()
    assert (gone.kind, gone.record.name) == (ChangeKind.DELETED, "n0")
    assert informer.snapshot() == {}


def test_a_selector_that_does_not_parse_is_told_in_the_words_of_the_server(
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
def test_every_change_of_5000_nodes_is_told_once(watch: Watch, control_plane: ControlPlane) -> None:
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

    # One more change, told after all others: the marker that nothing is on its way any more.
    api = control_plane.api()
    api.call("POST", NODES, {"metadata": {"name": "the-end"}})
    api.close()
    while recorder.next_change().record.name != "the-end":
        pass

    told: defaultdict[str, list[dict[str, int]]] = defaultdict(list)
    for change in recorder.changes[:-1]:
        if not change.initial:
            assert change.new is not None
            assert change.storage_changed, "a heartbeat is no news"
            told[change.new.name].append({i.names[0]: i.size_bytes for i in change.new.images})
    written = sum(map(len, churn.log.values()))
    assert written == 120 * 50
    assert told == churn.log
    assert churn.late < WAIT_SECONDS, "the writer kept its rate"
