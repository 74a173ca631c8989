"""Versions that a watch resumes from only if the server still has their history."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.config.kubeconfig import Context
from kubeimg_gui.cluster.config.kubeconfig_file import Cluster, User
from kubeimg_gui.cluster.resources import NODES, Selector
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.target import connect_to
from kubeimg_gui.cluster.transport.connection import JSON, Connection, Peer
from kubeimg_gui.cluster.watch.continuity import MAX_SILENCE_SECONDS, Continuity, has_reached
from kubeimg_gui.cluster.watch.node_store import NodeStore
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.domain.change import ChangeKind
from tests.cluster.scripts import fail, hurry
from tests.support.clock import NOON
from tests.support.fixtures import Serve, Watching
from tests.support.recorder import Recorder, connection_to
from tests.support.scripted_server import (
    Request,
    ScriptedServer,
    list_json,
    node_json,
    status_json,
)

Page = dict[str, Any]
CHECK = {"limit": "1"}
FULL = {"limit": "500"}


def other(name: str) -> Page:
    """A node of the same name that was created again."""
    node = node_json(name)
    node["metadata"]["uid"] = "another-uid"
    return node


def cut(request: Request) -> None:
    request.connection.close()


class History:
    """A server that lists `a` and `b` at version 10, and `later` after its first watch has ended.

    That watch moves to version 20 and ends; later ones hang. `end` ends it.
    """

    def __init__(self, later: Page, end: Callable[[Request], None] = Request.end_stream) -> None:
        self._page = list_json(node_json("a"), node_json("b"))
        self._later = later
        self._end = end

    def __call__(self, request: Request) -> None:
        if not request.is_watch:
            page = dict(self._page)
            if request.query.get("limit") == "1":
                page["items"] = page["items"][:1]
            request.answer(page)
            return
        request.start_stream()
        if self._page is self._later:
            request.hang()
        self._page = self._later
        request.event("BOOKMARK", {"metadata": {"resourceVersion": "20"}})
        self._end(request)


@pytest.fixture
def checked() -> Iterator[Serve]:
    """Start scripted servers that answer the lists of one object as well."""
    with ExitStack() as servers:
        yield lambda script: servers.enter_context(ScriptedServer(script, confirms=False))


def queries(server: ScriptedServer) -> list[dict[str, str]]:
    return [request.query for request in server.lists]


def reported(recorder: Recorder) -> list[tuple[ChangeKind, str, str]]:
    changes = [change for change in recorder.changes if not change.initial]
    return [(change.kind, change.record.name, change.record.uid) for change in changes]


def wait_for_second_watch(recorder: Recorder) -> None:
    for _ in range(2):
        recorder.next_state(Phase.LIVE)


@pytest.mark.parametrize("version", ["20", "21", "100"])
def test_a_history_that_goes_on_is_resumed(
    checked: Serve, watching: Watching, version: str
) -> None:
    server = checked(History(list_json(node_json("a"), node_json("b"), version=version)))
    _, recorder = watching(server.url)
    wait_for_second_watch(recorder)
    assert queries(server) == [FULL, CHECK]
    assert server.watches[1].query["resourceVersion"] == "20"
    assert reported(recorder) == []


@pytest.mark.parametrize(
    "end",
    [Request.end_stream, Request.reset, cut],
    ids=["end", "reset", "EOF"],
)
def test_a_history_that_went_back_is_listed_in_full(
    checked: Serve, watching: Watching, end: Callable[[Request], None]
) -> None:
    """A backup was restored: `b` joined after it, and `a` was not deleted then."""
    server = checked(History(list_json(node_json("a"), node_json("c"), version="9"), end))
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    informer.retry_now()
    recorder.next_state(Phase.LIVE)
    assert queries(server) == [FULL, CHECK, FULL]
    assert server.watches[1].query["resourceVersion"] == "9"
    assert set(informer.snapshot()) == {"a", "c"}
    assert reported(recorder) == [
        (ChangeKind.DELETED, "b", "uid-of-b"),
        (ChangeKind.ADDED, "c", "uid-of-c"),
    ]


@pytest.mark.parametrize(
    "nodes",
    [
        (other("a"), other("b")),
        (node_json("0-joined"), node_json("a"), node_json("b")),
    ],
    ids=["another node of that name", "an unknown node"],
)
def test_a_history_that_has_passed_the_version_differs_by_its_first_node(
    checked: Serve, watching: Watching, nodes: tuple[Page, ...]
) -> None:
    server = checked(History(list_json(*nodes, version="500")))
    informer, recorder = watching(server.url)
    wait_for_second_watch(recorder)
    assert queries(server) == [FULL, CHECK, FULL]
    assert server.watches[1].query["resourceVersion"] == "500"
    uids = {node["metadata"]["uid"] for node in nodes}
    assert {node.uid for node in informer.snapshot().values()} == uids


def test_a_node_of_the_same_name_is_a_deletion_and_an_addition(
    checked: Serve, watching: Watching
) -> None:
    server = checked(History(list_json(other("a"), node_json("b"), version="3")))
    _, recorder = watching(server.url)
    wait_for_second_watch(recorder)
    assert reported(recorder) == [
        (ChangeKind.DELETED, "a", "uid-of-a"),
        (ChangeKind.ADDED, "a", "another-uid"),
    ]


def test_a_cluster_that_was_emptied_is_asked_twice(checked: Serve, watching: Watching) -> None:
    server = checked(History(list_json(version="500")))
    informer, recorder = watching(server.url)
    assert "suddenly returned an empty list" in hurry(informer, recorder)
    recorder.next_state(Phase.LIVE)
    assert queries(server) == [FULL, CHECK, FULL, FULL]
    assert informer.snapshot() == {}
    assert {change[0] for change in reported(recorder)} == {ChangeKind.DELETED}


def test_a_first_node_that_cannot_be_read_proves_nothing(
    checked: Serve, watching: Watching
) -> None:
    server = checked(History(list_json(node_json("a", images=5), version="500")))
    _, recorder = watching(server.url)
    wait_for_second_watch(recorder)
    assert queries(server) == [FULL, CHECK]


@pytest.mark.parametrize(("version", "full_lists"), [("opaque-1", 2), ("20", 1)])
def test_versions_that_are_no_numbers_are_the_same_or_listed_in_full(
    checked: Serve, watching: Watching, version: str, full_lists: int
) -> None:
    server = checked(History(list_json(node_json("a"), node_json("b"), version=version)))
    _, recorder = watching(server.url)
    wait_for_second_watch(recorder)
    assert queries(server).count(FULL) == full_lists


def test_a_user_who_may_only_watch_gets_a_full_list(watching: Watching) -> None:
    """A streaming list requires the right to watch, and no other."""
    end = {
        "kind": "Node",
        "metadata": {
            "resourceVersion": "10",
            "annotations": {"k8s.io/initial-events-end": "true"},
        },
    }
    ends = iter([Request.end_stream])

    def script(request: Request) -> None:
        if not request.is_watch:
            request.answer(status_json(403, "Forbidden", "cannot list"), 403)
            return
        request.start_stream()
        request.event("ADDED", node_json("a"))
        request.event("BOOKMARK", end)
        request.event("BOOKMARK", {"metadata": {"resourceVersion": "20"}})
        next(ends, Request.hang)(request)

    with ScriptedServer(script, streams=True, confirms=False) as server:
        _, recorder = watching(server.url)
        wait_for_second_watch(recorder)
        assert [request.is_watch for request in server.requests] == [True, False, True]
        assert "sendInitialEvents" in server.watches[1].query
        assert Phase.FORBIDDEN not in [state.phase for state in recorder.states]


def test_a_check_that_fails_is_repeated(checked: Serve, watching: Watching) -> None:
    history = History(list_json(node_json("a"), version="30"))
    failures = iter([fail])

    def script(request: Request) -> None:
        play = next(failures, history) if request.query == CHECK else history
        play(request)

    server = checked(script)
    informer, recorder = watching(server.url)
    assert "etcd is gone" in hurry(informer, recorder)
    recorder.next_state(Phase.LIVE)
    assert queries(server) == [FULL, CHECK, CHECK]
    assert server.watches[1].query["resourceVersion"] == "20"


@pytest.mark.parametrize(
    ("silence", "requests"),
    [(MAX_SILENCE_SECONDS, 1), (MAX_SILENCE_SECONDS + 1, 0), (-MAX_SILENCE_SECONDS - 1, 0)],
    ids=["a long watch", "the machine slept", "the clock was set back"],
)
def test_a_version_is_not_resumed_after_a_long_silence(
    checked: Serve, silence: float, requests: int
) -> None:
    server = checked(lambda request: request.answer(list_json(version="500")))
    clock = Clock(wall=lambda: NOON)
    continuity = Continuity(NODES, NodeStore(lambda _news: None), clock=clock, accept=JSON)
    connection = connection_to(server.url)
    confirmed = continuity.is_confirmed(connection, "20", NOON - silence)
    assert (confirmed, len(server.requests)) == (bool(requests), requests)


def test_the_selector_limits_the_check_too(checked: Serve, watching: Watching) -> None:
    server = checked(History(list_json(node_json("a"), version="30")))
    _, recorder = watching(server.url, Selector("pool=web"))
    wait_for_second_watch(recorder)
    assert queries(server)[1] == {"limit": "1", "labelSelector": "pool=web"}


def test_polling_takes_the_history_that_it_finds(checked: Serve, watching: Watching) -> None:
    answers = iter([list_json(node_json("a")), list_json(other("a"), version="3")])
    server = checked(lambda request: request.answer(next(answers, list_json(other("a")))))
    _, recorder = watching(server.url, options=WatchOptions(poll_seconds=0.01))
    assert recorder.next_change().kind is ChangeKind.DELETED
    assert recorder.next_change().kind is ChangeKind.ADDED
    assert all(query == FULL for query in queries(server))


# Versions.


@given(st.integers(min_value=0), st.integers(min_value=0))
def test_numbers_are_compared_as_numbers(current: int, known: int) -> None:
    assert has_reached(str(current), str(known)) == (current >= known)


def test_a_number_may_have_any_length() -> None:
    assert has_reached("1" + "0" * 10_000, "9" * 10_000)
    assert not has_reached("9" * 10_000, "1" + "0" * 10_000)


@given(st.text(), st.text())
def test_only_equal_texts_are_certain(current: str, known: str) -> None:
    if not (current.isdecimal() and known.isdecimal()):
        assert has_reached(current, known) == (current == known)


@pytest.mark.parametrize("version", ["007", "-1", "+9", "1e3", " 12", "٣", "12\n", ""])
def test_what_only_looks_like_a_number_is_not_compared(version: str) -> None:
    assert not has_reached("100", version)
    assert has_reached(version, version)


# The cluster and the user, as the kubeconfig names them.


@pytest.fixture
def authorities() -> tuple[str, str]:
    first, second = (b64encode(trustme.CA().cert_pem.bytes()).decode() for _ in range(2))
    return first, second


def peer(user: User | None = None, **cluster: Any) -> Peer:
    entry = Cluster(server="https://127.0.0.1:6443", **cluster)
    connection = connect_to(Context("c", "c", "u", entry, user or User()))
    connection.interrupt()
    return connection.peer


def test_an_unchanged_kubeconfig_names_the_same_cluster(authorities: tuple[str, str]) -> None:
    assert peer(certificate_authority_data=authorities[0]) == peer(
        certificate_authority_data=authorities[0]
    )


def test_what_may_lead_to_another_cluster_is_another_peer(authorities: tuple[str, str]) -> None:
    first, second = authorities
    peers = [
        peer(),
        peer(certificate_authority_data=first),
        peer(certificate_authority_data=second),
        peer(tls_server_name="b.example"),
        peer(insecure_skip_tls_verify=True),
        peer(proxy_url="http://127.0.0.1:3128"),
        peer(User(token="t")),
        peer(User(as_user="bob")),
    ]
    assert all(one != other for i, one in enumerate(peers) for other in peers[:i])


def test_a_renewed_authority_file_is_another_peer(tmp_path: Path) -> None:
    file = tmp_path / "ca.crt"
    peers: list[Peer] = []
    for _ in range(2):
        trustme.CA().cert_pem.write_to_path(file)
        peers.append(peer(certificate_authority=str(file)))
    assert peers[0] != peers[1]


def test_a_renewed_token_file_is_the_same_peer(tmp_path: Path) -> None:
    file = tmp_path / "token"
    peers: list[Peer] = []
    for token in ("one", "two"):
        file.write_text(token)
        peers.append(peer(User(token_file=str(file))))
    assert peers[0] == peers[1]


def test_the_version_of_another_peer_is_not_resumed(serve: Serve, watching: Watching) -> None:
    """The same address; the user has logged in to another cluster behind it."""
    server = serve(History(list_json(node_json("c"), version="30"), Request.reset))
    users = iter([User(token="first"), User(token="second")])

    def connect() -> Connection:
        return connection_to(server.url, next(users))

    informer, recorder = watching(connect)
    recorder.next_state(Phase.LIVE)
    informer.retry_now()
    recorder.next_state(Phase.LIVE)
    assert queries(server) == [FULL, FULL]
    assert set(informer.snapshot()) == {"c"}
