"""Fault scenarios of watches and of streaming lists."""

from typing import Any

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.demo.faults import Rule, Status
from tests.faults.scenario import HTML, RECONNECTING, Scenario, Strikes, answered, error, event


def watching(
    name: str,
    says: tuple[Phase, str] | str | None,
    *rules: Rule,
    exact: bool = True,
    failing: bool = True,
) -> Scenario:
    """Every watch request gets the fault."""
    expected = (RECONNECTING, says) if isinstance(says, str) else says
    return Scenario(name, Strikes.RESUME, expected, rules, exact=exact, failing=failing)


def stream(insert: str, then: str = "close", events: int = 0) -> Rule:
    return Rule(at="watch", events=events, insert=insert, then=then)  # type: ignore[arg-type]


WATCHES = [
    watching(
        "watch: 400",
        (Phase.MISCONFIGURED, "an injected fault"),
        Rule(at="watch", status=error(400)),
    ),
    watching("watch: 401", (Phase.LOGIN_NEEDED, "401"), Rule(at="watch", status=error(401))),
    watching(
        "watch: 403",
        (Phase.LIVE, "an injected fault"),
        Rule(at="watch", status=error(403)),
        exact=False,
    ),
    watching("watch: 410", "410", Rule(at="watch", status=error(410)), exact=False),
    watching("watch: 404", "404", Rule(at="watch", status=error(404))),
    watching("watch: 409", "409", Rule(at="watch", status=error(409))),
    watching("watch: 422", "422", Rule(at="watch", status=error(422))),
    watching(
        "watch: 429, huge Retry-After",
        "429",
        Rule(at="watch", status=error(429, retry_after="9" * 400)),
    ),
    watching(
        "watch: 503 with an empty body", "503", Rule(at="watch", raw=answered("", "503 No Service"))
    ),
    watching(
        "watch: 504, a future version",
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
    watching("watch: not HTTP", "not valid HTTP", Rule(at="watch", raw="SSH-2.0-OpenSSH_9.2\r\n")),
    watching(
        "watch: invalid chunks",
        "broke",
        Rule(at="watch", raw="HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ),
    watching(
        "watch: invalid gzip",
        "decompressed",
        Rule(at="watch", raw=answered("no gzip", headers="Content-Encoding: gzip\r\n")),
        exact=False,
    ),
    watching(
        "watch: never answered",
        (Phase.LIVE, "answers lists but not watches"),
        Rule(at="watch", raw="", then="silence"),
        exact=False,
        failing=False,
    ),
    watching("watch: not UTF-8", "not an event", stream("\xff\xfe\x00\n", "go on"), exact=False),
    watching("watch: nested too deeply", "not an event", stream("[" * 10**5 + "\n"), exact=False),
    watching(
        "watch: 410 after each event",
        "410",
        stream(event("ERROR", '{"code": 410, "message": "410"}'), events=1),
        exact=False,
    ),
    watching(
        "watch: a bookmark with an invalid version",
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
    watching(
        "watch: silence",
        (Phase.LIVE, "hold them back"),
        stream("", "silence"),
        exact=False,
        failing=False,
    ),
    watching(
        "watch: silence after an event",
        (Phase.LIVE, "hold them back"),
        stream("", "silence", 1),
        exact=False,
        failing=False,
    ),
    watching("watch: a line of garbage", "not an event", stream("garbage\n", "go on"), exact=False),
    watching(
        "watch: an endless line",
        "longer than",
        Rule(at="watch", events=0, endless=True),
        exact=False,
    ),
    watching("watch: blank lines", None, stream("\n\r\n\n", "go on"), failing=False),
    watching(
        "watch: an event without object",
        "not an event",
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
        "watch: a bookmark with wrong types",
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
    watching("watch: an error event without details", "500", stream(event("ERROR", "{}"))),
    watching("watch: each event twice", None, Rule(at="watch", repeat=2), failing=False),
    watching(
        "watch: a node with wrong types",
        None,
        Rule(at="watch", set={"status.images": 5}, node="n1"),
        exact=False,
        failing=False,
    ),
    watching(
        "watch: events with wrong types",
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
    """The streaming list gets the fault; a paged list succeeds."""
    expected = (RECONNECTING, says) if says else None
    rules = (Rule(at="streaming list", **rule),)
    title = f"streaming list: {name}"
    failing = says is not None
    return [
        Scenario(title, when, expected, rules, exact=False, failing=failing) for when in strikes
    ]


STREAMS = [
    *streaming("400", None, status=error(400)),
    *streaming("403", None, status=error(403)),
    *streaming("422", None, status=error(422)),
    *streaming("410", "410", status=error(410)),
    *streaming("429", "429", status=error(429)),
    *streaming("500", "500", status=error(500)),
    *streaming("silence", None, raw="", then="silence"),
    *streaming("reset", "broke", raw="", then="reset"),
    *streaming("an HTML sign-in page", "before it was complete", raw=answered(HTML)),
    *streaming(
        "invalid chunks",
        "broke",
        raw="HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ),
    *streaming("ends after two nodes", "before it was complete", events=2),
    *streaming("reset after two nodes", "broke", events=2, then="reset"),
    *streaming("silence after two nodes", None, events=2, then="silence"),
    *streaming("500 after two nodes", "500", events=2, insert=event("ERROR", '{"code": 500}')),
    *streaming(
        "garbage after two nodes", "not an event", events=2, insert="garbage\n", then="go on"
    ),
    *streaming("an endless line after two nodes", "longer than", events=2, endless=True),
    *streaming("each event twice", None, repeat=2),
    *streaming("delayed by 1 s", None, delay=1.0),
    *streaming(
        "a node with wrong types",
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
