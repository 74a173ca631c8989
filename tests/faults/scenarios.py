"""Fault scenarios of ports, certificates and lists; watch_scenarios.py holds those of watches.

Scenarios follow the promises, not the behavior of the implementation.
"""

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.demo.faults import Rule
from kubeimg_gui.demo.listener import Door
from tests.faults.certificates import expired, foreign, misnamed, not_yet_valid
from tests.faults.scenario import FORBIDDEN, HTML, RECONNECTING, Scenario, Strikes, answered, error
from tests.faults.watch_scenarios import STREAMS, WATCHES


def door(name: str, way: Door, says: str, *, tls: bool = False) -> list[Scenario]:
    """The port accepts no requests, from the start or when the watch resumes."""
    return [
        Scenario(name, when, (RECONNECTING, says), door=way, deaf=True, tls=tls)
        for when in (Strikes.START, Strikes.RESUME)
    ]


def listing(
    name: str, says: tuple[Phase, str] | str, *rules: Rule, requests: int = 1
) -> list[Scenario]:
    """The list fails: the first list, or a relist."""
    expected = (RECONNECTING, says) if isinstance(says, str) else says
    return [
        Scenario(name, when, expected, rules, exact=False, requests=requests)
        for when in (Strikes.START, Strikes.RELIST)
    ]


DOORS = [
    *door("nothing listens", Door.REFUSED, "refused the connection"),
    *door("connections are reset", Door.RESET, "broke"),
    *door("connections are closed at once", Door.CLOSED, "broke"),
    *door("connections are accepted and never answered", Door.SILENT, "in time"),
    *door("a TLS handshake that is never answered", Door.SILENT, "in time", tls=True),
    *door("plain HTTP on a TLS port", Door.PLAIN, "TLS connection", tls=True),
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
        connections=2,
    )
    for what, certificate, says in (
        ("that has expired", expired(), "expired"),
        ("that is not valid yet", not_yet_valid(), "not valid yet"),
        ("of another authority", foreign(), "certificate"),
        ("for another name", misnamed(), "127.0.0.1"),
    )
]

LISTS = [
    *listing(
        "list: 400", (Phase.MISCONFIGURED, "an injected fault"), Rule(at="list", status=error(400))
    ),
    *listing("list: 401", (Phase.LOGIN_NEEDED, "401"), Rule(at="list", status=error(401))),
    *listing("list: 403", (FORBIDDEN, "an injected fault"), Rule(at="list", status=error(403))),
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
        "list: 502 with an HTML page of a proxy",
        "502",
        Rule(at="list", raw=answered(HTML, "502 Bad Gateway")),
    ),
    *listing(
        "list: a redirect", "302", Rule(at="list", raw=answered("", "302 Found", "Location: /\r\n"))
    ),
    *listing("list: reset", "broke", Rule(at="list", raw="", then="reset")),
    *listing("list: closed without an answer", "broke", Rule(at="list", raw="")),
    *listing("list: silence", "in time", Rule(at="list", raw="", then="silence")),
    *listing("list: not HTTP", "not valid HTTP", Rule(at="list", raw="SSH-2.0-OpenSSH_9.2\r\n")),
    *listing("list: half a status line", "not valid HTTP", Rule(at="list", raw="HTTP/1.1 2")),
    *listing(
        "list: cut short",
        "broke",
        Rule(at="list", raw='HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"items": ['),
    ),
    *listing(
        "list: invalid chunks",
        "broke",
        Rule(at="list", raw="HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ),
    *listing(
        "list: invalid gzip",
        "decompressed",
        Rule(at="list", raw=answered("no gzip", headers="Content-Encoding: gzip\r\n")),
    ),
    *listing("list: an HTML sign-in page", "not a NodeList", Rule(at="list", raw=answered(HTML))),
    *listing(
        "list: half a status line, then silence",
        "in time",
        Rule(at="list", raw="HTTP/1.1 2", then="silence"),
    ),
    *listing(
        "list: half a body, then silence",
        "in time",
        Rule(at="list", raw='HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"', then="silence"),
    ),
    *listing("list: []", "not a NodeList", Rule(at="list", raw=answered("[]"))),
    *listing("list: null", "not a NodeList", Rule(at="list", raw=answered("null"))),
    *listing("list: an empty body", "not a NodeList", Rule(at="list", raw=answered(""))),
    *listing(
        "list: without resourceVersion",
        "resourceVersion",
        Rule(at="list", raw=answered('{"kind": "NodeList", "items": []}')),
    ),
    *listing("list: an endless body", "larger", Rule(at="list", endless=True)),
    Scenario(
        "list: suddenly empty",
        Strikes.RELIST,
        (RECONNECTING, "suddenly"),
        (Rule(at="list", empty=True, times=4),),
        exact=False,
        failing=False,
    ),
    Scenario(
        "list: a node with wrong types",
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
    *paging("the same page again", "continue token repeats", Rule(at="page", raw=FIRST_PAGE)),
    Scenario(
        "page: 410",
        Strikes.RELIST,
        None,
        (Rule(at="list", times=1, raw=FIRST_PAGE), Rule(at="page", status=error(410))),
        exact=False,
        failing=False,
    ),
]

SCENARIOS = [*DOORS, *CERTIFICATES, *LISTS, *PAGES, *WATCHES, *STREAMS]
