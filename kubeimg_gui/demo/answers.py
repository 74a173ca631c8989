"""Answers over HTTP: JSON whole or in pieces, zipped where asked for."""

import asyncio
import itertools
import zlib
from collections.abc import AsyncIterator, Iterator

import msgspec
from aiohttp import web

from kubeimg_gui.demo.kinds import JsonObject, Kind

GZIP_BYTES = 128 * 1024
"""Smaller answers are not compressed, as with a real server."""


def json_answer(value: JsonObject, code: int = 200) -> web.Response:
    """An object."""
    return web.Response(
        body=msgspec.json.encode(value), status=code, content_type="application/json"
    )


async def send_pieces(request: web.Request, pieces: Iterator[bytes]) -> web.StreamResponse:
    """Answer with JSON, piece by piece where it is long, zipped where asked for."""
    begun = b""
    while len(begun) <= GZIP_BYTES:
        piece = next(pieces, None)
        if piece is None:
            return web.Response(body=begun, content_type="application/json")
        begun += piece
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    whole = itertools.chain([begun], pieces)
    response.enable_chunked_encoding()
    await response.prepare(request)
    async for piece in _zipped(whole) if zipped else _breathing(whole):
        await response.write(piece)
    return response


async def _breathing(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces, with a turn for everybody else before each."""
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece


async def _zipped(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces as one gzip stream, compressed outside the event loop."""
    compressor = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for piece in pieces:
        yield await asyncio.to_thread(compressor.compress, piece)
    yield compressor.flush()


def success(details: JsonObject | None = None) -> JsonObject:
    """The Status of what was done."""
    status: JsonObject = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return {**status, "details": details} if details else status


def deleted(kind: Kind, item: JsonObject) -> JsonObject:
    """The Status of an object that is gone."""
    metadata = item["metadata"]
    details = {"name": metadata["name"], "kind": kind.plural, "uid": metadata["uid"]}
    return success({**details, **({"group": kind.group} if kind.group else {})})
