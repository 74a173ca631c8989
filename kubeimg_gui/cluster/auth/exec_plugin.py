"""Runs a kubeconfig's credential plugin, as client-go's `plugin/pkg/client/auth/exec` does.

Unlike in client-go a run has a time limit, any thread can cancel it, it never has a terminal, and
the error shows the plugin's own error output.
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
from kubeimg_gui.cluster.timeouts import DEFAULT_TIMEOUTS, Timeouts
from kubeimg_gui.text.redaction import REDACTED, redact
from kubeimg_gui.text.sanitize import plain

MAX_OUTPUT_BYTES = 2**20
KEPT_ERROR_BYTES = 16 * 2**10
SHOWN_ERROR_LINES = 3
SHOWN_ERROR_CHARACTERS = 500
"""How much of a plugin's error output is kept, and how much of it is shown."""
SECRET_CHARACTERS = 8
"""A shorter value in a plugin's environment is not taken for a secret: `true`, `eu-1`."""

_GROUP = "client.authentication.k8s.io"
_VERSIONS = (f"{_GROUP}/v1", f"{_GROUP}/v1beta1")
_MODES = ("Never", "IfAvailable", "Always")


@dataclass(frozen=True, slots=True)
class PluginCredentials:
    """What a plugin printed: a token, a certificate, or both.

    Attributes:
        expires: when they expire, seconds since the epoch; None where the plugin does not say.
    """

    token: str = field(repr=False)
    certificate: ClientCertificate | None
    expires: float | None


def check_plugin(plugin: ExecPlugin, user: str) -> None:
    """Raises KubeconfigError or CredentialsError where kubeimg cannot run the plugin."""
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
            f"The credential plugin {_shown(plugin.command)} of the user {user!r} requires a "
            "terminal (interactiveMode: Always), which kubeimg does not have: log in with kubectl"
        )


class PluginRun:
    """One run of a plugin, in a separate thread.

    Attributes:
        result: the credentials; or CredentialsError, or the error that `end` was given.
    """

    def __init__(
        self,
        plugin: ExecPlugin,
        user: str,
        cluster: Mapping[str, Any] | None,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
    ) -> None:
        self.result: Future[PluginCredentials] = Future()
        self._plugin = plugin
        self._user = user
        self._cluster = cluster
        self._timeouts = timeouts
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        """The plugin and its user, as part of a sentence."""
        return f"credential plugin {_shown(self._plugin.command)} of the user {self._user!r}"

    def start(self) -> None:
        """Starts the thread that runs the plugin."""
        threading.Thread(target=self._run, name="credential-plugin", daemon=True).start()

    def end(self, error: ClusterError) -> None:
        """Kills the plugin and its child processes, if it runs; any thread."""
        self._settle(error)
        with self._lock:
            if self._process:
                _kill(self._process)

    def _run(self) -> None:
        limit = threading.Timer(self._timeouts.plugin_seconds, self._time_out)
        limit.daemon = True
        limit.start()
        try:
            credentials = self._credentials()
        except ClusterError as error:
            self._settle(error)
        except Exception as error:  # noqa: BLE001  (`result` raises it)
            self._settle(self._failure(f"cannot be run ({type(error).__name__})"))
        else:
            with suppress(InvalidStateError):  # `end` was called just before
                self.result.set_result(credentials)
        finally:
            limit.cancel()

    def _time_out(self) -> None:
        self.end(
            self._failure(
                f"did not finish within {self._timeouts.plugin_seconds:g} s: run it in a terminal "
                "to see what it waits for"
            )
        )

    def _failure(self, what: str) -> CredentialsError:
        return CredentialsError(f"The {self.name} {what}")

    def _settle(self, error: ClusterError) -> None:
        with suppress(InvalidStateError):
            self.result.set_exception(error)

    def _credentials(self) -> PluginCredentials:
        process = self._started()
        output = _Pipe(process.stdout, MAX_OUTPUT_BYTES, keep_end=False)
        errors = _Pipe(process.stderr, KEPT_ERROR_BYTES, keep_end=True)
        code = process.wait()
        patience = self._timeouts.plugin_output_seconds
        printed = output.content(patience)
        if len(printed) > MAX_OUTPUT_BYTES:
            raise self._failure(f"printed more than {MAX_OUTPUT_BYTES:,} bytes")
        if code:
            shown = _last_lines(errors.content(patience), self._secrets(printed))
            raise self._failure(
                f"failed (exit code {code})"
                f"{f': {shown}' if shown else ': run it in a terminal to see why'}"
            )
        return self._decoded(printed)

    def _secrets(self, printed: bytes) -> list[str]:
        """Returns the secrets that the error output may repeat."""
        given = [each.value for each in self._plugin.env if len(each.value) >= SECRET_CHARACTERS]
        return [*filter(None, [_token_in(printed)]), *given]

    def _started(self) -> subprocess.Popen[bytes]:
        command = shutil.which(self._plugin.command)
        if command is None:
            hint = plain(redact(self._plugin.install_hint), SHOWN_ERROR_CHARACTERS)
            raise self._failure(f"is not installed or not executable{f'. {hint}' if hint else ''}")
        with self._lock:
            if self.result.done():  # `end` was called before the start
                raise self._failure("was not run")
            try:
                self._process = subprocess.Popen(
                    [command, *self._plugin.args],
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=True,  # without a terminal; `_kill` ends the whole group
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or "its arguments contain a zero byte"
                raise self._failure(f"cannot be run: {reason}") from error
            return self._process

    def _environment(self) -> dict[str, str]:
        spec: dict[str, Any] = {"interactive": False}
        if self._plugin.provide_cluster_info and self._cluster is not None:
            spec["cluster"] = self._cluster
        request = {
            "kind": "ExecCredential",
            "apiVersion": self._plugin.api_version,
            "spec": spec,
        }
        return {
            **os.environ,
            **{variable.name: variable.value for variable in self._plugin.env},
            "KUBERNETES_EXEC_INFO": msgspec.json.encode(request).decode(),
        }

    def _decoded(self, printed: bytes) -> PluginCredentials:
        try:
            credential = _CREDENTIAL.decode(printed)
        except (msgspec.MsgspecError, RecursionError, ValueError) as error:
            raise self._failure("did not print an ExecCredential") from error
        if credential.kind != "ExecCredential" or credential.apiVersion != self._plugin.api_version:
            raise self._failure(
                f"printed {plain(f'{credential.kind} {credential.apiVersion}', 100)!r}, but the "
                f"kubeconfig says ExecCredential {self._plugin.api_version}"
            )
        status = credential.status
        if status is None:
            raise self._failure("printed an ExecCredential without a status")
        certificate, key = status.clientCertificateData, status.clientKeyData
        if bool(certificate) != bool(key):
            raise self._failure("printed only one of a certificate and its key")
        if not (status.token or certificate):
            raise self._failure("printed neither a token nor a certificate")
        return PluginCredentials(
            status.token or "",
            self._certificate(certificate, key) if certificate and key else None,
            self._expiry(status.expirationTimestamp),
        )

    def _certificate(self, certificate: str, key: str) -> ClientCertificate:
        given = ClientCertificate(certificate.encode(), key.encode())
        try:
            check_certificate(given)
        except PemError as error:
            raise self._failure(f"printed a certificate that {error}") from error
        return given

    def _expiry(self, timestamp: str | None) -> float | None:
        if not timestamp:
            return None
        try:
            stamp = datetime.strptime(_whole_seconds(timestamp), "%Y-%m-%dT%H:%M:%S%z")
            return stamp.timestamp()
        except (ValueError, OverflowError) as error:
            raise self._failure("printed an invalid expirationTimestamp") from error


def _whole_seconds(timestamp: str) -> str:
    return re.sub(r"(?<=:\d\d)\.\d+", "", timestamp)


class _Status(msgspec.Struct):
    # The names are the API's own; null and a missing field mean the same.
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
    """Reads a pipe to its end in a separate thread, so that the program never blocks on it.

    Keeps the last `limit` bytes with `keep_end`, else the first. Without `keep_end` it closes the
    pipe after `limit` bytes, which ends the program.
    """

    def __init__(self, pipe: IO[bytes] | None, limit: int, *, keep_end: bool) -> None:
        self._pipe = pipe
        self._limit = limit
        self._keep_end = keep_end
        self._content = b""
        self._thread = threading.Thread(target=self._read, name="credential-pipe", daemon=True)
        self._thread.start()

    def content(self, seconds: float) -> bytes:
        """Returns what was read within `seconds`; limit + 1 bytes where there was more."""
        self._thread.join(seconds)
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
    with suppress(OSError):  # it has just ended
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _last_lines(output: bytes, secrets: Iterable[str]) -> str:
    text = output.decode(errors="replace")
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    lines = [line.strip() for line in redact(text).splitlines()]
    return plain(" ".join(list(filter(None, lines))[-SHOWN_ERROR_LINES:]), SHOWN_ERROR_CHARACTERS)


def _token_in(printed: bytes) -> str:
    """Returns the token that a failed plugin printed, which its error output may repeat."""
    try:
        status = _CREDENTIAL.decode(printed).status
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return ""
    return status.token or "" if status else ""


def _shown(command: str) -> str:
    return repr(plain(command, 200))
