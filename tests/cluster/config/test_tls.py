"""The TLS handshake: trust, client certificate, and secrets that stay in memory."""

import gc
import os
import socket
import ssl
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from kubeimg_gui.cluster.config import tls
from kubeimg_gui.cluster.config.tls import (
    ClientCertificate,
    PemError,
    Trust,
    check_certificate,
    tls_context,
)

AUTHORITY = trustme.CA()
ISSUED = AUTHORITY.issue_cert("client.example")
CERTIFICATE = ISSUED.cert_chain_pems[0].bytes()
KEY = ISSUED.private_key_pem.bytes()


def encrypted(form: PrivateFormat) -> bytes:
    key = load_pem_private_key(KEY, None)
    return key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(b"secret"))


def test_only_the_given_authority_is_trusted() -> None:
    context = tls_context(Trust(AUTHORITY.cert_pem.bytes()))
    assert [each["subject"] for each in context.get_ca_certs()] == [
        each["issuer"] for each in context.get_ca_certs()
    ]
    assert len(context.get_ca_certs()) == 1
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_text_around_certificates_and_duplicates_are_accepted() -> None:
    pem = AUTHORITY.cert_pem.bytes()
    noise = "ünser CA:\r\n".encode("latin-1")
    assert len(tls_context(Trust(noise + pem + noise + pem)).get_ca_certs()) == 1


def test_without_an_authority_the_systems_are_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "system.pem").write_bytes(AUTHORITY.cert_pem.bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "system.pem"))
    context = tls_context(Trust())
    assert context.verify_mode is ssl.CERT_REQUIRED
    expected = tls_context(Trust(AUTHORITY.cert_pem.bytes())).get_ca_certs()[0]
    assert expected in context.get_ca_certs()


def test_verification_is_as_strict_as_kubectls() -> None:
    flags = tls_context(Trust()).verify_flags
    assert not flags & ssl.VERIFY_X509_STRICT
    assert flags & ssl.VERIFY_X509_PARTIAL_CHAIN


def handshake(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> None:
    """Shake hands in memory. Raises SSLError where the client refuses the server."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(to_client, to_server, server_hostname=name)
    asked = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(2):
        for side in (asking, asked):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
    assert asking.version()


@pytest.mark.parametrize("names", [("server.example",), ()])
def test_a_server_proves_its_name_by_an_alternative_name_and_not_by_its_common_name(
    names: tuple[str, ...],
) -> None:
    issued = AUTHORITY.issue_cert(*names, common_name="server.example")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(server)  # pyright: ignore[reportUnknownMemberType]
    client = tls_context(Trust(AUTHORITY.cert_pem.bytes()))
    if names:
        handshake(client, server, "server.example")
        return
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch") as caught:
        handshake(client, server, "server.example")
    assert caught.value.verify_code == 62


def test_insecure_disables_verification() -> None:
    context = tls_context(Trust(insecure=True))
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_NONE, False)


@pytest.mark.parametrize(
    ("pem", "sentence"),
    [
        (b"", "contains no certificate"),
        (b"\xff", "contains no certificate"),
        (KEY, "contains no certificate"),
        (
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "no certificate that can be read",
        ),
    ],
)
def test_invalid_authorities_are_reported(pem: bytes, sentence: str) -> None:
    with pytest.raises(PemError, match=sentence):
        tls_context(Trust(pem))


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_client_certificate_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, in_memory: bool
) -> None:
    if not in_memory:
        monkeypatch.delattr("os.memfd_create")
        monkeypatch.setattr(tls.tempfile, "tempdir", str(tmp_path))
    tls_context(Trust(), ClientCertificate(CERTIFICATE, KEY))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("certificate", "key", "sentence"),
    [
        (CERTIFICATE, b"", "is not valid PEM, or its key is not"),
        (b"nonsense", KEY, "is not valid PEM, or its key is not"),
        (KEY, CERTIFICATE, "is not valid PEM, or its key is not"),
        (
            CERTIFICATE,
            AUTHORITY.issue_cert("other.example").private_key_pem.bytes(),
            "does not match its key",
        ),
        (CERTIFICATE, encrypted(PrivateFormat.PKCS8), "encrypted"),
        (CERTIFICATE, encrypted(PrivateFormat.TraditionalOpenSSL), "encrypted"),
    ],
)
def test_an_invalid_certificate_or_key_is_reported(
    certificate: bytes, key: bytes, sentence: str
) -> None:
    with pytest.raises(PemError, match=sentence):
        check_certificate(ClientCertificate(certificate, key))


def test_a_passphrase_is_never_asked_for(tmp_path: Path) -> None:
    """Not even where a key hides that it is encrypted, with a terminal to ask on."""
    (tmp_path / "key").write_bytes(encrypted(PrivateFormat.PKCS8))
    (tmp_path / "certificate").write_bytes(CERTIFICATE)
    program = (
        "import re, sys; from pathlib import Path; from kubeimg_gui.cluster.config import tls\n"
        "tls._ENCRYPTED = re.compile(b'nothing')\n"
        "read = lambda name: Path(sys.argv[1], name).read_bytes()\n"
        "try: tls.check_certificate(tls.ClientCertificate(read('certificate'), read('key')))\n"
        "except tls.PemError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
        input="secret\n",
    )
    assert "encrypted" in done.stdout
    assert "pass phrase" not in done.stdout + done.stderr


def test_a_key_is_not_in_the_representation() -> None:
    shown: Any = repr(ClientCertificate(CERTIFICATE, KEY))
    assert "PRIVATE" not in shown


def test_no_socket_is_left_open_by_a_peer_that_resets_before_the_handshake() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        accepted, _ = listener.accept()
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        accepted.close()
    descriptor = client.fileno()
    with pytest.raises(ConnectionResetError):
        tls_context(Trust(insecure=True)).wrap_socket(client)
    gc.collect()  # would warn of an open socket
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
