"""Runs the demo cluster as a child process that stops with its parent.

The child stops when its standard input closes. The operating system closes it even if the parent
is killed.
"""

import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

START_SECONDS = 180.0
"""The largest fleets take 15 s on an idle machine."""
STOP_SECONDS = 1.0


class DemoError(Exception):
    """The demo cluster did not start; the text says why."""


class DemoProcess:
    """A demo cluster in a child process.

    One thread calls `start`; any thread may call `stop`, also while `start` waits.
    """

    def __init__(self, *, nodes: int, churn: float, seed: int) -> None:
        self._options = ["--nodes", str(nodes), "--churn", str(churn), "--seed", str(seed)]
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._stopped = False

    def start(self) -> Path:
        """Starts it if it is not running, waits until it serves, and returns its kubeconfig.

        Raises DemoError, also if `stop` is called before or during the call.
        """
        with self._lock:
            if self._stopped:
                raise DemoError("The demo cluster was stopped")
            if self._child is None:
                self._child = _Child(self._options)
            child = self._child
        if not child.wait_until_serving():
            raise DemoError(
                "The demo cluster was stopped"
                if self._stopped
                else f"The demo cluster did not start: {child.last_error()}"
            )
        return child.kubeconfig

    def stop(self) -> None:
        """Stops it; kills it after STOP_SECONDS. May be called repeatedly."""
        with self._lock:
            self._stopped = True
            child, self._child = self._child, None
        if child:
            child.end()


class _Child:
    """The process, and a private folder for its kubeconfig."""

    def __init__(self, options: list[str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kubeimg-demo-")
        self.kubeconfig = Path(self._folder.name) / "kubeconfig"
        self._errors = Path(self._folder.name) / "errors"
        command = [sys.executable, "-m", "kubeimg_gui", "demo-cluster", "--until-stdin-closes"]
        if nice := shutil.which("nice"):
            command = [nice, "-n", "10", *command]  # the window has priority
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [*command, *options, "--kubeconfig-out", str(self.kubeconfig)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,  # Ctrl+C in the terminal goes to the parent only
            )
        self._serving = False

    def wait_until_serving(self) -> bool:
        """Waits until the demo cluster prints that it serves; returns False if it ends before."""
        if self._serving:
            return True
        assert self._process.stdout is not None
        timeout = threading.Timer(START_SECONDS, self._process.kill)
        timeout.start()
        with suppress(ValueError):  # `end` closed it
            self._serving = bool(self._process.stdout.readline())
        timeout.cancel()
        timeout.join()
        return self._serving

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()
        self._folder.cleanup()

    def last_error(self) -> str:
        """Returns the last line that it wrote to standard error."""
        try:
            lines = self._errors.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            lines = []
        return lines[-1] if lines else "the process ended without an error message"
