"""What both codecs share: keys of objects, and values that are decoded once."""

from kubeimg_gui.cluster.wire.codec import Outline, Shared


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
