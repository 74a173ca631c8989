"""A server's certificate is accepted or refused as kubectl does; a refused server gets nothing."""

import base64
import ssl
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kubeimg_gui.cluster.auth.credentials import Credentials
from kubeimg_gui.cluster.config.endpoint import endpoint_of
from kubeimg_gui.cluster.config.kubeconfig import Context
from kubeimg_gui.cluster.config.kubeconfig_file import Cluster, User
from kubeimg_gui.cluster.errors import ConnectionLostError, KubeconfigError
from kubeimg_gui.cluster.transport.connection import Connection
from tests.cluster.transport.tls_cases import CASES, Case
from tests.faults.certificates import AUTHORITY, good
from tests.support.issuing import DAY, issue
from tests.support.proxies import ConnectProxy
from tests.support.tls_server import TlsServer

TOKEN = "secret-token"


def context_of(case: Case, server: str, **cluster: Any) -> Context:
    entry = {
        "server": server,
        "certificate-authority-data": base64.b64encode(case.bundle).decode(),
        "tls-server-name": case.server_name,
        **cluster,
    }
    user = {"token": TOKEN, **case.user}
    return Context("c", "cl", "bob", msgspec.convert(entry, Cluster), msgspec.convert(user, User))


def ask(context: Context) -> bytes:
    connection = Connection(endpoint_of(context, {}), Credentials(context))
    try:
        return connection.send("GET", "/api/v1/nodes")
    finally:
        connection.interrupt()


@pytest.mark.parametrize("name", CASES)
def test_a_server_is_accepted_or_refused(name: str, tmp_path: Path) -> None:
    case = CASES[name]()
    server = TlsServer(case.chain, **case.server)
    server.load(tmp_path)
    with server:
        context = context_of(case, f"https://127.0.0.1:{server.port}")
        if case.refused:
            with pytest.raises((ConnectionLostError, KubeconfigError), match=case.refused):
                ask(context)
        else:
            assert b"NodeList" in ask(context)
    if case.refused:
        assert not any(visit.head for visit in server.visits), "nothing may be sent"
        assert not any(visit.certificate for visit in server.visits)
    else:
        assert TOKEN.encode() in server.visits[-1].head
        assert not any(visit.head for visit in server.visits[:-1])
        assert bool(server.visits[-1].certificate) is bool(case.server.get("clients"))


@pytest.mark.parametrize(
    "name",
    ["plain", "name, wildcard before one label", "rotation, without", "name, wildcard alone"],
)
@pytest.mark.parametrize("secure", [False, True])
def test_a_proxy_changes_nothing(
    name: str, secure: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy's own certificate is verified with the system's authorities."""
    case = CASES[name]()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "system.pem"))
    (tmp_path / "system.pem").write_bytes(AUTHORITY.cert_pem.bytes())
    server = TlsServer(case.chain)
    server.load(tmp_path)
    with server, ConnectProxy(server.port, good() if secure else None) as proxy:
        context = context_of(case, "https://127.0.0.1:6443", **{"proxy-url": proxy.url})
        if case.refused:
            with pytest.raises(ConnectionLostError, match=case.refused):
                ask(context)
        else:
            assert b"NodeList" in ask(context)
    assert {destination for destination, _ in proxy.asked} == {"127.0.0.1:6443"}
    assert any(visit.head for visit in server.visits) is not bool(case.refused)


def test_a_proxy_that_is_not_trusted_is_named() -> None:
    with ConnectProxy(1, good()) as proxy:
        context = context_of(CASES["plain"](), "https://127.0.0.1:1", **{"proxy-url": proxy.url})
        with pytest.raises(ConnectionLostError, match="failed: the proxy's certificate is signed"):
            ask(context)


def test_an_unverified_server_may_have_any_certificate(tmp_path: Path) -> None:
    case = Case((issue("server", None, "elsewhere.example", ends=-DAY / 2, kind="rsa1024"),), b"")
    server = TlsServer(case.chain)
    server.load(tmp_path)
    with server:
        address = f"https://127.0.0.1:{server.port}"
        assert b"NodeList" in ask(context_of(case, address, **{"insecure-skip-tls-verify": True}))


def test_a_kept_connection_needs_no_further_handshake(tmp_path: Path) -> None:
    case = CASES["name, wildcard before one label"]()
    server = TlsServer(case.chain)
    server.load(tmp_path)
    with server:
        context = context_of(case, f"https://127.0.0.1:{server.port}")
        ask(context)
        handshakes = len(server.visits)
        ask(context)
    assert len(server.visits) == 2 * handshakes == 4, "an inspection, and the request"


def test_the_private_methods_that_kubeimg_calls_exist() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls: Any = context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="x")
    for method in ("get_verified_chain", "get_unverified_chain"):
        assert hasattr(tls, method) or hasattr(tls._sslobj, method)
