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


def test_empty_names_and_negative_sizes_of_images_are_dropped() -> None:
    images = [{"names": ["", None, "redis:7"], "sizeBytes": -5}]
    record, _ = JsonCodec(JsonNodes()).record(raw(node_json("n", images=images)))
    assert [(image.names, image.size_bytes) for image in record.images] == [(("redis:7",), 0)]


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


@pytest.mark.parametrize(
    "status",
    [
        {"images": [{"names": ["x"], "sizeBytes": "12"}]},
        {"images": [{"names": "x"}]},
        {"images": 5},
        {"conditions": [{"type": 5}]},
    ],
)
def test_a_field_of_a_wrong_type_is_a_decode_error(status: dict[str, Any]) -> None:
    codec = JsonCodec(JsonNodes())
    node = raw(node_json("sick", "9", **status))
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
        b'{"metadata": {"name": "n", "uid": "u"}, "status": {"images": [{"sizeBytes": 1e3}]}}',
        b'{"metadata": {"name": "n", "uid": "u"}, "status": {"images": [{"sizeBytes": %d}]}}'
        % (2**53),
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
