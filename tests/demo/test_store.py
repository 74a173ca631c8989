"""The demo's store: order, history, what watchers are told, and who is cut off."""

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


def told(watcher: Watcher) -> list[tuple[str, str]]:
    events = watcher.take(len(watcher.events))
    return [(event.type, event.item["metadata"]["name"]) for event in events]


def test_lists_are_in_order_whoever_comes_and_goes() -> None:
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
def test_a_list_of_any_version_is_what_it_was(
    first: list[tuple[str, str]], later: list[tuple[str, str]]
) -> None:
    """Asked for at once or afterwards, and whatever is written while somebody reads it."""
    store = store_of("b", "c")
    copies: list[tuple[Snapshot, list[object]]] = []

    for number, (verb, name) in enumerate(first):
        if number:  # for the first one nobody asks before it is old
            snapshot = store.snapshot(NODE)
            copies.append((snapshot, list(snapshot.items)))
        write(store, number, verb, name)
    asked_late = store.snapshot(NODE, 1002)
    for number, (verb, name) in enumerate(later, len(first)):
        write(store, number, verb, name)
    for snapshot, items in copies:
        assert snapshot.items == items
    assert names(store, 1002) == ["b", "c"]
    assert [n["metadata"]["name"] for n in asked_late.items] == ["b", "c"]
    assert not any("labels" in n["metadata"] for n in asked_late.items)


def test_a_version_that_nobody_has_asked_for_yet_is_still_told() -> None:
    store = store_of("b", "a")
    for value in range(3):
        label(store, "a", value)
    (then, _) = store.snapshot(NODE, store.version - 1).items
    assert then["metadata"]["labels"] == {"value": "1"}


@pytest.mark.parametrize(("nodes", "remembered"), [(1, 3), (5, 5)])
def test_a_large_fleet_is_remembered_for_longer(
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


def test_a_watcher_is_told_in_order_and_waits_for_more() -> None:
    store = store_of("a")
    watcher = store.watch(NODE, 1000)

    async def follow() -> None:
        label(store, "a", 1)
        store.delete(NODE, "a")
        await watcher.wait(10)
        assert told(watcher) == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]
        await watcher.wait(0)
        assert told(watcher) == []
        waiting = asyncio.create_task(watcher.wait(10))
        await asyncio.sleep(0)
        store.create(NODE, {"metadata": {"name": "b"}})
        await waiting
        assert told(watcher) == [("ADDED", "b")]

    asyncio.run(follow())


def test_a_watcher_that_takes_nothing_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
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
    """The types of the events that so many pieces of a watch tell."""

    async def read() -> bytes:
        async with aclosing(watch_lines(store, request, 60.0)) as stream:
            text = b""
            for _ in range(pieces):
                text += await anext(stream)
                between()
        return text

    return [json.loads(line)["type"] for line in asyncio.run(read()).splitlines()]


def test_what_happens_during_a_streaming_list_follows_it() -> None:
    """Also where the history has been forgotten before the client had read the list."""
    store = store_of(*(f"n{number:02}" for number in range(40)))
    happenings = iter([1, 2])

    def happen() -> None:
        for value in happenings:
            label(store, "n39", value)
        store.compact()

    kinds = kinds_of(store, streaming_list(), 5, happen)
    assert kinds == [*["ADDED"] * 40, "BOOKMARK", *["MODIFIED"] * 2]


def test_what_is_ready_comes_together() -> None:
    store = store_of("a")
    request = WatchRequest.parse(NODE, Selection(), {"resourceVersion": "1000"}, View())
    for value in range(3):
        label(store, "a", value)
    assert kinds_of(store, request, 1) == ["ADDED", *["MODIFIED"] * 3]
