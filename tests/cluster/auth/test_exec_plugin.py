"""A credential plugin runs within limits; each run yields credentials or an error message."""

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from kubeimg_gui.cluster.auth.exec_plugin import PluginCredentials, PluginRun, check_plugin
from kubeimg_gui.cluster.config.kubeconfig_file import ExecPlugin, Variable
from kubeimg_gui.cluster.errors import (
    ClusterError,
    CredentialsError,
    KubeconfigError,
    LoginCancelledError,
)
from kubeimg_gui.cluster.timeouts import Timeouts
from tests.support.recorder import WAIT_SECONDS

V1 = "client.authentication.k8s.io/v1"
HANGS = "sleep 1000"

Run = Callable[..., PluginRun]


def credential(status: Mapping[str, Any] | None, **more: Any) -> str:
    document = {"kind": "ExecCredential", "apiVersion": V1, "status": status, **more}
    return f"printf %s '{json.dumps(document)}'"


def at(seconds: float) -> str:
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a shell script as a plugin."""

    def run(
        script: str, *, cluster: Mapping[str, Any] | None = None, seconds: float = 30, **more: Any
    ) -> PluginRun:
        path = tmp_path / "plugin"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o700)
        more = {"command": str(path), "api_version": V1, **more}
        started = PluginRun(ExecPlugin(**more), "bob", cluster, Timeouts(plugin_seconds=seconds))
        started.start()
        return started

    return run


def answer(run: PluginRun) -> PluginCredentials:
    return run.result.result(WAIT_SECONDS)


def complaint(run: PluginRun) -> str:
    error = run.result.exception(WAIT_SECONDS)
    assert isinstance(error, CredentialsError)
    assert str(error).startswith("The credential plugin '")
    assert "the user 'bob'" in str(error)
    assert str(error).isprintable()
    assert len(str(error)) < 1000
    return str(error)


def test_a_token(run: Run) -> None:
    given = answer(run(credential({"token": "abc"})))
    assert (given.token, given.certificate, given.expires) == ("abc", None, None)
    assert "abc" not in repr(given)


@pytest.mark.parametrize("fraction", ["", ".123", ".123456789"])
def test_an_expiration_timestamp(run: Run, fraction: str) -> None:
    timestamp = at(60).replace("Z", f"{fraction}Z")
    expires = answer(run(credential({"token": "a", "expirationTimestamp": timestamp}))).expires
    assert expires
    assert 50 < expires - time.time() < 61


def test_a_certificate(run: Run) -> None:
    issued = trustme.CA().issue_cert("x")
    certificate, key = issued.cert_chain_pems[0].bytes(), issued.private_key_pem.bytes()
    status = {"clientCertificateData": certificate.decode(), "clientKeyData": key.decode()}
    given = answer(run(credential(status)))
    assert given.certificate
    assert (given.certificate.certificate, given.certificate.key) == (certificate, key)
    assert "PRIVATE" not in repr(given)


def test_the_environment_of_a_plugin(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INHERITED", "yes")
    said = tmp_path / "said"
    script = f'echo "$INHERITED $SAID $1 $KUBERNETES_EXEC_INFO" > {said}; cat >> {said}\n'
    answer(
        run(
            script + credential({"token": "a"}),
            args=("an arg",),
            env=(Variable("SAID", "and said"), Variable("KUBERNETES_EXEC_INFO", "no")),
            provide_cluster_info=True,
            cluster={"server": "https://a"},
        )
    )
    words, _, question = said.read_text().partition("{")
    assert words == "yes and said an arg "
    assert json.loads("{" + question) == {
        "kind": "ExecCredential",
        "apiVersion": V1,
        "spec": {"interactive": False, "cluster": {"server": "https://a"}},
    }


def test_a_plugin_has_no_terminal(run: Run) -> None:
    script = "if (: < /dev/tty) 2> /dev/null; then exit 1; fi\n"
    assert answer(run(script + credential({"token": "a"}))).token == "a"


def test_a_plugin_has_no_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "input").write_text("typed\n")
    inherited = os.dup(0)
    with (tmp_path / "input").open("rb") as terminal:
        os.dup2(terminal.fileno(), 0)
        try:
            shown = complaint(run('read -r word; echo "read: $word" >&2; exit 1'))
        finally:
            os.dup2(inherited, 0)
            os.close(inherited)
    assert shown.endswith("failed (exit code 1): read:")


def test_error_output_hides_the_secrets_of_the_environment(run: Run) -> None:
    env = (Variable("A", "eighteig"), Variable("B", "seven77"))
    shown = complaint(run('echo "$A $B" >&2; exit 1', env=env))
    assert shown.endswith("failed (exit code 1): …redacted… seven77")


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("exit 3", r"failed \(exit code 3\): run it in a terminal"),
        ("echo one >&2; echo two >&2; exit 1", r"failed \(exit code 1\): one two"),
        ("seq 1000000 >&2; exit 1", "999998 999999 1000000$"),
        (r"printf '\033[31mred\rx\n' >&2; exit 1", r"\\x1b\[31mred x$"),
        ("echo 'token: abcdefgh' >&2; exit 1", "token: …redacted…"),
        ("echo '--token abcdefgh' >&2; exit 1", "--token …redacted…"),
        (credential({"token": "a"}) + "; exit 1", "failed"),
        (credential({"token": "a shape"}) + "; echo got a shape >&2; exit 1", "got …redacted…$"),
        ("kill -9 $$", "failed"),
        ("", "did not print an ExecCredential"),
        ("echo hello", "did not print an ExecCredential"),
        ("echo '[]'", "did not print an ExecCredential"),
        (r"printf '\377'", "did not print an ExecCredential"),
        ("head -c 2000000 /dev/zero", "printed more than 1,048,576 bytes"),
        (credential({"token": 5}), "did not print an ExecCredential"),
        (credential({"token": "a"}, kind="Other"), "printed 'Other client"),
        (credential({"token": "a"}, apiVersion=f"{V1}beta1"), "but the kubeconfig says"),
        (credential(None), "ExecCredential without a status"),
        (credential({}), "printed neither a token nor a certificate"),
        (credential({"token": "", "clientKeyData": None}), "printed neither"),
        (credential({"token": "a", "clientKeyData": "x"}), "only one of a certificate and its key"),
        (
            credential({"clientCertificateData": "x", "clientKeyData": "y"}),
            "printed a certificate that is not valid PEM, or its key is not",
        ),
        (credential({"token": "a", "expirationTimestamp": "soon"}), "invalid expirationTimestamp"),
        (
            credential({"token": "a", "expirationTimestamp": "2040-01-01T00:00:00"}),
            "invalid expirationTimestamp",
        ),
    ],
)
def test_a_failing_plugin_is_reported(run: Run, script: str, sentence: str) -> None:
    failed = run(script)
    with pytest.raises(CredentialsError, match=sentence):
        answer(failed)
    complaint(failed)


def test_a_missing_plugin_shows_its_install_hint(run: Run) -> None:
    hint = "get it:\n brew install \x1b[1mit"
    message = complaint(run("", command="no-such-plugin", install_hint=hint))
    assert message.endswith(r"is not installed or not executable. get it:\n brew install \x1b[1mit")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"args": ("a\0b",)}, "cannot be run: its arguments contain a zero byte"),
        ({"env": (Variable("a=b\0", "c"),)}, "cannot be run: "),
        ({"command": "/tmp"}, "is not installed or not executable"),
        ({"command": "a\0b"}, "is not installed or not executable"),
    ],
)
def test_a_plugin_that_cannot_run_is_reported(run: Run, more: dict[str, Any], reason: str) -> None:
    assert reason in complaint(run("", **more))


def test_a_file_that_is_not_a_program_is_reported(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "no-program"
    path.write_bytes(b"\x7fELF nonsense")
    path.chmod(0o700)
    assert "cannot be run: Exec format error" in complaint(run("", command=str(path)))


def test_a_child_that_holds_the_pipe_does_not_block(run: Run, tmp_path: Path) -> None:
    """It holds the pipes open, as a browser that a plugin opens does."""
    began = time.monotonic()
    pid = tmp_path / "pid"
    left = run(f"{HANGS} & echo $! > {pid}\n" + credential({"token": "a"}))
    try:
        assert answer(left).token == "a"
        assert time.monotonic() - began < 5
    finally:
        os.kill(int(pid.read_text()), 9)


def gone(pid: int) -> bool:
    """Whether a process ends within a moment; a zombie counts as ended."""
    for _ in range(200):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        threading.Event().wait(0.01)
    return False


def pids(folder: Path) -> list[int]:
    """Those that a plugin wrote down, once it has."""
    for _ in range(500):
        path = folder / "pids"
        if path.exists() and len(found := path.read_text().split()) == 2:
            return [int(pid) for pid in found]
        threading.Event().wait(0.01)
    raise AssertionError("the plugin did not start")


FAMILY = f'{HANGS} & echo $$ $! > "$(dirname $0)/pids"; wait'


def test_a_plugin_that_takes_too_long_is_killed_with_its_children(run: Run, tmp_path: Path) -> None:
    assert "did not finish within 0.3 s" in complaint(run(FAMILY, seconds=0.3))
    assert all(gone(pid) for pid in pids(tmp_path))


@pytest.mark.parametrize("deaf", ["", "trap '' TERM INT HUP\n"])
def test_a_plugin_is_cancelled_at_once(run: Run, tmp_path: Path, deaf: str) -> None:
    running = run(deaf + FAMILY)
    family = pids(tmp_path)
    began = time.monotonic()
    running.end(LoginCancelledError("called off"))
    running.end(ClusterError("too late"))
    assert isinstance(running.result.exception(0), LoginCancelledError)
    assert all(gone(pid) for pid in family)
    assert time.monotonic() - began < 1


def test_a_run_that_ends_before_its_start_does_not_start(tmp_path: Path) -> None:
    plugin = ExecPlugin(command="touch", args=(str(tmp_path / "ran"),), api_version=V1)
    ended = PluginRun(plugin, "bob", None)
    ended.end(LoginCancelledError("called off"))
    ended.start()
    for thread in threading.enumerate():
        if thread.name == "credential-plugin":
            thread.join(WAIT_SECONDS)
    assert not (tmp_path / "ran").exists()


FINE: dict[str, Any] = {"command": "x", "api_version": V1, "interactive_mode": "Never"}


@pytest.mark.parametrize(
    ("fields", "kind", "sentence"),
    [
        ({"command": ""}, KubeconfigError, "no command"),
        ({"env": (Variable(),)}, KubeconfigError, "a variable without a name"),
        ({"api_version": ""}, KubeconfigError, "apiVersion ''"),
        ({"api_version": V1 + "alpha1"}, KubeconfigError, "must be .*v1 or .*v1beta1"),
        ({"interactive_mode": ""}, KubeconfigError, "an interactiveMode"),
        ({"interactive_mode": "Often"}, KubeconfigError, "an interactiveMode"),
        ({"interactive_mode": "Always"}, CredentialsError, "requires a terminal"),
    ],
)
def test_a_plugin_that_cannot_be_run_from_here_is_refused(
    fields: dict[str, Any], kind: type[Exception], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        check_plugin(ExecPlugin(**{**FINE, **fields}), "bob")


@pytest.mark.parametrize("mode", ["Never", "IfAvailable"])
def test_a_plugin_that_can_be_run(mode: str) -> None:
    check_plugin(ExecPlugin("x", api_version=V1, interactive_mode=mode), "bob")
    check_plugin(ExecPlugin(command="x", api_version=V1 + "beta1"), "bob")
