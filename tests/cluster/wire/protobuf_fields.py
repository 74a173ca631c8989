"""Encodes protobuf by field number, independently of the generated messages.

The numbers in the tests are those of `generated.proto` in Kubernetes.
"""


def varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def number(field: int, value: int) -> bytes:
    """A field of type int32, int64 or bool."""
    return varint(field << 3) + varint(value)


def text(field: int, value: str) -> bytes:
    return message(field, value.encode())


def message(field: int, *parts: bytes) -> bytes:
    """A field that holds a message, a string or bytes."""
    content = b"".join(parts)
    return varint(field << 3 | 2) + varint(len(content)) + content


def whole(kind: str, *parts: bytes) -> bytes:
    """An object as a response carries it: the prefix, its kind, and the object itself."""
    return b"k8s\0" + message(1, text(1, "v1"), text(2, kind)) + message(2, *parts)
