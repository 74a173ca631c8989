"""The demo cluster as a child process that ends with its parent, however the parent ends.

The child reads its standard input and stops at its end, which the operating system brings about
even when the parent is killed.
"""

import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

START_SECONDS = 180.0
"""The largest fleets take a quarter of a minute where nothing else goes on."""
STOP_SECONDS = 1.0


class DemoError(Exception):
    """The demo cluster did not start; the text says why in a sentence."""


class DemoProcess:
    """A demo cluster of that many nodes in a child process.

    One thread starts it; any thread may stop it, also while `start` waits.
    """

    def __init__(self, *, nodes: int, churn: float, seed: int) -> None:
        self._options = ["--nodes", str(nodes), "--churn", str(churn), "--seed", str(seed)]
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._stopped = False

    def start(self) -> Path:
        """Start it where it is not running yet and wait until it serves; its kubeconfig.

        Raises DemoError, also where `stop` came before or meanwhile.
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
                else f"The demo cluster did not start: {child.said()}"
            )
        return child.kubeconfig

    def stop(self) -> None:
        """End it within STOP_SECONDS, by force then; may be repeated."""
        with self._lock:
            self._stopped = True
            child, self._child = self._child, None
        if child:
            child.end()


class _Child:
    """The process, and the private folder in which it leaves its kubeconfig."""

    def __init__(self, options: list[str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kubeimg-demo-")
        self.kubeconfig = Path(self._folder.name) / "kubeconfig"
        self._errors = Path(self._folder.name) / "errors"
        command = [sys.executable, "-m", "kubeimg_gui", "demo-cluster", "--until-stdin-closes"]
        if nice := shutil.which("nice"):
            command = [nice, "-n", "10", *command]  # whoever shows the demo comes first
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [*command, *options, "--kubeconfig-out", str(self.kubeconfig)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,  # Ctrl+C in the terminal is the parent's alone
            )
        self._serving = False

    def wait_until_serving(self) -> bool:
        """Wait for the line that says so; False where none comes."""
        if self._serving:
            return True
        assert self._process.stdout is not None
        too_late = threading.Timer(START_SECONDS, self._process.kill)
        too_late.start()
        with suppress(ValueError):  # closed by `end` meanwhile
            self._serving = bool(self._process.stdout.readline())
        too_late.cancel()
        too_late.join()
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

    def said(self) -> str:
        """Its last words."""
        try:
            lines = self._errors.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            lines = []
        return lines[-1] if lines else "it ended without a word"
