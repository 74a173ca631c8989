"""Bad days of an API server, played as a script says.

A rule names the requests that it strikes and what becomes of them: an error, silence, bytes that
are no HTTP, a stream that breaks. So a client can be shown every failure over a real connection.
"""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml
from aiohttp import web

from kubeimg_gui.demo.kinds import JsonObject

FILLING = b"x" * 2**16


class FaultScriptError(Exception):
    """The script is none; the text says why in a sentence."""


class Status(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An error answer; `retry_after` is the header's text."""

    code: int
    reason: str = ""
    message: str = "as the fault script says"
    retry_after: str | None = None


class Rule(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What becomes of some requests.

    Attributes:
        at: which: lists of nodes, their later pages, watches of nodes, watches that begin with the
            list (a streaming list), or any request. In a script that names one of the first three
            there are no streaming lists, for in these a list and a watch are one request.
        after, times: how many of them pass first, and how many are struck then (None: all).
        delay: seconds until there is any answer.
        status: an error answer.
        raw: sent as it is, in place of an answer; each character is a byte.
        endless: the answer has a body, or the stream a line, that never ends.
        empty: the list has no items.
        set: values by their path (`status.images`) in objects of lists and events; the path "" is
            the whole object, in a list null only.
        node: whose object that is; "" for the first of a list and every one of a stream.
        repeat: how often each line of the stream is sent.
        events: how many events of the stream pass before `insert`, `endless` and `then`; None for
            a stream that is left to go on.
        insert: sent there, as it is.
        then: how the answer, or the stream, ends.
    """

    at: Literal["list", "page", "watch", "streaming list", "any"]
    after: int = 0
    times: int | None = None
    delay: float = 0.0
    status: Status | None = None
    raw: str | None = None
    endless: bool = False
    empty: bool = False
    set: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    node: str = ""
    repeat: int = 1
    events: int | None = None
    insert: str = ""
    then: Literal["close", "reset", "silence", "go on"] = "close"


def read_rules(path: Path) -> list[Rule]:
    """The rules of a script in YAML. Raises FaultScriptError."""
    try:
        return msgspec.convert(yaml.safe_load(path.read_bytes()), list[Rule])
    except OSError as error:
        raise FaultScriptError(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise FaultScriptError(f"{path} is no fault script: {reason}") from error


HARMLESS = Rule(at="any")


class Faults:
    """The rules in force; confined to the event loop's thread.

    Attributes:
        struck: how many requests they have struck.
        streaming_lists: whether the server has any.
    """

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self.set(rules)

    def set(self, rules: Sequence[Rule]) -> None:
        """Play these from now on."""
        self._rules = tuple(rules)
        self._met = [0] * len(self._rules)
        self.struck = 0
        self.streaming_lists = {rule.at for rule in rules} <= {"streaming list", "any"}

    def strike(self, request: web.Request, nodes_path: str) -> "Strike":
        """What becomes of a request; the first rule that strikes it decides."""
        kinds = {"any"}
        if request.path == nodes_path and request.method == "GET":
            kinds.add(_kind(request))
        struck: Rule | None = None
        for number, rule in enumerate(self._rules):
            if rule.at in kinds:
                self._met[number] += 1
                last = float("inf") if rule.times is None else rule.after + rule.times
                if struck is None and rule.after < self._met[number] <= last:
                    struck = rule
        self.struck += struck is not None
        return Strike(struck or HARMLESS)


def _kind(request: web.Request) -> str:
    if request.query.get("watch") in ("true", "1"):
        return "streaming list" if "sendInitialEvents" in request.query else "watch"
    return "page" if "continue" in request.query else "list"


@dataclass(frozen=True, slots=True)
class Strike:
    """One rule at work on one request."""

    rule: Rule

    async def answer(self, request: web.Request) -> web.StreamResponse | None:
        """The answer in place of the right one; None where that is to come, if another one."""
        rule = self.rule
        if rule.delay:
            await asyncio.sleep(rule.delay)
        if rule.status:
            return _error(rule.status)
        transport = request.transport
        if rule.raw is not None and transport:
            transport.write(rule.raw.encode("latin-1", "replace"))
            await self.end(request)
            return web.Response()  # which nobody gets any more
        if rule.endless and rule.at not in ("watch", "streaming list"):
            return await _endless_body(request)
        return None

    def items(self, items: list[JsonObject]) -> list[Any]:
        """What a list holds instead."""
        if self.rule.empty:
            return []
        changed: list[Any] = list(items)
        if not self.rule.set:
            return changed
        for place, item in enumerate(items):
            if self.rule.node in ("", item["metadata"]["name"]):
                changed[place] = self._changed(item)
                break
        return changed

    async def stream(self, pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        """What a watch sends instead of these pieces, each of them whole lines."""
        rule, passed, rest = self.rule, 0, b""
        while passed != rule.events:
            try:
                piece = await anext(pieces)
            except StopAsyncIteration:
                return
            if rule is HARMLESS:
                yield piece
                continue
            lines = piece.splitlines(keepends=True)
            struck = lines if rule.events is None else lines[: rule.events - passed]
            passed += len(struck)
            yield b"".join(self._line(line) * rule.repeat for line in struck)
            rest = b"".join(lines[len(struck) :])
        yield rule.insert.encode("latin-1", "replace")
        while rule.endless:
            yield FILLING
        if rule.then == "go on":
            yield rest
            async for piece in pieces:
                yield piece

    async def end(self, request: web.Request) -> None:
        """End the answer as the rule says, where it is to end before its time."""
        transport = request.transport
        if transport is None or self.rule.then == "go on":
            return
        if self.rule.then == "silence":
            await asyncio.Event().wait()
        if self.rule.then == "reset":
            reset(transport)
        elif self.rule.raw is not None:
            transport.close()

    def _line(self, line: bytes) -> bytes:
        if not self.rule.set:
            return line
        event = json.loads(line)
        if self.rule.node in ("", event["object"]["metadata"].get("name")):
            event["object"] = self._changed(event["object"])
        return msgspec.json.encode(event) + b"\n"

    def _changed(self, item: JsonObject) -> Any:
        changed: Any = json.loads(json.dumps(item))
        for path, value in self.rule.set.items():
            if not path:
                return value
            *parents, last = path.split(".")
            place = changed
            for key in parents:
                place = place.setdefault(key, {})
            place[last] = value
        return changed


def reset(transport: asyncio.BaseTransport) -> None:
    """Cut a connection off with a TCP reset."""
    opened: socket.socket | None = transport.get_extra_info("socket")
    if opened is not None:
        with suppress(OSError):
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def _error(status: Status) -> web.Response:
    headers = {} if status.retry_after is None else {"Retry-After": status.retry_after}
    body = {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "message": status.message,
        "reason": status.reason,
        "code": status.code,
    }
    return web.json_response(body, status=status.code, headers=headers)


async def _endless_body(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    with suppress(ConnectionError):  # the client has had enough
        while True:
            await response.write(FILLING)
    return response
