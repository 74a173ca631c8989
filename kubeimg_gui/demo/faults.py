"""Fault injection: a script makes the server answer some requests with faults.

A rule selects requests and describes the fault: an error, no answer, bytes that are not HTTP, a
stream that breaks. So a client can be tested with every failure over a real connection.
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

FILLER = b"x" * 2**16


class FaultScriptError(Exception):
    """The fault script is invalid; the text says why."""


class Status(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An error answer; `retry_after` is the value of the header."""

    code: int
    reason: str = ""
    message: str = "injected by the fault script"
    retry_after: str | None = None


class Rule(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Selects requests and describes their fault.

    Attributes:
        at: the requests: lists of nodes, their later pages, watches of nodes, streaming lists of
            nodes (watches that begin with the list), lists and watches of pods, or any request. If
            a script has a rule for one of the first three, the server does not support streaming
            lists.
        after, times: how many of these requests pass first, and how many get the fault (None: all).
        delay: seconds before the answer.
        status: an error answer.
        raw: bytes to send instead of an answer, one per character.
        endless: the body of the answer, or a line of the stream, never ends.
        empty: the list has no items.
        set: values to set in objects of lists and events, by path (`status.images`). The path ""
            replaces the whole object; in a list its value must be null.
        node: name of the node to change; "" for the first of a list and all of a stream.
        repeat: how often each line of the stream is sent.
        events: number of events before `insert`, `endless` and `then`; None for all events.
        insert: bytes to send after these events, one per character.
        then: how the answer or the stream ends.
    """

    at: Literal["list", "page", "watch", "streaming list", "pods", "any"]
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
    """Reads the rules from a YAML file. Raises FaultScriptError."""
    try:
        return msgspec.convert(yaml.safe_load(path.read_bytes()), list[Rule])
    except OSError as error:
        raise FaultScriptError(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise FaultScriptError(f"{path} is not a valid fault script: {reason}") from error


NO_FAULT = Rule(at="any")


class Faults:
    """The rules in force; confined to the event loop's thread.

    Attributes:
        struck: number of requests that got a fault.
        streaming_lists: whether the server supports them.
    """

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self.set(rules)

    def set(self, rules: Sequence[Rule]) -> None:
        """Replaces the rules."""
        self._rules = tuple(rules)
        self._matched = [0] * len(self._rules)
        self.struck = 0
        self.streaming_lists = {rule.at for rule in rules} <= {"streaming list", "pods", "any"}

    def select(self, request: web.Request, nodes_path: str, pods_path: str) -> "Fault":
        """Returns the fault for a request: that of the first rule that selects it."""
        kinds = {"any"}
        if request.path == nodes_path and request.method == "GET":
            kinds.add(_kind(request))
        elif request.path == pods_path and request.method == "GET":
            kinds.add("pods")
        struck: Rule | None = None
        for number, rule in enumerate(self._rules):
            if rule.at in kinds:
                self._matched[number] += 1
                last = float("inf") if rule.times is None else rule.after + rule.times
                if struck is None and rule.after < self._matched[number] <= last:
                    struck = rule
        self.struck += struck is not None
        return Fault(struck or NO_FAULT)


def _kind(request: web.Request) -> str:
    if request.query.get("watch") in ("true", "1"):
        return "streaming list" if "sendInitialEvents" in request.query else "watch"
    return "page" if "continue" in request.query else "list"


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule, applied to one request."""

    rule: Rule

    async def answer(self, request: web.Request) -> web.StreamResponse | None:
        """Returns the answer to send instead of the real one, or None."""
        rule = self.rule
        if rule.delay:
            await asyncio.sleep(rule.delay)
        if rule.status:
            return _error(rule.status)
        transport = request.transport
        if rule.raw is not None and transport:
            transport.write(rule.raw.encode("latin-1", "replace"))
            await self.end(request)
            return web.Response()  # the connection is closed: nothing is sent
        if rule.endless and rule.at not in ("watch", "streaming list"):
            return await _endless_body(request)
        return None

    def items(self, items: list[JsonObject]) -> list[Any]:
        """Returns the items of a list, changed as the rule says."""
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
        """Yields what a watch sends instead of these pieces, each of which holds whole lines."""
        rule, passed, rest = self.rule, 0, b""
        while passed != rule.events:
            try:
                piece = await anext(pieces)
            except StopAsyncIteration:
                return
            if rule is NO_FAULT:
                yield piece
                continue
            lines = piece.splitlines(keepends=True)
            sent = lines if rule.events is None else lines[: rule.events - passed]
            passed += len(sent)
            yield b"".join(self._line(line) * rule.repeat for line in sent)
            rest = b"".join(lines[len(sent) :])
        yield rule.insert.encode("latin-1", "replace")
        while rule.endless:
            yield FILLER
        if rule.then == "go on":
            yield rest
            async for piece in pieces:
                yield piece

    async def end(self, request: web.Request) -> None:
        """Ends the answer early, if the rule says so."""
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
    """Aborts a connection with a TCP reset."""
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
    with suppress(ConnectionError):  # the client disconnected
        while True:
            await response.write(FILLER)
    return response
