"""Reads DER, the encoding of certificates, as strictly as Go's `cryptobyte` does."""

from dataclasses import dataclass

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING = 0x01, 0x02, 0x03, 0x04
NULL, OBJECT_IDENTIFIER, SEQUENCE = 0x05, 0x06, 0x30

_LONG_TAG = 0x1F
_LONG_LENGTH = 0x80
_LENGTH_BYTES = 4


class DerError(ValueError):
    """The bytes are not valid DER of the expected form."""


@dataclass(frozen=True, slots=True)
class Element:
    """One value: its tag, its content, and the whole encoding."""

    tag: int
    content: bytes
    whole: bytes


def elements(data: bytes) -> list[Element]:
    """Returns the values that `data` consists of; raises DerError."""
    found: list[Element] = []
    position = 0
    while position < len(data):
        element = _element(data, position)
        found.append(element)
        position += len(element.whole)
    return found


def only(data: bytes, tag: int) -> bytes:
    """Returns the content of the single value that `data` is; raises DerError."""
    found = elements(data)
    if [each.tag for each in found] != [tag]:
        raise DerError("unexpected values")
    return found[0].content


def _element(data: bytes, start: int) -> Element:
    if start + 2 > len(data) or data[start] & _LONG_TAG == _LONG_TAG:
        raise DerError("a value is cut off, or has a long tag")
    length, content = data[start + 1], start + 2
    if length & _LONG_LENGTH:
        size = length & ~_LONG_LENGTH
        encoded = data[content : content + size]
        length, content = int.from_bytes(encoded, "big"), content + size
        if not 0 < size <= _LENGTH_BYTES or encoded[:1] == b"\0" or length < _LONG_LENGTH:
            raise DerError("a length is not in its shortest form")
    end = content + length
    if end > len(data):
        raise DerError("a value is cut off")
    return Element(data[start], data[content:end], data[start:end])


def integer(content: bytes) -> int:
    """Returns the value of an INTEGER; raises DerError."""
    redundant = content[:1] in (b"\0", b"\xff") and len(content) > 1
    if not content or (redundant and (content[0] ^ content[1]) & 0x80 == 0):
        raise DerError("an integer is not in its shortest form")
    return int.from_bytes(content, "big", signed=True)


def boolean(content: bytes) -> bool:
    """Returns the value of a BOOLEAN; raises DerError."""
    if content not in (b"\0", b"\xff"):
        raise DerError("a truth value is neither true nor false")
    return content == b"\xff"


def bits(content: bytes) -> bytes:
    """Returns the bytes of a BIT STRING, the first bit as the highest; raises DerError."""
    if not content or content[0] > 7 or (content[0] and len(content) == 1):
        raise DerError("a bit string has an invalid padding")
    if len(content) > 1 and content[-1] & ((1 << content[0]) - 1):
        raise DerError("a bit string has an invalid padding")
    return content[1:]


def object_identifier(content: bytes) -> str:
    """Returns an OBJECT IDENTIFIER as dotted numbers; raises DerError."""
    if not content or content[-1] & 0x80:
        raise DerError("an object identifier is cut off")
    numbers: list[int] = []
    value, begins = 0, True
    for byte in content:
        if begins and byte == 0x80:
            raise DerError("an object identifier is not in its shortest form")
        value, begins = value << 7 | byte & 0x7F, not byte & 0x80
        if begins:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def encoded(tag: int, content: bytes) -> bytes:
    """Returns a value in DER."""
    length = len(content)
    if length < _LONG_LENGTH:
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, _LONG_LENGTH | size)) + length.to_bytes(size, "big") + content
