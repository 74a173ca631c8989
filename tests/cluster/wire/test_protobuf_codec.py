"""Nodes from protobuf equal those from JSON; malformed data raises only DecodeError."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from kubeimg_gui.cluster.wire import messages_pb2 as messages
from kubeimg_gui.cluster.wire.codec import DecodeError, Outline
from kubeimg_gui.cluster.wire.json_codec import JsonCodec
from kubeimg_gui.cluster.wire.json_nodes import JsonNodes
from kubeimg_gui.cluster.wire.protobuf_codec import MAGIC, ProtobufCodec
from kubeimg_gui.cluster.wire.protobuf_nodes import ProtobufNodes
from kubeimg_gui.cluster.wire.status import Status, read_status
from tests.support.encodings_of_nodes import (
    bookmark_protobuf,
    enveloped,
    frame,
    list_protobuf,
    node_protobuf,
    status_protobuf,
)
from tests.support.scripted_server import image_json, node_json, status_json

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
instants = st.integers(1, 4 * 10**9).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
)
states = st.sampled_from(["True", "False", "Unknown", "odd"])
conditions = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Ready", "DiskPressure", "PIDPressure", "KernelDeadlock"]),
        "status": states,
    }
)
taints = st.fixed_dictionaries({"key": words, "effect": words}, optional={"value": words})
sizes = st.integers(-(2**63), 2**63 - 1) | st.integers(0, 2**20)
images = st.fixed_dictionaries(
    {"names": st.none() | st.lists(words, max_size=3), "sizeBytes": sizes}
)
metadata = st.fixed_dictionaries(
    {"name": words.filter(bool), "uid": words.filter(bool), "resourceVersion": words},
    optional={
        "creationTimestamp": instants,
        "deletionTimestamp": instants,
        "labels": st.none() | st.dictionaries(words, words, max_size=4),
    },
)
statuses: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {},
    optional={
        "conditions": st.none() | st.lists(conditions, max_size=5),
        "nodeInfo": st.fixed_dictionaries({"containerRuntimeVersion": words}),
        "images": st.none() | st.lists(images, max_size=5),
    },
)


@st.composite
def nodes(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "metadata": draw(metadata),
        "spec": {
            "unschedulable": draw(st.booleans()),
            "taints": draw(st.lists(taints, max_size=2)),
        },
        "status": draw(statuses),
    }


@given(st.lists(nodes(), max_size=4))
def test_both_codecs_decode_equal_records(given: list[dict[str, Any]]) -> None:
    read_json, read_protobuf = JsonCodec(JsonNodes()), ProtobufCodec(ProtobufNodes())
    for node in given:
        expected = read_json.record(Raw(json.dumps(node).encode()))
        assert read_protobuf.record(node_protobuf(node)) == expected
        assert read_protobuf.record(enveloped("Node", node_protobuf(node))) == expected


@pytest.mark.parametrize("size", [2**63 - 1, 2**53, 2**44 + 1, -1, -(2**63)])
def test_an_unbelievable_size_costs_neither_the_image_nor_the_node(size: int) -> None:
    images = [image_json("huge:1", size), image_json("ok:1", 5)]
    record, _ = ProtobufCodec(ProtobufNodes()).record(node_protobuf(node_json(images=images)))
    assert [(image.size_bytes, image.raw_size) for image in record.images] == [
        (0, str(size)),
        (5, ""),
    ]
    assert (record.reported_bytes, record.unbelievable_sizes) == (5, 1)


@pytest.mark.parametrize(
    ("entry", "names", "raw_size"),
    [
        (b"\x0a\x02a\xff\x10\x05", ("a\\xff",), ""),
        (b"\x0a\x02a\xff\x10" + b"\xff" * 9 + b"\x01", ("a\\xff",), "-1"),
        (b"\x0a\x05x", (), "0a0578"),
        (b"\x10\x05\x12\x01", (), "10051201"),
    ],
)
def test_an_odd_image_costs_no_node(entry: bytes, names: tuple[str, ...], raw_size: str) -> None:
    status = messages.Node.NodeStatus(images=[entry])
    metadata = messages.Node.ObjectMeta(name="n", uid="u")
    node = messages.Node(metadata=metadata, status=status).SerializeToString()
    (image,) = ProtobufCodec(ProtobufNodes()).record(node)[0].images
    assert (image.names, image.raw_size) == (names, raw_size)


@given(nodes())
def test_both_codecs_read_the_same_outline(node: dict[str, Any]) -> None:
    outline = ProtobufCodec(ProtobufNodes()).outline(enveloped("Node", node_protobuf(node)))
    assert outline == JsonCodec(JsonNodes()).outline(Raw(json.dumps(node).encode()))
    assert (outline.name, outline.version) == (
        node["metadata"]["name"],
        node["metadata"]["resourceVersion"],
    )


def test_an_image_is_decoded_once_and_shared() -> None:
    codec = ProtobufCodec(ProtobufNodes())
    first, second = (
        codec.record(node_protobuf(node_json(name, images=[image_json("redis:7", 5)])))[0]
        for name in "ab"
    )
    assert first.images[0] is second.images[0]
    assert first.labels[0] is second.labels[0]


def test_a_page_is_split_without_decoding_its_items() -> None:
    body = list_protobuf(
        b"not a node",
        node_protobuf(node_json("b")),
        resourceVersion="12",
        continueToken="token",
        remainingItemCount=7,
    )
    page = ProtobufCodec(ProtobufNodes()).page(body)
    assert (page.kind, page.version, page.continue_token) == ("NodeList", "12", "token")
    assert page.remaining == 7
    assert ProtobufCodec(ProtobufNodes()).record(page.items[1])[0].name == "b"


def test_a_page_may_leave_out_how_many_items_remain() -> None:
    assert (
        ProtobufCodec(ProtobufNodes()).page(list_protobuf(resourceVersion="12")).remaining is None
    )


def test_an_event_is_split() -> None:
    codec = ProtobufCodec(ProtobufNodes())
    event = codec.event(frame("ADDED", enveloped("Node", node_protobuf(node_json("n")))))
    assert event.type == "ADDED"
    assert codec.record(event.object)[0].name == "n"


@pytest.mark.parametrize("ends_list", [True, False])
def test_an_annotated_bookmark_ends_the_list(ends_list: bool) -> None:
    outline = ProtobufCodec(ProtobufNodes()).outline(bookmark_protobuf("42", ends_list=ends_list))
    assert (outline.version, outline.ends_list) == ("42", ends_list)
    annotations = {"k8s.io/initial-events-end": "true"} if ends_list else {}
    bookmark = {"metadata": {"resourceVersion": "42", "annotations": annotations}}
    assert JsonCodec(JsonNodes()).outline(Raw(json.dumps(bookmark).encode())) == outline


def test_malformed_annotations_hide_neither_name_nor_version() -> None:
    strange = messages.Outline.ObjectMeta(
        name="n", resourceVersion="7", annotations=[b"\x0a\x01\xff", b"not an entry"]
    )
    outlined = messages.Outline(metadata=strange).SerializeToString()
    assert ProtobufCodec(ProtobufNodes()).outline(outlined) == Outline("n", "", "7")
    for annotations in (
        "5",
        '{"k8s.io/initial-events-end": true}',
        '["k8s.io/initial-events-end"]',
    ):
        body = (
            f'{{"metadata": {{"name": "n", "resourceVersion": "7", "annotations": {annotations}}}}}'
        )
        assert JsonCodec(JsonNodes()).outline(Raw(body.encode())) == Outline("n", "", "7")


def test_a_very_long_requested_wait_is_cut() -> None:
    body = b'{"code": 503, "details": {"retryAfterSeconds": ' + b"9" * 400 + b"}}"
    assert read_status(body).retry_after in (None, 1e9)


@pytest.mark.parametrize(
    "body",
    [
        b'{"code": 500}',
        b'{"code": 500, "details": null}',
        b'{"code": 500, "details": {"retryAfterSeconds": 0}}',
        status_protobuf(500, "", ""),
    ],
)
def test_an_error_without_a_requested_wait(body: bytes) -> None:
    status = read_status(body)
    assert (status.code, status.retry_after) == (500, None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"code": "x"}',
        b'{"message": "\xff"}',
        b'{"x": ' + b"[" * 10**5 + b"]" * 10**5 + b"}",
        b"k8s\0\xff",
    ],
)
def test_a_body_that_is_not_an_error_is_an_empty_status(body: bytes) -> None:
    assert read_status(body) == Status()


def test_an_error_is_read_in_both_encodings() -> None:
    status = read_status(status_protobuf(410, "Expired", "too old", retry_after=3))
    assert (status.code, status.reason, status.message, status.retry_after) == (
        410,
        "Expired",
        "too old",
        3,
    )
    body = status_json(410, "Expired", "too old") | {"details": {"retryAfterSeconds": 3}}
    assert read_status(json.dumps(body).encode()) == status


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_raise_a_decode_error(body: bytes) -> None:
    codec = ProtobufCodec(ProtobufNodes())
    for attempt in (codec.page, codec.event, codec.record):
        for start in (b"", MAGIC):
            with suppress(DecodeError):
                attempt(start + body)
    codec.outline(body)
    read_status(MAGIC + body)


WHOLE = node_protobuf(node_json("n", "7", images=[image_json("redis:7", 5)]))


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_one_wrong_byte_decodes_or_raises_a_decode_error(place: int, byte: int) -> None:
    with suppress(DecodeError):
        ProtobufCodec(ProtobufNodes()).record(WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        node_protobuf(node_json("")),
        node_protobuf({"metadata": {"name": "n", "uid": ""}}),
        b"\x0a\x06\x0a\x01\xff\x2a\x01u",  # a name that is not UTF-8
        b"\x0a\x05ab",
        b"\x0b" * 200,  # groups within groups
    ],
)
def test_objects_that_no_api_server_writes_are_decode_errors(body: bytes) -> None:
    with pytest.raises(DecodeError):
        ProtobufCodec(ProtobufNodes()).record(body)
