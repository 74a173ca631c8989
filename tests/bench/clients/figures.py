"""What a client in Python costs, measured by itself and printed as a line of JSON.

Starting the interpreter and importing are not what is compared, so the clock starts when a client
says so.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any


class Meter:
    """Runs from its making, which is just before the client connects."""

    def __init__(self) -> None:
        self._memory = memory_mb("VmRSS")
        self._cpu = time.process_time()
        self._began = time.perf_counter()
        self._first_row: float | None = None

    def row(self) -> None:
        """Count a node that the handler received."""
        if self._first_row is None:
            self._first_row = time.perf_counter() - self._began

    def full(self, **more: Any) -> None:
        """The store is full: print what that took."""
        say(
            wall=time.perf_counter() - self._began,
            cpu=time.process_time() - self._cpu,
            kept_mb=memory_mb("VmRSS") - self._memory,
            peak_mb=memory_mb("VmHWM"),
            first_row=self._first_row,
            **more,
        )


class Burst:
    """Some events that come as fast as they are taken; runs from its making, before the first."""

    def __init__(self, events: int) -> None:
        self._events = events
        self._received = 0
        self._began = 0.0
        self._cpu = time.process_time()

    def received(self, events: int) -> bool:
        """Count events that the handler received; print and return True after the last."""
        if not self._received:
            self._began = time.perf_counter()
        self._received += events
        if self._received < self._events:
            return False
        wall = time.perf_counter() - self._began
        say(events=self._events, wall=wall, cpu=time.process_time() - self._cpu)
        return True


def memory_mb(field: str, process: int | str = "self") -> float:
    """A field of the kernel's account of a process, this one unless its number is given."""
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def say(**figures: Any) -> None:
    """Print the figures for the parent process."""
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()
