"""What both codecs share: their choice, keys of objects, and values that are decoded once."""

import json
from collections import deque
from collections.abc import Callable
from itertools import chain
from operator import is_
from types import SimpleNamespace
from typing import Any, cast
from weakref import WeakSet

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.resources import NODES, PODS, Resource
from kubeimg_gui.cluster.wire.codec import (
    Body,
    Decode,
    DecodeError,
    Outline,
    Shared,
    SharedWhileHeld,
)
from kubeimg_gui.cluster.wire.json_codec import JsonCodec
from kubeimg_gui.cluster.wire.json_nodes import JsonNodes
from kubeimg_gui.cluster.wire.protobuf_codec import ProtobufCodec
from kubeimg_gui.cluster.wire.protobuf_nodes import ProtobufNodes
from kubeimg_gui.cluster.wire.records import SHARED_IMAGES_MAX
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from tests.support.encodings_of_nodes import JsonObject, node_protobuf
from tests.support.scripted_server import image_json, node_json


@pytest.mark.parametrize("resource", [NODES, PODS])
@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("application/vnd.kubernetes.protobuf", ProtobufCodec),
        ("application/vnd.kubernetes.protobuf;stream=watch", ProtobufCodec),
        ("application/json", JsonCodec),
        ("application/json;stream=watch", JsonCodec),
        ("", JsonCodec),
    ],
)
def test_the_media_type_chooses_the_codec_which_is_kept(
    resource: "Resource[Any]", media_type: str, kind: type
) -> None:
    body = cast("Body", SimpleNamespace(media_type=media_type))
    codecs = resource.codecs()
    codec = codecs.of(body)
    assert isinstance(codec, kind)
    assert codecs.of(body) is codec, "it holds the values that are decoded once"
    assert resource.codecs().of(body) is not codec, "a codec is confined to one thread"


def test_a_key_holds_the_namespace_where_there_is_one() -> None:
    assert Outline("a").key == "a"
    assert Outline("a", "shop").key == "shop/a"
    assert Outline().key == ""


class Counted:
    """A decoder that notes what it decodes."""

    def __init__(self) -> None:
        self.decoded: list[bytes] = []

    def __call__(self, entry: bytes) -> str:
        self.decoded.append(entry)
        return entry.decode()


def test_equal_entries_are_decoded_once() -> None:
    decode = Counted()
    shared = Shared(decode, limit=10)
    assert shared.values([b"a", b"b", b"a"]) == ("a", "b", "a")
    assert shared.values(iter([b"b", b"c"])) == ("b", "c")
    assert shared.values([]) == ()
    assert decode.decoded == [b"a", b"b", b"c"]


def test_values_are_forgotten_when_there_are_too_many() -> None:
    decode = Counted()
    shared = Shared(decode, limit=2)
    shared.values([b"a", b"b", b"c"])
    shared.values([b"a"])
    assert decode.decoded == [b"a", b"b", b"c"], "known values do not count"
    assert shared.values([b"d"]) == ("d",)
    assert shared.values([b"a"]) == ("a",)
    assert decode.decoded == [b"a", b"b", b"c", b"d", b"a"]


class Value:
    """Something that a weak reference can point to."""

    def __init__(self, entry: bytes) -> None:
        self.entry = entry


def entries(numbers: range) -> list[bytes]:
    return [b"%d" % number for number in numbers]


def test_values_that_nothing_holds_are_dropped_when_the_table_has_doubled() -> None:
    shared = SharedWhileHeld(Value, limit=10)
    living = WeakSet[Value]()
    held = shared.values(entries(range(8)))
    for number in range(100, 1000):
        living.update(shared.values(entries(range(number, number + 1))))
        assert len(living) <= 10 + 1
    assert all(map(is_, held, shared.values(entries(range(8))))), "what is held is shared for ever"


def test_the_table_grows_with_what_is_held_and_shrinks_with_it() -> None:
    shared = SharedWhileHeld(Value, limit=10)
    living = WeakSet[Value]()
    held = [shared.values(entries(range(number, number + 5))) for number in range(0, 1000, 5)]
    living.update(chain.from_iterable(held))
    assert len(living) == 1000
    assert all(map(is_, held[7], shared.values(entries(range(35, 40)))))
    held.clear()
    for number in range(2000, 4100):
        living.update(shared.values(entries(range(number, number + 1))))
    assert len(living) <= 2 * 10 + 1


@given(st.lists(st.lists(st.integers(0, 30), max_size=6), max_size=60), st.integers(0, 8))
def test_equal_entries_of_holders_are_always_one_value(
    lists: list[list[int]], holders: int
) -> None:
    shared = SharedWhileHeld(Value, limit=4)
    held: deque[tuple[Value, ...]] = deque(maxlen=holders)
    for numbers in lists:
        held.append(shared.values([b"%d" % number for number in numbers]))
        distinct = {id(value): value.entry for values in held for value in values}
        assert len(set(distinct.values())) == len(distinct)


def test_a_failed_decode_keeps_the_table_usable() -> None:
    def decode(entry: bytes) -> Value:
        if entry == b"bad":
            raise DecodeError
        return Value(entry)

    shared = SharedWhileHeld(decode, limit=1)
    held = shared.values([b"a", b"b"])
    for _ in range(3):
        with pytest.raises(DecodeError):
            shared.values([b"c", b"bad"])
    assert all(map(is_, held, shared.values([b"a", b"b"])))


def json_node(node: JsonObject) -> bytes:
    return json.dumps(node).encode()


@pytest.mark.parametrize(
    ("decode", "encode"), [(JsonNodes(), json_node), (ProtobufNodes(), node_protobuf)]
)
def test_decoded_images_are_those_that_nodes_hold_and_a_bounded_number_more(
    decode: Decode[NodeRecord], encode: Callable[[JsonObject], bytes]
) -> None:
    living = WeakSet[ContainerImage]()
    held: dict[str, NodeRecord] = {}
    for number in range(6000):
        images = [image_json(f"app:{number - age}", number - age) for age in range(0, 10, 2)]
        record, _ = decode(encode(node_json(f"n{number % 20}", images=images)))
        held[record.name] = record
        living.update(record.images)
    assert len(living) <= SHARED_IMAGES_MAX + 20 * 5
