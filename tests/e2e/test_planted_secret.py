"""kubeimg prints, logs and shows no secret: tests plant some and search for them.

They stand where a kubeconfig may hold one; servers and plugins repeat them.
"""

import base64
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import trustme
import yaml
from PySide6.QtWidgets import QApplication

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.qt.app.crash_reporter import CrashReporter
from kubeimg_gui.qt.app.session import ClusterClient, Session
from kubeimg_gui.qt.base import theme as themes
from tests.qt.driver import event_loop, until
from tests.support.forked_program import ForkedProgram
from tests.support.recording_server import Answer, RecordingServer
from tests.support.scripted_server import image_json, list_json, node_json, status_json
from tests.support.widget_texts import texts_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
Entry = dict[str, Any]
WORDS = "hunter-planted-7a1f"
"""Looks like nothing in particular."""
JWT = ".".join(
    base64.urlsafe_b64encode(part).decode().rstrip("=")
    for part in (b'{"alg":"RS256"}', b'{"sub":"planted","n":"8e41"}', b"planted" * 9)
)
PASSWORD = "planted-pass-9c0d"
PROXY_PASSWORD = "planted-proxy-3b7e"
ANNOTATION = "planted-note-5d2c"
PLUGIN = """#!/bin/sh
echo "plugin: got $1 for you, token=$1" >&2
echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
"status": {"token": "'$1'"}}'
exit $2
"""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def client(authority: trustme.CA) -> trustme.LeafCert:
    return authority.issue_cert("client.example", common_name="client")


def identities(client: trustme.LeafCert, folder: Path) -> dict[str, Entry]:
    """User entries of kubeconfigs, each with secrets in it."""
    (folder / "token").write_text(f"{WORDS}\n")
    return {
        "a token with a shape": {"token": JWT},
        "a token without a shape": {"token": WORDS},
        "a token file": {"tokenFile": str(folder / "token")},
        "a password": {"username": "me", "password": PASSWORD},
        "a key": {
            "client-certificate-data": _base64(client.cert_chain_pems[0].bytes()),
            "client-key-data": _base64(client.private_key_pem.bytes()),
        },
        "a plugin": plugin(folder, WORDS, 0),
    }


def plugin(folder: Path, secret: str, code: int) -> Entry:
    """A user entry whose plugin returns `secret` as the token, prints it to standard error, and
    exits with `code`.
    """
    script = folder / "plugin"
    script.write_text(PLUGIN)
    script.chmod(0o700)
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": str(script),
            "args": [secret, str(code)],
            "env": [{"name": "PLANTED", "value": PASSWORD}],
            "interactiveMode": "Never",
        }
    }


def planted(client: trustme.LeafCert) -> list[bytes]:
    """What is looked for: each secret in plain, and in base64 wherever it may begin there."""
    key = client.private_key_pem.bytes().splitlines()
    lines = [line for line in key if len(line) > 30 and b"-----" not in line]
    secrets = [WORDS, *JWT.split(".")[1:], PASSWORD, PROXY_PASSWORD, ANNOTATION]
    plain = [secret.encode() for secret in secrets] + lines
    return [form for secret in plain for form in (secret, *_in_base64(secret))]


def _base64(text: bytes) -> str:
    return base64.b64encode(text).decode()


def _in_base64(secret: bytes) -> Iterator[bytes]:
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret).rstrip(b"=")
        whole = encoded[(0, 2, 3)[before] : len(encoded) - 1]
        assert len(whole) > 12
        yield whole


def test_the_search_finds_a_planted_secret(client: trustme.LeafCert) -> None:
    forms = planted(client)
    for before in range(3):
        text = base64.b64encode(b"x" * before + PASSWORD.encode() + b"and more")
        assert any(form in text for form in forms)
    assert any(form in _base64(client.private_key_pem.bytes()).encode() for form in forms)


# What servers say.


def _ok(path: str, _authorization: str) -> tuple[int, bytes]:
    if "watch=" in path:
        return 200, b""
    node = node_json("n0", images=[image_json("redis:7", 5)])
    node["metadata"]["annotations"] = {"example.com/password": ANNOTATION}
    return 200, json.dumps(list_json(node)).encode()


def _says(code: int, reason: str, words: str) -> Answer:
    def answer(_path: str, authorization: str) -> tuple[int, bytes]:
        message = words.format(authorization, authorization.split(" ")[-1])
        return code, json.dumps(status_json(code, reason, message)).encode()

    return answer


def _garbage(_path: str, authorization: str) -> tuple[int, bytes]:
    return 200, f"\0<html>{authorization}".encode()


def _watch_that_repeats(path: str, authorization: str) -> tuple[int, bytes]:
    if "watch=" not in path:
        return _ok(path, authorization)
    token = authorization.split(" ")[-1]
    events = (
        (f"a {token}", node_json("n0")),
        ("MODIFIED", node_json("n0", images=token)),
        ("ERROR", status_json(500, "InternalError", f"what is {token}?")),
    )
    lines = [json.dumps({"type": kind, "object": found}) for kind, found in events]
    return 200, "".join(f"{line}\n" for line in lines).encode()


def _proxy_page(_path: str, authorization: str) -> tuple[int, bytes]:
    return 502, f"<pre>Authorization: {authorization}</pre>".encode()


ANSWERS: Mapping[str, Answer] = {
    "200": _ok,
    "401": _says(401, "Unauthorized", "invalid token {1}, in Authorization: {0}"),
    "403": _says(403, "Forbidden", "no access with {0}"),
    "500": _says(500, "InternalError", "what is {1}?"),
    "502": _proxy_page,
    "garbage": _garbage,
    "watch": _watch_that_repeats,
}


class Place:
    """A server with one answer, kubeconfigs for it, and the collected output and logs."""

    def __init__(self, folder: Path, server: RecordingServer, client: trustme.LeafCert) -> None:
        self.folder = folder
        self.server = server
        self.identities = identities(client, folder)
        self.log = folder / "log"
        self._planted = planted(client)

    def kubeconfig(self, identity: Entry, **cluster: Any) -> Path:
        path = self.folder / "kubeconfig"
        url = f"https://127.0.0.1:{self.server.port}"
        document = {
            "current-context": "c",
            "clusters": [
                {
                    "name": "c",
                    "cluster": {
                        "server": url,
                        "certificate-authority": str(self.folder / "ca"),
                        **cluster,
                    },
                }
            ],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "users": [{"name": "u", "user": identity}],
        }
        path.write_text(yaml.safe_dump(document))
        return path

    def check(self, *texts: str | bytes) -> None:
        """Look for the secrets in texts and in the log."""
        log = self.log.read_bytes() if self.log.exists() else b""
        for text in (log, *texts):
            data = text.encode() if isinstance(text, str) else text
            for form in self._planted:
                assert form not in data, data.decode(errors="replace")


OpenPlace = Callable[[str], Any]


@pytest.fixture
def open_place(
    authority: trustme.CA, client: trustme.LeafCert, tmp_path: Path
) -> Callable[[str], Any]:
    @contextmanager
    def opened(answer: str) -> Generator[Place]:
        authority.cert_pem.write_to_path(tmp_path / "ca")
        certificate = authority.issue_cert("127.0.0.1")
        with RecordingServer("a", authority, certificate, ANSWERS[answer]) as server:
            yield Place(tmp_path, server, client)

    return opened


def kubeimg(*arguments: str | Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "kubeimg_gui", *map(str, arguments)],
        env={**os.environ, "KUBECONFIG": ""},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


# What is printed and logged.


@pytest.mark.parametrize("answer", ANSWERS)
def test_reports_contain_no_secret(
    open_place: OpenPlace, forked_program: ForkedProgram, answer: str
) -> None:
    environment = {**os.environ, "KUBECONFIG": ""}
    with open_place(answer) as place:
        for identity in place.identities.values():
            kubeconfig = place.kubeconfig(identity)
            options = ("--kubeconfig", kubeconfig, "-vv", "--log-file", place.log)
            done = forked_program.run(
                "nodes", "-o", "json", *options, environment=environment, folder=place.folder
            )
            assert done.returncode in range(5)
            place.check(done.stdout, done.stderr)
        came = [arrival for _, arrival in place.server.came]
        assert len(came) >= len(place.identities)
        assert all(arrival.authorization or arrival.certificate for arrival in came)


@pytest.mark.parametrize("secret", [WORDS, JWT], ids=["without a shape", "with a shape"])
def test_the_error_of_a_plugin_contains_no_secret(open_place: OpenPlace, secret: str) -> None:
    """What it would have given is on its standard output, and its complaints repeat it."""
    with open_place("200") as place:
        kubeconfig = place.kubeconfig(plugin(place.folder, secret, 1))
        options = ("--kubeconfig", kubeconfig, "-vv", "--log-file", place.log)
        with kubeimg("nodes", *options) as process:
            out, errors = process.communicate(timeout=40)
        assert process.returncode == 4
        place.check(out, errors)
        assert place.server.came == []


@pytest.mark.parametrize("answer", ["200", "401", "500", "garbage", "watch"])
@pytest.mark.parametrize("who", ["a token without a shape", "a key", "a plugin"])
def test_a_watch_prints_no_secret_and_leaves_no_file(
    open_place: OpenPlace, answer: str, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard error, where its log goes as well."""
    with open_place(answer) as place:
        temporary = place.folder / "temporary"
        temporary.mkdir()
        monkeypatch.setenv("TMPDIR", str(temporary))
        kubeconfig = place.kubeconfig(place.identities[who])
        with kubeimg("watch", "-vv", "--kubeconfig", kubeconfig) as process:
            deadline = time.monotonic() + 10
            while len(place.server.came) < 2 and process.poll() is None:
                assert time.monotonic() < deadline
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.1)
            assert list(temporary.iterdir()) == [], "keys are kept in memory alone"
            process.send_signal(signal.SIGINT)
            out, errors = process.communicate(timeout=10)
        assert errors
        place.check(out, errors)


def test_the_password_of_a_proxy_is_not_printed(open_place: OpenPlace) -> None:
    with open_place("200") as place:
        kubeconfig = place.kubeconfig(
            {"token": WORDS}, **{"proxy-url": f"http://me:{PROXY_PASSWORD}@127.0.0.1:1"}
        )
        for face in (("nodes",), ("--grab", place.folder / "picture.png", "--timeout", "2")):
            options = ("--kubeconfig", kubeconfig, "-vv", "--log-file", place.log)
            with kubeimg(*face, *options) as process:
                out, errors = process.communicate(timeout=40)
            place.check(out, errors)
            assert process.returncode == 3, errors


@pytest.mark.parametrize("answer", ["200", "401"])
def test_a_picture_of_the_window_is_saved_without_printing_a_secret(
    open_place: OpenPlace, answer: str
) -> None:
    with open_place(answer) as place:
        kubeconfig = place.kubeconfig(place.identities["a plugin"])
        options = ("--kubeconfig", kubeconfig, "-vv", "--log-file", place.log)
        picture = place.folder / "picture.png"
        with kubeimg("--grab", picture, "--timeout", "3", *options) as process:
            out, errors = process.communicate(timeout=40)
        place.check(out, errors)
        assert process.returncode == (4 if answer == "401" else 0), errors
        assert picture.exists() is (answer == "200")


# What is shown.


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("who", ["a token without a shape", "a password", "a plugin"])
def test_no_widget_of_the_window_holds_a_secret(
    qapp: QApplication,
    open_place: OpenPlace,
    answer: str,
    who: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="kubeimg_gui")
    with open_place(answer) as place, event_loop(qapp) as loop:
        target = kubeconfig_target(None, place.kubeconfig(place.identities[who]))

        async def look() -> list[str]:
            client = ClusterClient(
                target, NodeInformer(target.connect), NodeActions(target.connect)
            )
            session = Session(client, themes.LIGHT, None)
            session.start()
            top = session.window.toolbar
            first = top.state_text
            await until(lambda: place.server.came and top.state_text != first, "news")
            await until(lambda: not top.state_text.startswith(("Connect", "Sync")), "an outcome")
            texts = list(texts_of(session.window))
            await session.stop()
            return texts

        texts = loop.run_until_complete(look())
        target.close()
        assert len(texts) > 50
        place.check(*texts)


@pytest.mark.parametrize(
    "mistake",
    [
        f"{{'authorization': 'Bearer {WORDS}', 'Accept': 'application/json'}}",
        f"HTTPSConnectionPool(host='c', port=443): Authorization: Bearer {JWT}",
        f"Authorization: Basic {_base64(f'me:{PASSWORD}'.encode())}",
        f"https://me:{PROXY_PASSWORD}@127.0.0.1:1 refuses",
        f"{{'token': '{WORDS}', 'password': '{PASSWORD}'}}",
        f"ExecCredential {{'status': {{'token': '{WORDS}', 'expirationTimestamp': null}}}}",
        f"unexpected {JWT}",
    ],
)
def test_the_dialog_about_an_unexpected_error_contains_no_secret(
    qapp: QApplication, client: trustme.LeafCert, mistake: str, caplog: pytest.LogCaptureFixture
) -> None:
    errors = CrashReporter()
    errors.report(ValueError, ValueError(mistake), None)
    qapp.processEvents()
    dialog = errors.dialog
    assert dialog is not None
    texts = [*texts_of(dialog), dialog.text, dialog.details.toPlainText(), caplog.text]
    errors.stop()
    qapp.processEvents()
    assert "ValueError" in texts[-2]
    shown = "\n".join(texts).encode()
    for form in planted(client):
        assert form not in shown
