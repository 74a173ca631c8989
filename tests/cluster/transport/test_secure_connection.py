"""TLS and proxies: trust, client certificates, and the sentences of failures."""

import base64
import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trustme

from kubeimg_gui.cluster.auth.credentials import Credentials
from kubeimg_gui.cluster.config.endpoint import endpoint_of
from kubeimg_gui.cluster.config.kubeconfig import Context
from kubeimg_gui.cluster.config.kubeconfig_file import Cluster, User
from kubeimg_gui.cluster.errors import (
    ConnectionLostError,
    KubeconfigError,
    StoppedError,
    UnreachableError,
)
from kubeimg_gui.cluster.transport.connection import Connection
from tests.support.plugins import Plugin
from tests.support.proxies import ConnectProxy
from tests.support.recorder import WAIT_SECONDS
from tests.support.recording_server import RecordingServer
from tests.support.scripted_server import Request, ScriptedServer

AUTHORITY = trustme.CA()
GOOD = AUTHORITY.issue_cert("127.0.0.1", "inner.example", "localhost")
PATH = "/api/v1/nodes"


def data(pem: bytes) -> str:
    return base64.b64encode(pem).decode()


TRUSTED: dict[str, Any] = {"certificate-authority-data": data(AUTHORITY.cert_pem.bytes())}


@contextmanager
def serving(certificate: trustme.LeafCert = GOOD) -> Generator[RecordingServer, None, None]:
    with RecordingServer("server", AUTHORITY, certificate) as server:
        yield server


@pytest.fixture
def server() -> Iterator[RecordingServer]:
    with serving() as server:
        yield server


def context(port: int, user: Any = None, /, **cluster: Any) -> Context:
    entry = {"server": f"https://127.0.0.1:{port}", **cluster}
    entry = {key.replace("_", "-"): value for key, value in entry.items()}
    return Context(
        "c", "cl", "bob", msgspec.convert(entry, Cluster), msgspec.convert(user or {}, User)
    )


@contextmanager
def connected(context: Context, **environment: str) -> Generator[Connection, None, None]:
    connection = Connection(endpoint_of(context, environment), Credentials(context))
    yield connection
    connection.interrupt()


def ask(context: Context, **environment: str) -> bytes:
    with connected(context, **environment) as connection:
        return connection.send("GET", PATH)


def test_a_trusted_server_is_accepted(server: RecordingServer) -> None:
    assert b"NodeList" in ask(context(server.port, **TRUSTED))


def test_insecure_disables_verification(server: RecordingServer) -> None:
    assert ask(context(server.port, insecure_skip_tls_verify=True))


def test_tls_server_name_is_sent_and_verified(server: RecordingServer) -> None:
    assert ask(context(server.port, tls_server_name="inner.example", **TRUSTED))
    assert server.came[0][1].server_name == "inner.example"
    with pytest.raises(ConnectionLostError, match="for another name"):
        ask(context(server.port, tls_server_name="outer.example", **TRUSTED))


def test_groups_are_separate_headers_and_no_certificate_is_sent(server: RecordingServer) -> None:
    ask(context(server.port, {"as": "other", "as-groups": ["a", "b"]}, **TRUSTED))
    (_, arrival) = server.came[0]
    assert arrival.impersonation == (
        ("impersonate-group", "a"),
        ("impersonate-group", "b"),
        ("impersonate-user", "other"),
    )
    assert (arrival.authorization, arrival.certificate) == ("", "")


def certificate(name: str) -> tuple[bytes, bytes]:
    issued = AUTHORITY.issue_cert(f"{name}.example", common_name=name)
    return issued.cert_chain_pems[0].bytes(), issued.private_key_pem.bytes()


def test_a_changed_certificate_is_used_on_new_connections(
    server: RecordingServer, tmp_path: Path
) -> None:
    files = tmp_path / "certificate", tmp_path / "key"
    user = {"client-certificate": str(files[0]), "client-key": str(files[1])}

    def write(name: str) -> None:
        for file, pem in zip(files, certificate(name), strict=True):
            file.write_bytes(pem)

    write("first")
    with connected(context(server.port, user, **TRUSTED)) as connection:
        connection.send("GET", PATH)
        connection.send("GET", PATH)
        write("second")
        connection.send("GET", PATH)
    assert [arrival.certificate for _, arrival in server.came] == ["first", "first", "second"]


def test_a_plugins_certificate_is_sent(server: RecordingServer, tmp_path: Path) -> None:
    plugin = Plugin(tmp_path)
    pem, key = (each.decode().replace("\n", "\\n") for each in certificate("plugged"))
    plugin.says(f'{{"clientCertificateData": "{pem}", "clientKeyData": "{key}"}}')
    entry = plugin.entry
    script = Path(entry["command"])
    script.write_text(script.read_text().replace('sed "s/N/$((n))/" answer', "cat answer"))
    ask(context(server.port, {"exec": entry}, **TRUSTED))
    assert server.came[0][1].certificate == "plugged"


# What does not work.


def expired() -> trustme.LeafCert:
    now = datetime.now(UTC)
    return AUTHORITY.issue_cert(
        "127.0.0.1", not_before=now - timedelta(days=2), not_after=now - timedelta(days=1)
    )


@pytest.mark.parametrize(
    ("issue", "cluster", "sentence"),
    [
        (expired, TRUSTED, "certificate has expired: renew it on the server"),
        (
            lambda: AUTHORITY.issue_cert("10.0.0.1"),
            TRUSTED,
            "for another address|for another name",
        ),
        (
            lambda: trustme.CA().issue_cert("127.0.0.1"),
            TRUSTED,
            "by an unknown authority: check the",
        ),
        (lambda: GOOD, {}, "by an unknown authority: check the certificate-authority"),
    ],
)
def test_an_untrusted_server_is_reported(
    issue: Callable[[], trustme.LeafCert], cluster: dict[str, Any], sentence: str
) -> None:
    with (
        serving(issue()) as server,
        pytest.raises(ConnectionLostError, match=sentence) as caught,
    ):
        ask(context(server.port, **cluster))
    assert "TLS connection failed" in str(caught.value)
    assert str(server.port) in str(caught.value)
    assert server.came == []


@contextmanager
def without_tls() -> Generator[int, None, None]:
    """The port of a server that takes a handshake for a bad request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(10_000)
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(WAIT_SECONDS)


def test_a_server_without_tls_is_reported() -> None:
    with (
        without_tls() as port,
        pytest.raises(ConnectionLostError, match="does not use TLS: try an address"),
    ):
        ask(context(port, **TRUSTED))


def test_a_missing_client_certificate_is_reported() -> None:
    inner = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    GOOD.configure_cert(inner)  # pyright: ignore[reportUnknownMemberType]
    AUTHORITY.configure_trust(inner)  # pyright: ignore[reportUnknownMemberType]
    inner.verify_mode = ssl.CERT_REQUIRED
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            with inner.wrap_socket(
                client, server_side=True, do_handshake_on_connect=False
            ) as client:
                with suppress(ssl.SSLError):
                    client.do_handshake()
                socket.socket.shutdown(client, socket.SHUT_WR)  # the alert is on its way
                with suppress(OSError):
                    while client.recv(10_000):
                        pass

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(ConnectionLostError, match="requires a client certificate"):
            ask(context(listener.getsockname()[1], **TRUSTED))
        thread.join(WAIT_SECONDS)


@pytest.mark.parametrize(
    ("cluster", "sentence"),
    [
        ({"certificate-authority-data": "AAAA"}, "of the cluster 'cl' contains no certificate"),
        ({"certificate-authority": "/nowhere"}, "cannot be read from /nowhere"),
        (
            {**TRUSTED, "certificate-authority": "/x"},
            "both certificate-authority and certificate-authority-data",
        ),
        ({**TRUSTED, "insecure-skip-tls-verify": True}, "and insecure-skip-tls-verify"),
        (
            {"certificate-authority": "/x", "insecure-skip-tls-verify": True},
            "and insecure-skip-tls-verify",
        ),
    ],
)
def test_an_invalid_authority_is_reported(cluster: dict[str, Any], sentence: str) -> None:
    with pytest.raises(KubeconfigError, match=sentence):
        endpoint_of(context(1, **cluster), {})


# Proxies.


def test_a_proxy_leads_to_the_server(server: RecordingServer) -> None:
    far = {"server": "https://inner.example:6443", **TRUSTED}
    with ConnectProxy(server.port) as proxy:
        url = proxy.url.replace("//", "//me:pass%20word@")
        assert ask(context(0, proxy_url=url, **far))
        assert ask(context(0, **far), HTTPS_PROXY=proxy.url)
        shown = f"Basic {data(b'me:pass word')}"
        assert proxy.asked == [("inner.example:6443", shown), ("inner.example:6443", "")]
    for _, arrival in server.came:
        assert arrival.host == "inner.example:6443"


def test_groups_stay_apart_through_a_proxy_without_tls() -> None:
    received: list[bytes] = []

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                received.append(client.recv(65_536))
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        proxy = f"http://me:word@127.0.0.1:{listener.getsockname()[1]}"
        acting = {"as": "other", "as-groups": ["a", "b"]}
        ask(context(0, acting, server="http://inner.example", proxy_url=proxy))
        thread.join(WAIT_SECONDS)
    lines = received[0].decode().lower().split("\r\n")
    assert lines[0] == f"get http://inner.example{PATH} http/1.1"
    assert [line for line in lines if "group" in line] == [
        "impersonate-group: a",
        "impersonate-group: b",
    ]
    assert "host: inner.example" in lines
    assert any(line.startswith("proxy-authorization: basic ") for line in lines)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (407, r"it requires a valid user name and password \(407\)"),
        (403, r"it responded Forbidden \(403\)"),
        (799, r"it responded unknown status \(799\)"),
    ],
)
def test_a_proxy_that_refuses_is_reported(status: int, sentence: str) -> None:
    def script(request: Request) -> None:
        request.send(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode())

    # It reads the destination of a CONNECT as a path.
    with (
        ScriptedServer(script) as proxy,
        pytest.raises(UnreachableError, match=sentence) as caught,
    ):
        ask(context(0, server="https://inner.example", proxy_url=proxy.url, **TRUSTED))
    assert "https://inner.example" in str(caught.value)


def test_a_407_to_a_plain_request_is_reported() -> None:
    with (
        ScriptedServer(lambda r: r.answer(b"", 407)) as proxy,
        pytest.raises(UnreachableError, match="The proxy requires a valid user name and password"),
    ):
        ask(context(0, server="http://inner.example", proxy_url=proxy.url))


def test_an_unreachable_proxy_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(UnreachableError, match=r"The proxy cannot connect .*: the proxy refused"):
        ask(context(0, server="https://inner.example", proxy_url=f"http://127.0.0.1:{port}"))


def test_a_proxy_without_tls_is_reported() -> None:
    with (
        without_tls() as port,
        pytest.raises(UnreachableError, match="does not use TLS"),
    ):
        ask(context(0, server="https://inner.example", proxy_url=f"https://127.0.0.1:{port}"))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_request_through_a_silent_proxy_is_interrupted(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        asked = threading.Event()

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(10_000)
                asked.set()
                client.recv(10_000)

        server = threading.Thread(target=serve)
        server.start()
        proxy = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
        made = context(0, server="https://inner.example", proxy_url=proxy)
        with connected(made) as connection:
            outcome: list[BaseException] = []

            def run() -> None:
                try:
                    connection.send("GET", PATH)
                except StoppedError as error:
                    outcome.append(error)

            reader = threading.Thread(target=run)
            reader.start()
            assert asked.wait(WAIT_SECONDS)
            began = time.monotonic()
            connection.interrupt()
            reader.join(WAIT_SECONDS)
            assert outcome
            assert time.monotonic() - began < 0.5
        server.join(WAIT_SECONDS)


def test_an_endpoint_shows_no_password() -> None:
    shown = repr(endpoint_of(context(1, proxy_url="http://me:hidden@a:1"), {}))
    assert "hidden" not in shown
    assert data(b"me:hidden") not in shown
