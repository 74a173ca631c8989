"""The documented JSON: fields, types and values."""

import json

import msgspec

from kubeimg_gui.domain.change import NodeChange, compare_nodes
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.headless.json_schema import change_object, node_object, rfc3339
from tests.support.builders import digest, image, images, node

A = digest("a")


def changed(old: NodeRecord | None, new: NodeRecord | None) -> NodeChange:
    change = compare_nodes(old, new, at=1_795_000_000.25)
    assert change is not None
    return change


def test_a_node() -> None:
    record = node("n", [image("redis:7", size=5), image(size=3)], ready=None)
    assert node_object(record) == {
        "name": "n",
        "uid": "uid-of-n",
        "ready": None,
        "unschedulable": False,
        "runtime": "containerd://1.7.27",
        "image_count": 2,
        "reported_bytes": 8,
        "capped": False,
        "images": [{"names": ["redis:7"], "size_bytes": 5}, {"names": [], "size_bytes": 3}],
    }


def test_a_change_of_images() -> None:
    old = node("n", [image("left:1", size=5), image(f"x@{A}", "x:1", size=2)])
    new = node("n", [image("came:1", size=7), image(f"x@{A}", size=2)])
    assert change_object(changed(old, new), "prod") == {
        "time": "2026-11-18T11:06:40.250Z",
        "cluster": "prod",
        "node": "n",
        "uid": "uid-of-n",
        "event": "changed",
        "reported_bytes_old": 7,
        "reported_bytes_new": 9,
        "arrived": [{"names": ["came:1"], "size_bytes": 7}],
        "left": [{"names": ["left:1"], "size_bytes": 5}],
        "no_longer_listed": [],
        "retagged": [{"names_old": [f"x@{A}", "x:1"], "names": [f"x@{A}"], "size_bytes": 2}],
        "capped": False,
    }


def test_a_capped_list() -> None:
    full = images(50)
    capped = change_object(
        changed(node(held=full), node(held=[image("big:1", size=10**12), *full[:-1]])), "c"
    )
    assert capped["capped"] is True
    assert capped["left"] == []
    assert [i["names"] for i in capped["no_longer_listed"]] == [list(full[-1].names)]


def test_an_added_and_a_deleted_node_have_sizes_and_no_images() -> None:
    record = node(held=[image("x:1", size=5)])
    added = change_object(changed(None, record), "c")
    deleted = change_object(changed(record, None), "c")
    assert (added["event"], added["reported_bytes_old"], added["reported_bytes_new"]) == (
        "added",
        0,
        5,
    )
    assert (deleted["event"], deleted["reported_bytes_old"], deleted["reported_bytes_new"]) == (
        "deleted",
        5,
        0,
    )


def test_it_is_json() -> None:
    change = changed(None, node("中文", [image("x:1")]))
    assert json.loads(msgspec.json.encode(change_object(change, "c")))["node"] == "中文"


def test_times_are_utc() -> None:
    assert rfc3339(0.0) == "1970-01-01T00:00:00.000Z"
