"""PEM blocks are found as in Go: what is no block is text, wherever it stands."""

from base64 import encodebytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.x509.pem import Block, blocks

GOOD = b"-----BEGIN X-----\nAAEC\n-----END X-----\n"
CONTENT = b"\0\1\2"


@pytest.mark.parametrize(
    "data",
    [
        GOOD,
        GOOD.rstrip(),
        b"\n\n" + GOOD,
        b"text: with a colon\n" + GOOD + b"# more\n",
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"\n\n"),
        GOOD.replace(b"\n", b"  \t\n"),
        GOOD.replace(b"AAEC", b"AA\nEC"),
        GOOD.replace(b"AAEC", b"A A\tE C"),
        b"-----BEGIN X-----\n" + GOOD,
        b"-----BEGIN X-----\n!!!!\n-----END X-----\n" + GOOD,
        b"-----BEGIN Y-----\nAAEC\n-----END X-----\n" + GOOD,
        b"-----BEGIN X-----\nAAEC\n-----END X----- trailing\n" + GOOD,
        b"x-----BEGIN X-----\nAAEC\n-----END X-----\n" + GOOD,
        b"-----BEGIN X\nAAEC\n-----END X-----\n" + GOOD,
    ],
)
def test_one_block_is_found(data: bytes) -> None:
    assert list(blocks(data)) == [Block(b"X", has_headers=False, content=CONTENT)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"-----END X-----",
        b"\xef\xbb\xbf" + GOOD,
        b"  " + GOOD,
        b"\xff\xfe" + GOOD.decode().encode("utf-16-le"),
        GOOD.rstrip() + GOOD,
        GOOD.replace(b"\n", b"\r"),
        GOOD.replace(b"AAEC", b"AAE"),
        GOOD.replace(b"-----END", b"  -----END"),
        GOOD.replace(b"-----END X-----", b"-----END X----"),
    ],
)
def test_no_block_is_found(data: bytes) -> None:
    assert list(blocks(data)) == []


def test_headers_and_an_empty_block_are_seen() -> None:
    with_headers = GOOD.replace(b"AAEC", b"Proc-Type: 4,ENCRYPTED\n\nAAEC")
    empty = b"-----BEGIN E-----\n-----END E-----\n"
    assert list(blocks(with_headers + empty)) == [
        Block(b"X", has_headers=True, content=CONTENT),
        Block(b"E", has_headers=False, content=b""),
    ]


TYPES = st.text("ABC XYZ", min_size=1, max_size=12).map(lambda text: text.strip().encode() or b"A")
TEXTS = st.binary(max_size=40).filter(lambda text: b"-----" not in text)


@given(st.lists(st.tuples(TEXTS, TYPES, st.binary(max_size=100)), max_size=4))
def test_every_block_is_found_between_any_text(parts: list[tuple[bytes, bytes, bytes]]) -> None:
    data = b"".join(
        b"%b\n-----BEGIN %b-----\n%b-----END %b-----\n" % (text, kind, encodebytes(content), kind)
        for text, kind, content in parts
    )
    found = [(each.type, each.content) for each in blocks(data)]
    assert found == [(kind, content) for _, kind, content in parts]


MARKS = [b"-----BEGIN ", b"-----END ", b"X-----", b"\n", b"AAEC", b": "]


@given(st.lists(st.sampled_from(MARKS)))
def test_blocks_do_not_overlap(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    assert len(list(blocks(data))) <= min(data.count(mark) for mark in MARKS[:2])
