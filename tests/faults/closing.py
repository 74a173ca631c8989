"""Stops the whole program under a fault; checks how long it takes and what it prints."""

import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.demo.serve import DemoCluster
from tests.faults import certificates
from tests.faults.scenario import Scenario
from tests.faults.trial import Outcome, ticks, write_kubeconfig

ENDS_WITHIN_SECONDS = 1.0
STRUCK_WITHIN_SECONDS = 20.0
HOPELESS = (Phase.MISCONFIGURED, Phase.LOGIN_NEEDED, Phase.FORBIDDEN)
BY_ITSELF = (2, 4)
"""Exit codes of `watch` if it was never live and waiting would not help."""


def close_on(scenario: Scenario, folder: Path) -> Outcome:
    """Run `watch` until the fault takes effect, then send SIGINT."""
    outcome = Outcome()
    tls = certificates.good() if scenario.tls else None
    with DemoCluster(bookmark_seconds=0.2, tls=tls) as cluster:
        kubeconfig = write_kubeconfig(folder / "kubeconfig", cluster.url)
        cluster.set_faults(*scenario.rules)
        if scenario.door:
            cluster.open_door(scenario.door, scenario.certificate)
        command = [sys.executable, "-m", "kubeimg_gui", "watch", "--kubeconfig", str(kubeconfig)]
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            stderr = _ErrorReader(process)
            for _ in ticks(STRUCK_WITHIN_SECONDS):
                if process.poll() is not None or stderr.trouble or cluster.struck:
                    break
            hopeless = scenario.says and scenario.says[0] in HOPELESS
            _end(process, outcome, by_itself=bool(hopeless))
            errors = stderr.all()
    outcome.check("exit", b"Traceback" not in errors, errors.decode(errors="replace"))
    return outcome


def _end(process: subprocess.Popen[bytes], outcome: Outcome, *, by_itself: bool) -> None:
    if by_itself:
        code = process.wait(STRUCK_WITHIN_SECONDS)
        outcome.check("exit", code in BY_ITSELF, f"it exited by itself with {code}")
        return
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    try:
        code = process.wait(10 * ENDS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        outcome.check("exit", False, "it did not exit")
        return
    took = time.monotonic() - began
    outcome.check("exit", took <= ENDS_WITHIN_SECONDS, f"it exited after {took:.2f} s")
    # A process that is about to exit by itself is killed by the signal.
    outcome.check("exit", code in (0, -signal.SIGINT), f"it exited with {code}")


class _ErrorReader:
    """Collects what a process writes to standard error."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.trouble = False
        self._process = process
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._lines.put(line)
            self.trouble |= b"next try" in line

    def all(self) -> bytes:
        self._thread.join()
        return b"".join(self._lines.get() for _ in range(self._lines.qsize()))
