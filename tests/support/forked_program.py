"""Runs kubeimg's command line in forks of a process that has already imported it.

A run has its own process, environment, folder and output, as if it had been started, without the
third of a second that its imports take. A test of the start itself starts the program.
"""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

LIMIT_SECONDS = 50.0
MESSAGE_BYTES = 2**20
ROOT = Path(__file__).parents[2]
PRELOADED = (
    "kubeimg_gui.headless.report",
    "kubeimg_gui.cluster.auth.credentials",
    "kubeimg_gui.cluster.transport.connection",
    "kubeimg_gui.cluster.watch.pager",
)


class ForkedProgram:
    """The process that forks; a context manager. One run at a time."""

    def __enter__(self) -> "ForkedProgram":
        self._socket, child_socket = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(LIMIT_SECONDS)
        with child_socket:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.forked_program", str(child_socket.fileno())],
                cwd=ROOT,
                pass_fds=[child_socket.fileno()],
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, and a run that has not ended."""
        self._socket.close()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def run(
        self, *arguments: str | Path, environment: Mapping[str, str], folder: Path
    ) -> subprocess.CompletedProcess[str]:
        """Run `kubeimg-gui` with arguments until it ends; standard input is empty."""
        words = [str(argument) for argument in arguments]
        message = json.dumps([words, dict(environment), str(folder)]).encode()
        with (
            Path(os.devnull).open("rb") as nothing,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as errors,
        ):
            streams = [stream.fileno() for stream in (nothing, out, errors)]
            socket.send_fds(self._socket, [message], streams)
            code = int(self._socket.recv(MESSAGE_BYTES))
            texts: list[str] = []
            for stream in (out, errors):
                stream.seek(0)
                texts.append(stream.read().decode())
        return subprocess.CompletedProcess(words, code, *texts)


def _serve(connection: socket.socket) -> list[str]:
    """Fork for each message; returns, in the forked process only, the arguments to run with."""
    while True:
        message, streams, _, _ = socket.recv_fds(connection, MESSAGE_BYTES, 3)
        if not message:
            os._exit(0)
        arguments, environment, folder = json.loads(message)
        if child := os.fork():
            for stream in streams:
                os.close(stream)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            connection.send(str(code).encode())
            continue
        connection.close()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        return arguments


if __name__ == "__main__":
    from importlib import import_module

    from kubeimg_gui.__main__ import main

    for module in PRELOADED:
        import_module(module)
    gc.freeze()  # so that no run copies the memory of all that is imported
    sys.argv[1:] = _serve(socket.socket(fileno=int(sys.argv[1])))
    sys.exit(main())
