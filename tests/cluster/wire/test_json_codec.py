"""Nodes from JSON: the fields that are read, sharing, and malformed data."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from kubeimg_gui.cluster.wire import json_nodes
from kubeimg_gui.cluster.wire.codec import DecodeError, Outline
from kubeimg_gui.cluster.wire.json_codec import JsonCodec
from kubeimg_gui.cluster.wire.json_nodes import JsonNodes
from tests.support.scripted_server import image_json, list_json, node_json


def raw(value: Any) -> Raw:
    return Raw(json.dumps(value).encode())


def test_every_field_of_a_node_is_read() -> None:
    node = node_json("n", "7", images=[image_json("redis:7", 5), {"names": None, "sizeBytes": 3}])
    node["spec"] = {"unschedulable": True, "podCIDR": "10.0.0.0/24"}
    node["metadata"]["deletionTimestamp"] = "2026-02-01T00:00:00Z"
    node["metadata"]["labels"] = {"b": "2", "a": "1"}
    node["status"]["conditions"] = [
        {"type": "Ready", "status": "Unknown", "lastHeartbeatTime": "2026-02-01T00:00:00Z"},
        {"type": "PIDPressure", "status": "True"},
        {"type": "DiskPressure", "status": "True"},
        {"type": "MemoryPressure", "status": "False"},
        {"type": "NetworkPressure", "status": "Unknown"},
        {"type": "KernelDeadlock", "status": "True"},
    ]
    record, version = JsonCodec(JsonNodes()).record(raw(node))
    assert version == "7"
    assert (record.name, record.uid, record.created) == ("n", "uid-of-n", 1767225600.0)
    assert (record.ready, record.unschedulable, record.terminating) == (None, True, True)
    assert record.pressures == ("DiskPressure", "PIDPressure")
    assert record.labels == ("a=1", "b=2")
    assert record.runtime == "containerd://1.7.27"
    assert [(i.names, i.size_bytes) for i in record.images] == [(("redis:7",), 5), ((), 3)]


def test_all_conditions_and_taints_are_read_in_their_order() -> None:
    node = node_json("n")
    node["status"]["conditions"] = [
        {"type": "Ready", "status": "True", "reason": "KubeletReady"},
        {"type": "DiskPressure", "status": "Unknown"},
    ]
    node["spec"]["taints"] = [
        {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"},
        {"key": "node.kubernetes.io/disk-pressure", "effect": "NoExecute", "timeAdded": "x"},
    ]
    record, _ = JsonCodec(JsonNodes()).record(raw(node))
    assert record.conditions == (("Ready", "True"), ("DiskPressure", "Unknown"))
    assert record.taints == (
        ("dedicated", "gpu", "NoSchedule"),
        ("node.kubernetes.io/disk-pressure", "", "NoExecute"),
    )


def test_empty_names_of_images_are_dropped() -> None:
    images = [{"names": ["", None, "redis:7"], "sizeBytes": 5}]
    record, _ = JsonCodec(JsonNodes()).record(raw(node_json("n", images=images)))
    assert [(image.names, image.size_bytes) for image in record.images] == [(("redis:7",), 5)]


@pytest.mark.parametrize(
    "size",
    [
        "9223372036854775807",
        "9007199254740992",
        "17592186044417",
        "-1",
        "-9223372036854775808",
        "99999999999999999999999999",
        "1e30",
        "5.5",
        "5.0",
        '"12"',
        '""',
        "true",
        "[]",
        '{"a": 5}',
    ],
)
def test_an_unbelievable_size_costs_neither_the_image_nor_the_node(size: str) -> None:
    body = (
        '{"metadata": {"name": "n", "uid": "u"}, "status": {"images": ['
        f'{{"names": ["huge:1"], "sizeBytes": {size}}}, {{"names": ["ok:1"], "sizeBytes": 5}}]}}}}'
    )
    record, _ = JsonCodec(JsonNodes()).record(Raw(body.encode()))
    odd, believable = record.images
    assert (odd.names, odd.size_bytes, odd.raw_size) == (("huge:1",), 0, size)
    assert (believable.names, believable.size_bytes) == (("ok:1",), 5)
    assert (record.reported_bytes, record.unbelievable_sizes) == (5, 1)
    assert record.is_lower_bound


@pytest.mark.parametrize("size", [0, 1, 2**40, 2**44])
def test_a_believable_size_counts(size: int) -> None:
    record, _ = JsonCodec(JsonNodes()).record(raw(node_json(images=[image_json("x:1", size)])))
    assert (record.reported_bytes, record.unbelievable_sizes) == (size, 0)


def test_a_missing_size_is_zero() -> None:
    images = [{"names": ["x:1"]}, {"names": ["x:2"], "sizeBytes": None}]
    record, _ = JsonCodec(JsonNodes()).record(raw(node_json(images=images)))
    assert [(image.size_bytes, image.raw_size) for image in record.images] == [(0, ""), (0, "")]


def test_entries_that_are_no_images_are_images_without_name_and_size() -> None:
    images = [5, None, "x", ["y"], {"names": "z"}, {"names": [1, "ok:1", {"a": 2}]}]
    record, _ = JsonCodec(JsonNodes()).record(raw(node_json(images=images)))
    assert [(image.names, image.raw_size) for image in record.images] == [
        ((), "5"),
        ((), "null"),
        ((), '"x"'),
        ((), '["y"]'),
        ((), ""),
        (("ok:1",), ""),
    ]


def test_a_name_that_is_not_utf_8_costs_no_node() -> None:
    body = b'{"metadata": {"name": "n", "uid": "u"}, "status": {"images": [{"names": ["\xff"]}]}}'
    record, _ = JsonCodec(JsonNodes()).record(Raw(body))
    assert (record.name, len(record.images)) == ("n", 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": None},
        {"spec": None},
        {"spec": 5},
        {"status": {"conditions": None}},
        {"status": {"conditions": {"type": "Ready"}}},
        {"status": {"conditions": [{"type": 5}, 7, {"type": "Ready"}]}},
        {"status": {"nodeInfo": None}},
        {"status": {"nodeInfo": {"containerRuntimeVersion": 5}}},
        {"status": {"images": None}},
        {"spec": {"unschedulable": "yes"}},
        {"spec": {"taints": None}},
        {"spec": {"taints": [5, {"key": "a"}, {"key": 1, "effect": "NoSchedule"}]}},
        {"metadata": {"name": "n", "uid": "u", "labels": None}},
        {"metadata": {"name": "n", "uid": "u", "labels": ["a"]}},
        {"metadata": {"name": "n", "uid": "u", "labels": {"a": 5}}},
        {"metadata": {"name": "n", "uid": "u", "creationTimestamp": "soon"}},
        {"metadata": {"name": "n", "uid": "u", "creationTimestamp": -5}},
        {"metadata": {"name": "n", "uid": "u", "resourceVersion": 5}},
    ],
)
def test_a_field_of_a_wrong_type_counts_as_absent(fields: dict[str, Any]) -> None:
    bare = {"metadata": {"name": "n", "uid": "u"}}
    expected, _ = JsonCodec(JsonNodes()).record(raw(bare))
    assert JsonCodec(JsonNodes()).record(raw(bare | fields)) == (expected, "")


def test_the_fields_beside_one_of_a_wrong_type_are_read() -> None:
    node = node_json("n", "7", images=[image_json("redis:7", 5)])
    node["spec"] = {"unschedulable": True, "taints": [{"key": "a", "effect": "NoSchedule"}]}
    node["metadata"]["deletionTimestamp"] = "2026-02-01T00:00:00Z"
    codec = JsonCodec(JsonNodes())
    expected = codec.record(raw(node))
    node["metadata"]["labels"]["odd"] = 5
    node["status"]["conditions"].append({"type": "Odd", "status": None})
    record, version = codec.record(raw(node))
    assert (record, version) == expected
    assert record.images[0] is expected[0].images[0]


def test_a_node_with_a_name_alone_is_a_node() -> None:
    record, _ = JsonCodec(JsonNodes()).record(raw({"metadata": {"name": "bare", "uid": "u"}}))
    assert (record.ready, record.images, record.created) == (None, (), None)


def test_an_image_is_decoded_once_and_shared() -> None:
    codec = JsonCodec(JsonNodes())
    first, _ = codec.record(raw(node_json("a", images=[image_json("redis:7", 5)])))
    second, _ = codec.record(raw(node_json("b", images=[image_json("redis:7", 5)])))
    assert first.images[0] is second.images[0]


def test_the_cache_of_shared_images_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_nodes, "SHARED_IMAGES_MAX", 3)
    codec = JsonCodec(JsonNodes())
    record, _ = codec.record(raw(node_json(images=[image_json(f"x:{i}", i) for i in range(10)])))
    assert [image.size_bytes for image in record.images] == list(range(10))


@pytest.mark.parametrize("images", [5, "x", True, {"names": ["x:1"], "sizeBytes": 5}])
def test_images_that_are_no_list_are_a_decode_error(images: object) -> None:
    codec = JsonCodec(JsonNodes())
    node = raw(node_json("sick", "9", images=images))
    with pytest.raises(DecodeError):
        codec.record(node)
    assert codec.outline(node) == Outline("sick", "", "9")


def test_a_page_is_split_without_decoding_its_items() -> None:
    body = json.dumps(
        list_json({"sick": True}, node_json("b"), version="12", remainingItemCount=7)
        | {"metadata": {"resourceVersion": "12", "continue": "token", "remainingItemCount": 7}}
    ).encode()
    page = JsonCodec(JsonNodes()).page(body)
    assert (page.kind, page.version, page.continue_token) == ("NodeList", "12", "token")
    assert page.remaining == 7
    assert len(page.items) == 2


def test_an_event_is_split() -> None:
    event = JsonCodec(JsonNodes()).event(
        json.dumps({"type": "ADDED", "object": node_json("n")}).encode()
    )
    assert event.type == "ADDED"
    assert JsonCodec(JsonNodes()).record(event.object)[0].name == "n"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(["metadata", "spec", "status", "images", "names", "name", "sizeBytes"]),
            children,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_json_decodes_or_raises_a_decode_error(value: Any) -> None:
    codec = JsonCodec(JsonNodes())
    try:
        record, _ = codec.record(raw(value))
    except DecodeError:
        codec.outline(raw(value))
    else:
        assert record.reported_bytes >= 0


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_raise_a_decode_error(body: bytes) -> None:
    codec = JsonCodec(JsonNodes())
    with suppress(DecodeError):
        codec.page(body)
    with suppress(DecodeError):
        codec.event(body)
    with suppress(DecodeError):
        codec.record(Raw(body))
    codec.outline(Raw(body))


WHOLE = json.dumps(node_json("n", "7", images=[image_json("redis:7", 5)])).encode()


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_one_wrong_byte_decodes_or_raises_a_decode_error(place: int, byte: int) -> None:
    with suppress(DecodeError):
        JsonCodec(JsonNodes()).record(Raw(WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]))


@pytest.mark.parametrize(
    "body",
    [
        b'{"metadata": {"name": "n", "uid": "u"}, "x": ' + b"[" * 10**5 + b"]" * 10**5 + b"}",
        b'{"metadata": {"name": "\xff", "uid": "u"}}',
        b'{"metadata": {"name": "\\ud800", "uid": "u"}}',
        b'{"metadata": {"name": "", "uid": "u"}}',
        b'{"metadata": {"name": "n"}}',
        b'{"metadata": {"name": 5, "uid": "u"}}',
        b'{"metadata": null}',
        b"[]",
        b"null",
    ],
)
def test_objects_that_no_api_server_writes_are_decode_errors(body: bytes) -> None:
    with pytest.raises(DecodeError):
        JsonCodec(JsonNodes()).record(Raw(body))


def test_a_list_without_items_is_an_empty_page() -> None:
    for body in (b'{"items": null}', b"{}"):
        assert list(JsonCodec(JsonNodes()).page(body).items) == []


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Puts the machine into a time zone other than UTC."""
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of a process cannot be set here")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("tokyo")
def test_a_time_without_a_zone_is_utc() -> None:
    body = b'{"metadata": {"name": "n", "uid": "u", "creationTimestamp": "2026-01-01T00:00:00"}}'
    assert JsonCodec(JsonNodes()).record(Raw(body))[0].created == 1767225600.0
