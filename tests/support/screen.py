"""Runs a program of the tests on an X server of its own, beside a service of the desktop."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def printed_on_screen(
    program: Path, service: str, seconds: float, *, through: Sequence[str] = (), **environment: str
) -> list[dict[str, Any]]:
    """What a program prints, each line a JSON object; it must succeed within `seconds`.

    `service` is a shell command that runs meanwhile; `through` is a command that starts both.
    """
    beside = f'{service} & service=$!; "$@"; result=$?; kill $service; exit $result'
    ended = subprocess.run(
        [
            *("xvfb-run", "-a", "-s", "-screen 0 1600x1100x24", *through),
            *("sh", "-c", beside, "sh", sys.executable, str(program)),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "xcb", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
