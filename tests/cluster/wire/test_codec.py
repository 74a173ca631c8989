"""What both codecs share: their choice, keys of objects, and values that are decoded once."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from kubeimg_gui.cluster.resources import NODES, PODS, Resource
from kubeimg_gui.cluster.wire.codec import Body, Outline, Shared
from kubeimg_gui.cluster.wire.json_codec import JsonCodec
from kubeimg_gui.cluster.wire.protobuf_codec import ProtobufCodec


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
