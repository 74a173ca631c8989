"""Runs a kubeconfig's credential plugin, as client-go's `plugin/pkg/client/auth/exec` does.

Unlike there it has a time limit, can be called off from any thread, never has a terminal to ask
on, and what it says when it fails is told.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

import msgspec

from kubeimg_gui.cluster.config.kubeconfig_file import ExecPlugin
from kubeimg_gui.cluster.config.tls import ClientCertificate, PemError, check_certificate
from kubeimg_gui.cluster.errors import ClusterError, CredentialsError, KubeconfigError
from kubeimg_gui.text.redaction import REDACTED, redact
from kubeimg_gui.text.sanitize import plain

PLUGIN_SECONDS = 120.0
"""How long a plugin may take; a person may have to log in meanwhile."""
OUTPUT_BYTES = 2**20
TOLD_BYTES = 16 * 2**10
TOLD_LINES = 3
TOLD_CHARACTERS = 500
"""How much of what a plugin says when it fails is kept, and told."""
SECRET_CHARACTERS = 8
"""A shorter value in a plugin's environment is no secret: `true`, `eu-1`."""
PIPE_SECONDS = 1.0
"""How long what a plugin printed is waited for after it has ended: a program that it started and
left behind may hold the pipe open for good."""

_GROUP = "client.authentication.k8s.io"
_VERSIONS = (f"{_GROUP}/v1", f"{_GROUP}/v1beta1")
_MODES = ("Never", "IfAvailable", "Always")


@dataclass(frozen=True, slots=True)
class PluginAnswer:
    """What a plugin gave: a token, a certificate, or both.

    Attributes:
        expires: until when it may be used, seconds since the epoch; None where it does not say.
    """

    token: str = field(repr=False)
    certificate: ClientCertificate | None
    expires: float | None


def check_plugin(plugin: ExecPlugin, user: str) -> None:
    """Raise KubeconfigError or CredentialsError where the plugin cannot be run from here."""
    who = f"the credential plugin of the user {user!r}"
    if not plugin.command:
        raise KubeconfigError(f"The kubeconfig names no command for {who}")
    if any(not variable.name for variable in plugin.env):
        raise KubeconfigError(f"The kubeconfig gives {who} a variable without a name")
    if plugin.api_version not in _VERSIONS:
        raise KubeconfigError(
            f"The kubeconfig gives {who} the apiVersion {plain(plugin.api_version, 100)!r}: "
            f"it must be {_VERSIONS[0]} or {_VERSIONS[1]}"
        )
    mode = plugin.interactive_mode
    if mode not in _MODES and (mode or plugin.api_version == _VERSIONS[0]):
        raise KubeconfigError(
            f"The kubeconfig must give {who} an interactiveMode: Never, IfAvailable or Always"
        )
    if mode == "Always":
        raise CredentialsError(
            f"The credential plugin {_shown(plugin.command)} of the user {user!r} wants to ask in "
            "a terminal (interactiveMode: Always), which kubeimg has not: log in with kubectl"
        )


class PluginRun:
    """One run, in a thread of its own.

    Attributes:
        answer: of the plugin; or CredentialsError, or what `end` was given.
    """

    def __init__(
        self, plugin: ExecPlugin, user: str, cluster: Mapping[str, Any] | None, seconds: float
    ) -> None:
        self.answer: Future[PluginAnswer] = Future()
        self._plugin = plugin
        self._user = user
        self._cluster = cluster
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        """What is run and for whom, within a sentence."""
        return f"credential plugin {_shown(self._plugin.command)} of the user {self._user!r}"

    def start(self) -> None:
        """Run it."""
        threading.Thread(target=self._run, name="credential-plugin", daemon=True).start()

    def end(self, error: ClusterError) -> None:
        """Kill it, with what it started, while it runs; any thread."""
        self._settle(error)
        with self._lock:
            if self._process:
                _kill(self._process)

    def _run(self) -> None:
        limit = threading.Timer(self._seconds, self._time_out)
        limit.daemon = True
        limit.start()
        try:
            answer = self._answer()
        except ClusterError as error:
            self._settle(error)
        except Exception as error:  # noqa: BLE001  (who waits must hear of it)
            self._settle(self._failure(f"cannot be run ({type(error).__name__})"))
        else:
            with suppress(InvalidStateError):  # ended in the last moment
                self.answer.set_result(answer)
        finally:
            limit.cancel()

    def _time_out(self) -> None:
        self.end(
            self._failure(
                f"did not finish within {self._seconds:g} s: run it in a terminal to see what it "
                "waits for"
            )
        )

    def _failure(self, what: str) -> CredentialsError:
        return CredentialsError(f"The {self.name} {what}")

    def _settle(self, error: ClusterError) -> None:
        with suppress(InvalidStateError):
            self.answer.set_exception(error)

    def _answer(self) -> PluginAnswer:
        process = self._started()
        output = _Pipe(process.stdout, OUTPUT_BYTES, keep_end=False)
        complaints = _Pipe(process.stderr, TOLD_BYTES, keep_end=True)
        code = process.wait()
        printed = output.content()
        if len(printed) > OUTPUT_BYTES:
            raise self._failure("prints more than credentials can be")
        if code:
            told = _last_lines(complaints.content(), self._secrets(printed))
            raise self._failure(
                f"failed (exit code {code})"
                f"{f': {told}' if told else ': run it in a terminal to see why'}"
            )
        return self._understood(printed)

    def _secrets(self, printed: bytes) -> list[str]:
        """What its complaints may repeat."""
        given = [each.value for each in self._plugin.env if len(each.value) >= SECRET_CHARACTERS]
        return [*filter(None, [_token_in(printed)]), *given]

    def _started(self) -> subprocess.Popen[bytes]:
        command = shutil.which(self._plugin.command)
        if command is None:
            hint = plain(redact(self._plugin.install_hint), TOLD_CHARACTERS)
            raise self._failure(f"is not installed, or cannot be run{f'. {hint}' if hint else ''}")
        with self._lock:
            if self.answer.done():  # ended before it began
                raise self._failure("was not run")
            try:
                self._process = subprocess.Popen(
                    [command, *self._plugin.args],
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=True,  # so that it has no terminal, and ends as a whole
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or "a zero byte in its arguments"
                raise self._failure(f"cannot be run: {why}") from error
            return self._process

    def _environment(self) -> dict[str, str]:
        spec: dict[str, Any] = {"interactive": False}
        if self._plugin.provide_cluster_info and self._cluster is not None:
            spec["cluster"] = self._cluster
        question = {
            "kind": "ExecCredential",
            "apiVersion": self._plugin.api_version,
            "spec": spec,
        }
        return {
            **os.environ,
            **{variable.name: variable.value for variable in self._plugin.env},
            "KUBERNETES_EXEC_INFO": msgspec.json.encode(question).decode(),
        }

    def _understood(self, printed: bytes) -> PluginAnswer:
        try:
            credential = _CREDENTIAL.decode(printed)
        except (msgspec.MsgspecError, RecursionError, ValueError) as error:
            raise self._failure("prints no ExecCredential") from error
        if credential.kind != "ExecCredential" or credential.apiVersion != self._plugin.api_version:
            raise self._failure(
                f"gives {plain(f'{credential.kind} {credential.apiVersion}', 100)!r} "
                f"where the kubeconfig says ExecCredential {self._plugin.api_version}"
            )
        status = credential.status
        if status is None:
            raise self._failure("gives no status")
        certificate, key = status.clientCertificateData, status.clientKeyData
        if bool(certificate) != bool(key):
            raise self._failure("gives a certificate or a key, but not both")
        if not (status.token or certificate):
            raise self._failure("gives neither a token nor a certificate")
        return PluginAnswer(
            status.token or "",
            self._certificate(certificate, key) if certificate and key else None,
            self._expiry(status.expirationTimestamp),
        )

    def _certificate(self, certificate: str, key: str) -> ClientCertificate:
        given = ClientCertificate(certificate.encode(), key.encode())
        try:
            check_certificate(given)
        except PemError as error:
            raise self._failure(f"gives a certificate that {error}") from error
        return given

    def _expiry(self, timestamp: str | None) -> float | None:
        if not timestamp:
            return None
        try:
            stamp = datetime.strptime(_whole_seconds(timestamp), "%Y-%m-%dT%H:%M:%S%z")
            return stamp.timestamp()
        except (ValueError, OverflowError) as error:
            raise self._failure("gives a time of expiry that is none") from error


def _whole_seconds(timestamp: str) -> str:
    return re.sub(r"(?<=:\d\d)\.\d+", "", timestamp)


class _Status(msgspec.Struct):
    # The names are the API's own, as are null and missing for "none".
    token: str | None = None
    clientCertificateData: str | None = None  # noqa: N815
    clientKeyData: str | None = None  # noqa: N815
    expirationTimestamp: str | None = None  # noqa: N815


class _ExecCredential(msgspec.Struct):
    kind: str = ""
    apiVersion: str = ""  # noqa: N815
    status: _Status | None = None


_CREDENTIAL = msgspec.json.Decoder(_ExecCredential)


class _Pipe:
    """Reads one to its end, so that the program never waits; keeps its end, or its beginning.

    Where it wants the beginning it closes the pipe when that is too long, which ends the program.
    """

    def __init__(self, pipe: IO[bytes] | None, limit: int, *, keep_end: bool) -> None:
        self._pipe = pipe
        self._limit = limit
        self._keep_end = keep_end
        self._content = b""
        self._thread = threading.Thread(target=self._read, name="credential-pipe", daemon=True)
        self._thread.start()

    def content(self) -> bytes:
        """What came; of too long a beginning one byte more than the limit."""
        self._thread.join(PIPE_SECONDS)
        return self._content

    def _read(self) -> None:
        assert self._pipe
        with self._pipe as pipe:
            while chunk := os.read(pipe.fileno(), 2**16):
                content = self._content + chunk
                cut = slice(-self._limit, None) if self._keep_end else slice(self._limit + 1)
                self._content = content[cut]
                if not self._keep_end and len(content) > self._limit:
                    return


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is not None:
        return
    with suppress(OSError):  # it ended just now
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _last_lines(told: bytes, secrets: Iterable[str]) -> str:
    text = told.decode(errors="replace")
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    lines = [line.strip() for line in redact(text).splitlines()]
    return plain(" ".join(list(filter(None, lines))[-TOLD_LINES:]), TOLD_CHARACTERS)


def _token_in(printed: bytes) -> str:
    """What a plugin that failed would have given: its complaints may repeat it."""
    try:
        status = _CREDENTIAL.decode(printed).status
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return ""
    return status.token or "" if status else ""


def _shown(command: str) -> str:
    return repr(plain(command, 200))
