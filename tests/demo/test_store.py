"""The demo's store: order, history, snapshots and watchers."""

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.demo import collection
from kubeimg_gui.demo.collection import Snapshot, Watcher
from kubeimg_gui.demo.errors import StatusError
from kubeimg_gui.demo.kinds import NODE
from kubeimg_gui.demo.requests import View
from kubeimg_gui.demo.selectors import Selection
from kubeimg_gui.demo.store import ObjectStore
from kubeimg_gui.demo.watching import WatchRequest, watch_lines


def store_of(*names: str) -> ObjectStore:
    store = ObjectStore()
    for name in names:
        store.create(NODE, {"metadata": {"name": name}})
    return store


def label(store: ObjectStore, name: str, value: int) -> None:
    node = store.get(NODE, name)
    labels = {"value": str(value)}
    store.replace(NODE, {**node, "metadata": {**node["metadata"], "labels": labels}})


def names(store: ObjectStore, version: int | None = None) -> list[str]:
    snapshot = store.snapshot(NODE, version)
    assert [name for _, name in snapshot.keys] == [i["metadata"]["name"] for i in snapshot.items]
    return [name for _, name in snapshot.keys]


def taken(watcher: Watcher) -> list[tuple[str, str]]:
    events = watcher.take(len(watcher.events))
    return [(event.type, event.item["metadata"]["name"]) for event in events]


def test_lists_stay_sorted() -> None:
    store = store_of("c", "a", "e")
    assert names(store) == ["a", "c", "e"]
    before = store.version
    store.delete(NODE, "c")
    store.create(NODE, {"metadata": {"name": "d"}})
    store.create(NODE, {"metadata": {"name": "b"}})
    assert names(store) == ["a", "b", "d", "e"]
    assert names(store, before) == ["a", "c", "e"]


def write(store: ObjectStore, number: int, verb: str, name: str) -> None:
    exists = store.find(NODE, name)
    if verb == "toggle" and exists:
        store.delete(NODE, name)
    elif verb == "toggle":
        store.create(NODE, {"metadata": {"name": name}})
    elif exists:
        label(store, name, number)


writes = st.tuples(st.sampled_from(["label", "toggle"]), st.sampled_from("abc"))


@given(st.lists(writes, max_size=12), st.lists(writes, max_size=6))
def test_a_snapshot_does_not_change(
    first: list[tuple[str, str]], later: list[tuple[str, str]]
) -> None:
    """Neither a new nor an older snapshot changes with later writes."""
    store = store_of("b", "c")
    copies: list[tuple[Snapshot, list[object]]] = []

    for number, (verb, name) in enumerate(first):
        if number:  # the first version is only listed later
            snapshot = store.snapshot(NODE)
            copies.append((snapshot, list(snapshot.items)))
        write(store, number, verb, name)
    late = store.snapshot(NODE, 1002)
    for number, (verb, name) in enumerate(later, len(first)):
        write(store, number, verb, name)
    for snapshot, items in copies:
        assert snapshot.items == items
    assert names(store, 1002) == ["b", "c"]
    assert [n["metadata"]["name"] for n in late.items] == ["b", "c"]
    assert not any("labels" in n["metadata"] for n in late.items)


def test_an_old_version_is_listed_from_the_history() -> None:
    store = store_of("b", "a")
    for value in range(3):
        label(store, "a", value)
    (then, _) = store.snapshot(NODE, store.version - 1).items
    assert then["metadata"]["labels"] == {"value": "1"}


@pytest.mark.parametrize(("nodes", "remembered"), [(1, 3), (5, 5)])
def test_the_history_is_longer_in_a_large_fleet(
    monkeypatch: pytest.MonkeyPatch, nodes: int, remembered: int
) -> None:
    monkeypatch.setattr(collection, "HISTORY_EVENTS", 3)
    store = store_of(*(f"n{number}" for number in range(nodes)))
    listed = store.snapshot(NODE)
    for value in range(remembered):
        label(store, "n0", value)
    assert store.snapshot(NODE, listed.version) is listed
    label(store, "n0", remembered)
    with pytest.raises(StatusError) as raised:
        store.snapshot(NODE, listed.version)
    assert raised.value.code == 410


def test_a_watcher_gets_events_in_order_and_waits_for_more() -> None:
    store = store_of("a")
    watcher = store.watch(NODE, 1000)

    async def follow() -> None:
        label(store, "a", 1)
        store.delete(NODE, "a")
        await watcher.wait(10)
        assert taken(watcher) == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]
        await watcher.wait(0)
        assert taken(watcher) == []
        waiting = asyncio.create_task(watcher.wait(10))
        await asyncio.sleep(0)
        store.create(NODE, {"metadata": {"name": "b"}})
        await waiting
        assert taken(watcher) == [("ADDED", "b")]

    asyncio.run(follow())


def test_a_watcher_that_lags_behind_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "HISTORY_EVENTS", 3)
    store = store_of("a")
    idle, busy = store.watch(NODE, store.version), store.watch(NODE, store.version)
    for value in range(7):
        label(store, "a", value)
        busy.take(1)
    asyncio.run(idle.wait(10))
    assert (idle.lost, busy.lost) == (True, False)


def streaming_list() -> WatchRequest:
    query = {
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "allowWatchBookmarks": "true",
        "timeoutSeconds": "60",
    }
    return WatchRequest.parse(NODE, Selection(), query, View())


def kinds_of(
    store: ObjectStore,
    request: WatchRequest,
    pieces: int,
    between: Callable[[], None] = lambda: None,
) -> list[str]:
    """Return the types of the events in this many pieces of a watch."""

    async def read() -> bytes:
        async with aclosing(watch_lines(store, request, 60.0)) as stream:
            text = b""
            for _ in range(pieces):
                text += await anext(stream)
                between()
        return text

    return [json.loads(line)["type"] for line in asyncio.run(read()).splitlines()]


def test_changes_during_a_streaming_list_follow_it() -> None:
    """Even if the history is dropped before the client has read the list."""
    store = store_of(*(f"n{number:02}" for number in range(40)))
    values = iter([1, 2])

    def change() -> None:
        for value in values:
            label(store, "n39", value)
        store.compact()

    kinds = kinds_of(store, streaming_list(), 5, change)
    assert kinds == [*["ADDED"] * 40, "BOOKMARK", *["MODIFIED"] * 2]


def test_events_that_are_ready_share_a_piece() -> None:
    store = store_of("a")
    request = WatchRequest.parse(NODE, Selection(), {"resourceVersion": "1000"}, View())
    for value in range(3):
        label(store, "a", value)
    assert kinds_of(store, request, 1) == ["ADDED", *["MODIFIED"] * 3]
