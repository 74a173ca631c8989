"""The bad days: what strikes, when, and what must be said of it.

A scenario is written to the promises and not to what kubeimg happens to do.
"""

import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from certificates import expired, foreign, misnamed, not_yet_valid
from scripted_server import status_json

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.demo.door import Door
from kubeimg_gui.demo.faults import Rule, Status


class Strikes(StrEnum):
    """When a fault begins."""

    START = "at the start"
    RESUME = "as the watch is resumed"
    RELIST = "as nodes are listed anew"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A fault and what must be seen of it.

    Attributes:
        says: the phase and words of its reason; None for a fault that is survived in silence.
        exact: no change may be missing, since a watch can be resumed; else, where a list must
            bridge a gap, changes that undid each other meanwhile may.
        deaf: nothing comes from the server, so the age of what is shown must grow.
        failing: what is struck is a failed attempt, and so counted.
        requests: how many an attempt makes, where it falls back to another kind.
    """

    name: str
    strikes: Strikes
    says: tuple[Phase, str] | None
    rules: tuple[Rule, ...] = ()
    door: Door | None = None
    certificate: ssl.SSLContext | None = field(default=None, repr=False)
    tls: bool = False
    exact: bool = True
    deaf: bool = False
    failing: bool = True
    requests: int = 1

    @property
    def title(self) -> str:
        """The fault and when it strikes."""
        return f"{self.name}, {self.strikes}"


RECONNECTING, FORBIDDEN = Phase.RECONNECTING, Phase.FORBIDDEN
GONE = status_json(410, "Expired", "too old resource version: 1 (9)")
HTML = "<html><h1>Sign in to the hotel</h1></html>"


def answered(body: str, code: str = "200 OK", headers: str = "") -> str:
    """A whole answer, byte by byte."""
    return f"HTTP/1.1 {code}\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}"


def event(kind: str, body: str) -> str:
    return f'{{"type": "{kind}", "object": {body}}}\n'


def door(name: str, way: Door, says: str, *, tls: bool = False) -> list[Scenario]:
    """Nobody gets in, from the start or later."""
    return [
        Scenario(name, when, (RECONNECTING, says), door=way, deaf=True, tls=tls)
        for when in (Strikes.START, Strikes.RESUME)
    ]


def listing(
    name: str, says: tuple[Phase, str] | str, *rules: Rule, requests: int = 1
) -> list[Scenario]:
    """The list fails: the first one, and one that must bridge a gap."""
    told = (RECONNECTING, says) if isinstance(says, str) else says
    return [
        Scenario(name, when, told, rules, exact=False, requests=requests)
        for when in (Strikes.START, Strikes.RELIST)
    ]


def watching(
    name: str,
    says: tuple[Phase, str] | str | None,
    *rules: Rule,
    exact: bool = True,
    failing: bool = True,
) -> Scenario:
    """The watch fails each time."""
    told = (RECONNECTING, says) if isinstance(says, str) else says
    return Scenario(name, Strikes.RESUME, told, rules, exact=exact, failing=failing)


def error(code: int, message: str = "a bad day", retry_after: str | None = None) -> Status:
    return Status(code, "", message, retry_after)


def stream(insert: str, then: str = "close", events: int = 0) -> Rule:
    return Rule(at="watch", events=events, insert=insert, then=then)  # type: ignore[arg-type]


DOORS = [
    *door("nothing listens", Door.REFUSED, "refuses the connection"),
    *door("connections are reset", Door.RESET, "broke"),
    *door("connections are closed at once", Door.CLOSED, "broke"),
    *door("connections are accepted and never answered", Door.SILENT, "silent"),
    *door("a TLS handshake that never comes", Door.SILENT, "silent", tls=True),
    *door("plain HTTP where TLS is meant", Door.PLAIN, "secure connection", tls=True),
]

CERTIFICATES = [
    Scenario(
        f"a certificate {what}",
        Strikes.RESUME,
        (RECONNECTING, says),
        door=Door.OPEN,
        certificate=certificate,
        tls=True,
        deaf=True,
    )
    for what, certificate, says in (
        ("that has expired", expired(), "expired"),
        ("that is not valid yet", not_yet_valid(), "not valid yet"),
        ("of another authority", foreign(), "certificate"),
        ("for another name", misnamed(), "127.0.0.1"),
    )
]

LISTS = [
    *listing("list: 400", (Phase.MISCONFIGURED, "a bad day"), Rule(at="list", status=error(400))),
    *listing("list: 401", (Phase.LOGIN_NEEDED, "401"), Rule(at="list", status=error(401))),
    *listing("list: 403", (FORBIDDEN, "a bad day"), Rule(at="list", status=error(403))),
    *listing("list: 404", "404", Rule(at="list", status=error(404))),
    *listing("list: 409", "409", Rule(at="list", status=error(409))),
    *listing("list: 410 each time", "410", Rule(at="list", status=error(410)), requests=2),
    *listing("list: 422", "422", Rule(at="list", status=error(422))),
    *listing("list: 429", "429", Rule(at="list", status=error(429))),
    *listing(
        "list: 429, Retry-After: 2", "429", Rule(at="list", status=error(429, retry_after="2"))
    ),
    *listing(
        "list: 429, Retry-After nonsense",
        "429",
        Rule(at="list", status=error(429, retry_after="²")),
    ),
    *listing("list: 500", "500", Rule(at="list", status=error(500))),
    *listing("list: 503", "503", Rule(at="list", status=error(503))),
    *listing(
        "list: 502 with a page of a proxy",
        "502",
        Rule(at="list", raw=answered(HTML, "502 Bad Gateway")),
    ),
    *listing(
        "list: a redirect", "302", Rule(at="list", raw=answered("", "302 Found", "Location: /\r\n"))
    ),
    *listing("list: reset", "broke", Rule(at="list", raw="", then="reset")),
    *listing("list: closed without a word", "broke", Rule(at="list", raw="")),
    *listing("list: silence", "silent", Rule(at="list", raw="", then="silence")),
    *listing("list: no HTTP", "no HTTP", Rule(at="list", raw="SSH-2.0-OpenSSH_9.2\r\n")),
    *listing("list: half a status line", "no HTTP", Rule(at="list", raw="HTTP/1.1 2")),
    *listing(
        "list: cut short",
        "broke",
        Rule(at="list", raw='HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"items": ['),
    ),
    *listing(
        "list: chunks that are none",
        "broke",
        Rule(at="list", raw="HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ),
    *listing(
        "list: gzip that is none",
        "decompressed",
        Rule(at="list", raw=answered("no gzip", headers="Content-Encoding: gzip\r\n")),
    ),
    *listing("list: the sign-in page of a hotel", "no list", Rule(at="list", raw=answered(HTML))),
    *listing(
        "list: half a status line, then silence",
        "silent",
        Rule(at="list", raw="HTTP/1.1 2", then="silence"),
    ),
    *listing(
        "list: half a body, then silence",
        "silent",
        Rule(at="list", raw='HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"', then="silence"),
    ),
    *listing("list: []", "no list", Rule(at="list", raw=answered("[]"))),
    *listing("list: null", "no list", Rule(at="list", raw=answered("null"))),
    *listing("list: nothing at all", "no list", Rule(at="list", raw=answered(""))),
    *listing(
        "list: without resourceVersion",
        "resourceVersion",
        Rule(at="list", raw=answered('{"kind": "NodeList", "items": []}')),
    ),
    *listing("list: without end", "larger", Rule(at="list", endless=True)),
    Scenario(
        "list: suddenly empty",
        Strikes.RELIST,
        (RECONNECTING, "suddenly"),
        (Rule(at="list", empty=True, times=2),),
        exact=False,
        failing=False,
    ),
    Scenario(
        "list: a node of wrong types",
        Strikes.RELIST,
        None,
        (Rule(at="list", set={"status.images": 5}),),
        exact=False,
        failing=False,
    ),
    Scenario(
        "list: null as a node",
        Strikes.RELIST,
        None,
        (Rule(at="list", set={"": None}),),
        exact=False,
        failing=False,
    ),
    Scenario(
        "list: a node without a name",
        Strikes.RELIST,
        None,
        (Rule(at="list", set={"metadata": 5}),),
        exact=False,
        failing=False,
    ),
]

FIRST_PAGE = answered(
    '{"kind": "NodeList", "metadata": {"resourceVersion": "1", "continue": "t"}, "items": []}'
)


def paging(name: str, says: str, rule: Rule) -> list[Scenario]:
    """The second page of a list fails."""
    return listing(f"page: {name}", says, Rule(at="list", raw=FIRST_PAGE), rule, requests=2)


PAGES = [
    *paging("500", "500", Rule(at="page", status=error(500))),
    *paging("reset", "broke", Rule(at="page", raw="", then="reset")),
    *paging("the same again", "round in circles", Rule(at="page", raw=FIRST_PAGE)),
    Scenario(
        "page: 410",
        Strikes.RELIST,
        None,
        (Rule(at="list", times=1, raw=FIRST_PAGE), Rule(at="page", status=error(410))),
        exact=False,
        failing=False,
    ),
]

WATCHES = [
    watching("watch: 400", (Phase.MISCONFIGURED, "a bad day"), Rule(at="watch", status=error(400))),
    watching("watch: 401", (Phase.LOGIN_NEEDED, "401"), Rule(at="watch", status=error(401))),
    watching(
        "watch: 403", (Phase.LIVE, "a bad day"), Rule(at="watch", status=error(403)), exact=False
    ),
    watching("watch: 410", "410", Rule(at="watch", status=error(410)), exact=False),
    watching("watch: 404", "404", Rule(at="watch", status=error(404))),
    watching("watch: 409", "409", Rule(at="watch", status=error(409))),
    watching("watch: 422", "422", Rule(at="watch", status=error(422))),
    watching(
        "watch: 429, Retry-After of ages",
        "429",
        Rule(at="watch", status=error(429, retry_after="9" * 400)),
    ),
    watching(
        "watch: 503 without a word", "503", Rule(at="watch", raw=answered("", "503 No Service"))
    ),
    watching(
        "watch: 504, a version yet to come",
        "504",
        Rule(at="watch", status=Status(504, "Timeout", "Too large resource version: 10")),
        exact=False,
    ),
    watching("watch: 204", "at once", Rule(at="watch", raw="HTTP/1.1 204 No Content\r\n\r\n")),
    watching(
        "watch: a redirect",
        "302",
        Rule(at="watch", raw=answered("", "302 Found", "Location: /\r\n")),
    ),
    watching("watch: no HTTP", "no HTTP", Rule(at="watch", raw="SSH-2.0-OpenSSH_9.2\r\n")),
    watching(
        "watch: chunks that are none",
        "broke",
        Rule(at="watch", raw="HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ),
    watching(
        "watch: gzip that is none",
        "decompressed",
        Rule(at="watch", raw=answered("no gzip", headers="Content-Encoding: gzip\r\n")),
        exact=False,
    ),
    watching("watch: never answered", "silent", Rule(at="watch", raw="", then="silence")),
    watching("watch: no text", "no event", stream("\xff\xfe\x00\n", "go on"), exact=False),
    watching("watch: nested without end", "no event", stream("[" * 10**5 + "\n"), exact=False),
    watching(
        "watch: 410 after each event",
        "410",
        stream(event("ERROR", '{"code": 410, "message": "410"}'), events=1),
        exact=False,
    ),
    watching(
        "watch: a bookmark of no version",
        "at once",
        stream(event("BOOKMARK", '{"metadata": {"resourceVersion": "none"}}')),
        exact=False,
    ),
    watching("watch: 429", "429", Rule(at="watch", status=error(429))),
    watching("watch: 500", "500", Rule(at="watch", status=error(500))),
    watching(
        "watch: 503, Retry-After: 3", "503", Rule(at="watch", status=error(503, retry_after="3"))
    ),
    watching("watch: ends at once", "at once", stream("")),
    watching("watch: reset at once", "broke", stream("", "reset")),
    watching("watch: ends after each event", "at once", stream("", events=1), failing=False),
    watching("watch: reset after each event", "broke", stream("", "reset", events=1)),
    watching("watch: half a line, then reset", "broke", stream('{"type": "MOD', "reset")),
    watching("watch: half a line, then the end", "at once", stream('{"type": "MOD')),
    watching("watch: silence", None, stream("", "silence"), failing=False),
    watching("watch: silence after an event", None, stream("", "silence", 1), failing=False),
    watching("watch: a line of garbage", "no event", stream("garbage\n", "go on"), exact=False),
    watching(
        "watch: a line without end",
        "without end",
        Rule(at="watch", events=0, endless=True),
        exact=False,
    ),
    watching("watch: blank lines", None, stream("\n\r\n\n", "go on"), failing=False),
    watching(
        "watch: an event without object",
        "no event",
        stream('{"type": "MODIFIED"}\n', "go on"),
        exact=False,
    ),
    watching(
        "watch: an unknown kind of event",
        None,
        stream(event("EXPLODED", "{}"), "go on"),
        failing=False,
    ),
    watching(
        "watch: a bookmark of wrong types",
        None,
        stream(event("BOOKMARK", '{"metadata": {"resourceVersion": 5}}'), "go on"),
        failing=False,
    ),
    watching(
        "watch: null as an object", None, stream(event("MODIFIED", "null"), "go on"), failing=False
    ),
    watching(
        "watch: 410 as an event",
        "410",
        stream(event("ERROR", '{"code": 410, "reason": "Expired", "message": "too old"}')),
        exact=False,
    ),
    watching("watch: 500 as an event", "500", stream(event("ERROR", '{"code": 500}'))),
    watching("watch: an error that says nothing", "500", stream(event("ERROR", "{}"))),
    watching("watch: each event twice", None, Rule(at="watch", repeat=2), failing=False),
    watching(
        "watch: a node of wrong types",
        None,
        Rule(at="watch", set={"status.images": 5}, node="n1"),
        exact=False,
        failing=False,
    ),
    watching(
        "watch: events of wrong types",
        None,
        Rule(at="watch", set={"status.conditions": "no"}),
        exact=False,
        failing=False,
    ),
    watching("watch: delayed by 1 s", None, Rule(at="watch", delay=1.0), failing=False),
]

END = event(
    "BOOKMARK",
    '{"metadata": {"resourceVersion": "1", "annotations": {"k8s.io/initial-events-end": "true"}}}',
)


def streaming(
    name: str,
    says: str | None,
    *,
    strikes: tuple[Strikes, ...] = (Strikes.START, Strikes.RELIST),
    **rule: Any,
) -> list[Scenario]:
    """The watch that begins with the list fails, and pages are to be had."""
    told = (RECONNECTING, says) if says else None
    rules = (Rule(at="streaming list", **rule),)
    title = f"streaming list: {name}"
    failing = says is not None
    return [Scenario(title, when, told, rules, exact=False, failing=failing) for when in strikes]


STREAMS = [
    *streaming("400", None, status=error(400)),
    *streaming("403", None, status=error(403)),
    *streaming("422", None, status=error(422)),
    *streaming("410", "410", status=error(410)),
    *streaming("429", "429", status=error(429)),
    *streaming("500", "500", status=error(500)),
    *streaming("silence", "silent", raw="", then="silence"),
    *streaming("reset", "broke", raw="", then="reset"),
    *streaming("the sign-in page of a hotel", "before it is complete", raw=answered(HTML)),
    *streaming(
        "chunks that are none",
        "broke",
        raw="HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ),
    *streaming("ends after two nodes", "before it is complete", events=2),
    *streaming("reset after two nodes", "broke", events=2, then="reset"),
    *streaming("silence after two nodes", "silent", events=2, then="silence"),
    *streaming("500 after two nodes", "500", events=2, insert=event("ERROR", '{"code": 500}')),
    *streaming("garbage after two nodes", "no event", events=2, insert="garbage\n", then="go on"),
    *streaming("a line without end after two nodes", "without end", events=2, endless=True),
    *streaming("each event twice", None, repeat=2),
    *streaming("delayed by 1 s", None, delay=1.0),
    *streaming(
        "a node of wrong types",
        None,
        strikes=(Strikes.RELIST,),
        set={"status.images": 5},
        node="n1",
    ),
    *streaming(
        "suddenly empty",
        "suddenly",
        strikes=(Strikes.RELIST,),
        times=2,
        events=0,
        insert=END,
        then="go on",
    ),
]

SCENARIOS = [*DOORS, *CERTIFICATES, *LISTS, *PAGES, *WATCHES, *STREAMS]
