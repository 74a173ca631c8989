"""HTTP answers: JSON, whole or in pieces, compressed if the client accepts gzip."""

import asyncio
import itertools
import zlib
from collections.abc import AsyncIterator, Iterator

import msgspec
from aiohttp import web

from kubeimg_gui.demo.kinds import JsonObject, Kind

GZIP_BYTES = 128 * 1024
"""Minimum size of a compressed answer, as in a real server."""


def json_answer(value: JsonObject, code: int = 200) -> web.Response:
    """Returns an answer whose body is an object."""
    return web.Response(
        body=msgspec.json.encode(value), status=code, content_type="application/json"
    )


async def send_pieces(request: web.Request, pieces: Iterator[bytes]) -> web.StreamResponse:
    """Sends JSON: a long answer in pieces, compressed if the client accepts gzip."""
    head = b""
    while len(head) <= GZIP_BYTES:
        piece = next(pieces, None)
        if piece is None:
            return web.Response(body=head, content_type="application/json")
        head += piece
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    compress = "gzip" in request.headers.get("Accept-Encoding", "")
    if compress:
        response.headers["Content-Encoding"] = "gzip"
    whole = itertools.chain([head], pieces)
    response.enable_chunked_encoding()
    await response.prepare(request)
    async for piece in _compressed(whole) if compress else _with_pauses(whole):
        await response.write(piece)
    return response


async def _with_pauses(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Yields the pieces; lets other tasks run before each."""
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece


async def _compressed(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Yields the pieces as one gzip stream, compressed in a worker thread."""
    compressor = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for piece in pieces:
        yield await asyncio.to_thread(compressor.compress, piece)
    yield compressor.flush()


def success(details: JsonObject | None = None) -> JsonObject:
    """Returns a Status of success."""
    status: JsonObject = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return {**status, "details": details} if details else status


def deleted(kind: Kind, item: JsonObject) -> JsonObject:
    """Returns the Status for a deleted object."""
    metadata = item["metadata"]
    details = {"name": metadata["name"], "kind": kind.plural, "uid": metadata["uid"]}
    return success({**details, **({"group": kind.group} if kind.group else {})})
