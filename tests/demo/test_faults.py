"""Fault injection, as a client on a plain connection sees it, and fault scripts."""

import http.client
import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme
import urllib3

from kubeimg_gui.demo.faults import FaultScriptError, Rule, Status, read_rules
from kubeimg_gui.demo.listener import Door
from kubeimg_gui.demo.serve import DemoCluster, DemoOptions, serve
from tests.faults import certificates
from tests.support.api import NODES, Api
from tests.support.scripted_server import five_nodes, image_json


def raw_answer(cluster: DemoCluster, path: str = NODES) -> bytes:
    """Return all bytes until the server closes the connection."""
    address = urlsplit(cluster.url)
    with socket.create_connection((address.hostname, address.port), 10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(4096), b""))


def events(answer: Iterator[dict[str, object]], count: int) -> list[object]:
    return [next(answer)["type"] for _ in range(count)]


def test_a_rule_skips_some_requests_affects_some_and_ends(cluster: DemoCluster, api: Api) -> None:
    rule = Rule(at="list", after=1, times=2, status=Status(503, "Busy", "later", "7"))
    cluster.set_faults(rule)
    assert [api.get(NODES)[0] for _ in range(4)] == [200, 503, 503, 200]
    cluster.set_faults(Rule(at="list", status=Status(429, retry_after="7")))
    refused = api.send("GET", NODES)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "7")
    assert api.get("/api/v1/nodes/n0")[0] == 200, "it is not a list"
    cluster.set_faults()
    assert api.get(NODES)[0] == 200


def test_rules_for_pages_and_watches_are_separate(cluster: DemoCluster, api: Api) -> None:
    cluster.set_faults(Rule(at="page", status=Status(410)), Rule(at="watch", status=Status(403)))
    code, page = api.get(f"{NODES}?limit=2")
    assert code == 200
    assert api.get(f"{NODES}?limit=2&continue={page['metadata']['continue']}")[0] == 410
    assert api.get(f"{NODES}?watch=true")[0] == 403


def test_a_rule_for_pods_leaves_nodes_alone(cluster: DemoCluster, api: Api) -> None:
    cluster.set_faults(Rule(at="pods", status=Status(403, "Forbidden")))
    assert api.get("/api/v1/pods?fieldSelector=spec.nodeName%3Dn0")[0] == 403
    assert api.get("/api/v1/pods?watch=true")[0] == 403
    assert api.get(NODES)[0] == 200
    with api.watch("sendInitialEvents=true&resourceVersionMatch=NotOlderThan") as events:
        assert next(events)["type"] == "ADDED", "streaming lists stay supported"


def test_raw_bytes_instead_of_an_answer(cluster: DemoCluster) -> None:
    cluster.set_faults(Rule(at="list", raw="\xff no http\r\n"))
    assert raw_answer(cluster) == b"\xff no http\r\n"


def test_silence_and_resets(cluster: DemoCluster) -> None:
    address = urlsplit(cluster.url)
    cluster.set_faults(Rule(at="list", raw="HTTP/1.1 200", then="silence"))
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=0.3)
    connection.request("GET", NODES)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    cluster.set_faults(Rule(at="list", raw="", then="reset"))
    with pytest.raises(ConnectionResetError):
        raw_answer(cluster)


def test_a_list_with_changed_values_and_an_empty_list(cluster: DemoCluster, api: Api) -> None:
    cluster.set_faults(Rule(at="list", node="n3", set={"status.images": 5}))
    images = {n["metadata"]["name"]: n["status"]["images"] for n in api.get(NODES)[1]["items"]}
    assert images["n3"] == 5
    assert images["n4"] != 5
    cluster.set_faults(Rule(at="list", empty=True))
    assert api.get(NODES)[1]["items"] == []
    cluster.set_faults()
    assert isinstance(api.get(f"{NODES}/n3")[1]["status"]["images"], list), (
        "the stored node is unchanged"
    )


def test_a_stream_continues_after_an_insertion(cluster: DemoCluster, api: Api) -> None:
    cluster.set_faults(
        Rule(at="watch", events=5, insert='{"type": "EXPLODED"}\n', then="go on", repeat=1)
    )
    with api.watch("") as watched:
        assert events(watched, 6) == [*["ADDED"] * 5, "EXPLODED"]
        api.set_images("n0", [image_json("nginx:1", 7)])
        assert events(watched, 1) == ["MODIFIED"]


def test_an_insertion_between_initial_events(cluster: DemoCluster, api: Api) -> None:
    cluster.set_faults(
        Rule(at="watch", events=2, insert='{"type": "EXPLODED"}\n', then="go on", repeat=2)
    )
    with api.watch("") as watched:
        assert events(watched, 8) == [*["ADDED"] * 4, "EXPLODED", *["ADDED"] * 3]


def test_a_stream_that_ends_inside_a_line(cluster: DemoCluster) -> None:
    cluster.set_faults(Rule(at="watch", events=1, insert='{"type": "MOD'))
    with urllib3.PoolManager() as pool:
        answer = pool.request("GET", f"{cluster.url}{NODES}?watch=true", timeout=10.0)
        assert answer.data.endswith(b'\n{"type": "MOD')
    cluster.set_faults(Rule(at="watch", events=1, then="reset"))
    with (
        urllib3.PoolManager(retries=False) as pool,
        pytest.raises(urllib3.exceptions.ProtocolError),
    ):
        pool.request("GET", f"{cluster.url}{NODES}?watch=true", timeout=10.0)


def test_events_with_changed_values_each_sent_twice(cluster: DemoCluster, api: Api) -> None:
    cluster.set_faults(Rule(at="watch", set={"metadata.name": 5}, repeat=2))
    with api.watch("") as watched:
        names = [next(watched)["object"]["metadata"]["name"] for _ in range(4)]
    assert names == [5] * 4


def test_an_endless_answer(cluster: DemoCluster) -> None:
    cluster.set_faults(Rule(at="list", endless=True), Rule(at="watch", events=0, endless=True))
    for query in ("", "?watch=true"):
        with urllib3.PoolManager() as pool:
            answer = pool.request("GET", f"{cluster.url}{NODES}{query}", preload_content=False)
            assert len(answer.read(2**21)) == 2**21
            answer.close()


def test_a_delay(cluster: DemoCluster, api: Api) -> None:
    cluster.set_faults(Rule(at="any", delay=0.2))
    began = time.monotonic()
    assert api.get("/version")[0] == 200
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    ("door", "error"),
    [
        (Door.REFUSED, ConnectionRefusedError),
        (Door.RESET, ConnectionResetError),
        (Door.CLOSED, ConnectionError),
        (Door.SILENT, TimeoutError),
    ],
)
def test_a_port_rejects_connections_and_accepts_them_again(
    cluster: DemoCluster, api: Api, door: Door, error: type[Exception]
) -> None:
    address = urlsplit(cluster.url)
    cluster.open_door(door)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=0.3)
    with pytest.raises(error):  # noqa: PT012  (either step may fail first)
        connection.request("GET", NODES)
        connection.getresponse()
    connection.close()
    cluster.open_door(Door.OPEN)
    assert api.get(NODES)[0] == 200


def test_a_port_is_taken_again_although_a_program_that_starts_holds_a_copy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create_server = socket.create_server
    with ExitStack() as copies:

        def create_and_copy(*arguments: Any, **options: Any) -> socket.socket:
            made = create_server(*arguments, **options)
            copies.enter_context(made.dup())
            return made

        monkeypatch.setattr(socket, "create_server", create_and_copy)
        with DemoCluster(five_nodes()) as cluster:
            cluster.open_door(Door.RESET)
            cluster.open_door(Door.OPEN)
            with closing(Api(cluster.url)) as api:
                assert api.get(NODES)[0] == 200


def test_any_certificate(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued, tls = authority.issue_cert("127.0.0.1"), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(tls)  # pyright: ignore[reportUnknownMemberType]
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)  # pyright: ignore[reportUnknownMemberType]
    with (
        DemoCluster(five_nodes(), tls=tls) as cluster,
        urllib3.PoolManager(ssl_context=trusting) as pool,
    ):
        assert cluster.url.startswith("https://")
        assert json.loads(pool.request("GET", cluster.url + NODES).data)["kind"] == "NodeList"


# Scripts.


def test_a_script_is_read(tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text("- {at: watch, after: 1, times: 2, status: {code: 500}}\n- {at: list}\n")
    assert read_rules(script) == [
        Rule(at="watch", after=1, times=2, status=Status(500)),
        Rule(at="list"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {at: lists}", "Invalid enum value 'lists'"),
        ("- {at: list, explode: true}", "unknown field `explode`"),
        ("- {after: 1}", "missing required field `at`"),
        ("at: list", "Expected `array`"),
        ("- [", "while parsing"),
        ("\x00", "special characters"),
    ],
)
def test_an_invalid_script_is_an_error(
    tmp_path: Path, text: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "script.yaml"
    script.write_text(text)
    with pytest.raises(FaultScriptError, match=words):
        read_rules(script)
    assert serve(DemoOptions(images_csv=Path("none"), faults=script)) == 1
    assert f"{script} is not a valid fault script" in capsys.readouterr().err


def test_an_invalid_certificate_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    certificate = tmp_path / "cert.pem"
    certificate.write_text("no certificate")
    assert serve(DemoOptions(images_csv=Path("none"), tls_cert=certificate)) == 1
    assert f"{certificate} cannot be used: " in capsys.readouterr().err


@pytest.mark.parametrize("secure", [False, True])
def test_connections_during_the_stop_are_closed(secure: bool) -> None:
    """At any moment: while being accepted or after it."""
    for moment in range(40):
        with ExitStack() as opened:
            clients: list[socket.socket] = []
            with DemoCluster(tls=certificates.good() if secure else None) as cluster:
                port = urlsplit(cluster.url).port
                for _ in range(moment % 8 + 1):
                    clients.append(socket.create_connection(("127.0.0.1", port), timeout=10))
                    opened.enter_context(clients[-1])
            for client in clients:
                with suppress(ConnectionResetError):
                    assert client.recv(1) == b""
