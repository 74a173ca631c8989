"""Reads PEM blocks as Go's `encoding/pem` does: which bytes are a block, and which are text."""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from dataclasses import dataclass

_BEGIN, _END, _DASHES = b"-----BEGIN ", b"\n-----END ", b"-----"
_SPACE = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Block:
    """One PEM block.

    Attributes:
        type: what stands after BEGIN, such as `CERTIFICATE`.
        has_headers: lines with a colon precede the content.
        content: the bytes that the base64 text stands for.
    """

    type: bytes
    has_headers: bool
    content: bytes


def blocks(data: bytes) -> Iterator[Block]:
    """Yields the well-formed blocks of `data`; skips everything else.

    A block begins at the start of a line and ends with a line of the same type. Lines of its
    base64 text may have spaces and blank lines between them.
    """
    position = 0
    while (end := data.find(_END, position)) >= 0:
        after = end + len(_END)
        begin = data.rfind(_BEGIN, position, end)
        at_line_start = begin == position or data[begin - 1 : begin] == b"\n"
        found = _block(data, begin, end) if begin >= 0 and at_line_start else None
        if found is None:
            position = after
            continue
        block, position = found
        yield block


def _block(data: bytes, begin: int, end: int) -> tuple[Block, int] | None:
    """Returns the block between the two marks, and where the text after it begins."""
    type_line, text = _line(data, begin + len(_BEGIN))
    if not type_line.endswith(_DASHES):
        return None
    kind = type_line.removesuffix(_DASHES)
    first = text
    while b":" in (line := _line(data, text))[0] and text < len(data):
        text = line[1]
    last_line, rest = _line(data, end + len(_END))
    has_headers = text != first
    if (has_headers and text > end) or last_line != kind + _DASHES:
        return None
    try:
        content = b64decode(re.sub(rb"[ \t\r\n]", b"", data[text:end]), validate=True)
    except Error:
        return None
    return Block(kind, has_headers, content), rest


def _line(data: bytes, start: int) -> tuple[bytes, int]:
    """Returns the line from `start` without white space at its end, and where the next begins."""
    end = data.find(b"\n", start)
    end = len(data) if end < 0 else end
    return data[start:end].rstrip(_SPACE), min(end + 1, len(data))
