"""The documented JSON: fields, types and values."""

import json

import msgspec
import pytest

from kubeimg_gui.domain.change import NodeChange, compare_nodes
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_list import Listing
from kubeimg_gui.domain.node import NodeRecord, Taint
from kubeimg_gui.headless.json_schema import change_object, node_object, rfc3339
from tests.support.builders import CUT, PERHAPS_CUT, digest, image, images, node

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
        "list_state": "complete",
        "unbelievable_sizes": 0,
        "conditions": [],
        "taints": [],
        "images": [{"names": ["redis:7"], "size_bytes": 5}, {"names": [], "size_bytes": 3}],
    }


def test_the_conditions_and_taints_of_a_node_and_of_a_change() -> None:
    pressed = node(
        conditions=(("Ready", "True"), ("DiskPressure", "True")),
        taints=(Taint("node.kubernetes.io/disk-pressure", "", "NoSchedule"),),
    )
    for found in (node_object(pressed), change_object(changed(None, pressed), "c")):
        assert found["conditions"] == [
            {"type": "Ready", "status": "True"},
            {"type": "DiskPressure", "status": "True"},
        ]
        assert found["taints"] == [
            {"key": "node.kubernetes.io/disk-pressure", "value": "", "effect": "NoSchedule"}
        ]


def test_a_size_that_is_not_believable() -> None:
    odd = ContainerImage(("huge:1",), 0, "9223372036854775807")
    expected = {
        "names": ["huge:1"],
        "size_bytes": 0,
        "size_believable": False,
        "size_raw": "9223372036854775807",
    }
    record = node("n", [odd, image("ok:1", size=5)])
    found = node_object(record)
    assert found["images"] == [expected, {"names": ["ok:1"], "size_bytes": 5}]
    assert (found["reported_bytes"], found["unbelievable_sizes"]) == (5, 1)
    arrived = change_object(changed(node("n"), record), "c")
    assert arrived["arrived"][0] == expected
    assert (arrived["arrived_bytes"], arrived["unbelievable_sizes"]) == (5, 1)
    (retagged,) = change_object(
        changed(record, node("n", [image("huge:1", f"huge@{A}", size=0), *record.images[1:]])), "c"
    )["left"]
    assert retagged == expected


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
        "listed_now": [],
        "retagged": [{"names_old": [f"x@{A}", "x:1"], "names": [f"x@{A}"], "size_bytes": 2}],
        "arrived_bytes": 7,
        "left_bytes": 5,
        "capped": False,
        "list_state": "complete",
        "unbelievable_sizes": 0,
        "conditions": [],
        "taints": [],
    }


@pytest.mark.parametrize(("before", "state"), [(CUT, "cut"), (PERHAPS_CUT, "perhaps-cut")])
def test_a_list_that_may_be_cut(before: Listing, state: str) -> None:
    full = images(20)
    old = node(held=full, before=before)
    new = node(held=[image("big:1", size=10**12), *full[:-1]], before=before)
    found = change_object(changed(old, new), "c")
    assert (found["capped"], found["list_state"]) == (True, state)
    assert found["left"] == []
    assert [i["names"] for i in found["no_longer_listed"]] == [list(full[-1].names)]
    back = change_object(changed(new, old), "c")
    assert back["arrived"] == []
    assert [i["names"] for i in back["listed_now"]] == [list(full[-1].names)]
    assert (back["arrived_bytes"], back["left_bytes"]) == (0, 10**12)
    assert (node_object(old)["capped"], node_object(old)["list_state"]) == (True, state)


def test_an_empty_list_says_nothing() -> None:
    found = node_object(node(before=PERHAPS_CUT))
    assert (found["capped"], found["list_state"]) == (False, "perhaps-cut")


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
