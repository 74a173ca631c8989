"""DER is read strictly: what is not in its only form is an error, never a crash."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.x509 import der
from kubeimg_gui.cluster.x509.der import DerError


@given(st.lists(st.tuples(st.sampled_from([2, 4, 0x30, 0xA0]), st.binary(max_size=300))))
def test_what_is_encoded_is_read(values: list[tuple[int, bytes]]) -> None:
    data = b"".join(der.encoded(tag, content) for tag, content in values)
    assert [(each.tag, each.content) for each in der.elements(data)] == values
    assert b"".join(each.whole for each in der.elements(data)) == data


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    readers = (der.elements, der.integer, der.boolean, der.bits, der.object_identifier)
    for read in readers:
        with suppress(DerError):
            read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x30",
        b"\x30\x05\x00",
        b"\x1f\x81\x00\x00",
        b"\x30\x80\x00\x00",
        b"\x30\x81\x05\x01\x02\x03\x04\x05",
        b"\x30\x82\x00\x85" + bytes(0x85),
        b"\x30\x85\x00\x00\x00\x00\x01\x00",
    ],
)
def test_a_value_in_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(DerError):
        der.elements(data)


@pytest.mark.parametrize("number", [0, 1, -1, 127, 128, -128, -129, 2**64, -(2**64)])
def test_an_integer_is_read_in_its_shortest_form_only(number: int) -> None:
    size = (number + (number < 0)).bit_length() // 8 + 1
    assert der.integer(number.to_bytes(size, "big", signed=True)) == number
    with pytest.raises(DerError):
        der.integer(number.to_bytes(size + 1, "big", signed=True))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\x55\x1d\x11", "2.5.29.17"),
        (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", "1.2.840.113549.1.1.11"),
        (b"\x88\x37", "2.999"),
        (b"\x00", "0.0"),
    ],
)
def test_an_object_identifier_is_read(content: bytes, text: str) -> None:
    assert der.object_identifier(content) == text


@pytest.mark.parametrize("content", [b"", b"\x80\x01", b"\x55\x80\x01", b"\x55\x81"])
def test_an_object_identifier_in_another_form_is_refused(content: bytes) -> None:
    with pytest.raises(DerError):
        der.object_identifier(content)


def test_a_single_value_of_its_tag_is_wanted() -> None:
    assert der.only(b"\x02\x01\x05", der.INTEGER) == b"\x05"
    for data in (b"", b"\x04\x01\x05", b"\x02\x01\x05\x02\x01\x05"):
        with pytest.raises(DerError):
            der.only(data, der.INTEGER)
