"""A credential plugin whose behaviour a test sets, and which counts its runs."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_SCRIPT = """#!/bin/sh
cd "$(dirname "$0")"
echo run >> runs
printf %s "$KUBERNETES_EXEC_INFO" > question
while [ -e held ]; do sleep 0.02; done
if [ -e complaint ]; then cat complaint >&2; exit 1; fi
n=$(wc -l < runs)
sed "s/N/$((n))/" answer
"""


class Plugin:
    """Gives the token `t1`, then `t2` and so on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "plugin"
        self._folder.mkdir()
        command = self._folder / "plugin"
        command.write_text(_SCRIPT)
        command.chmod(0o700)
        self.entry: dict[str, Any] = {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": str(command),
            "interactiveMode": "IfAvailable",
        }
        self.says('{"token": "tN"}')

    @property
    def runs(self) -> int:
        path = self._folder / "runs"
        return len(path.read_text().splitlines()) if path.exists() else 0

    @property
    def question(self) -> dict[str, Any]:
        """The last KUBERNETES_EXEC_INFO."""
        return json.loads((self._folder / "question").read_text())

    def says(self, status: str) -> None:
        """Print this status, in JSON, `N` in it being the number of the run."""
        version = "client.authentication.k8s.io/v1"
        (self._folder / "answer").write_text(
            f'{{"kind": "ExecCredential", "apiVersion": "{version}", "status": {status}}}'
        )

    def expires_in(self, seconds: float) -> None:
        moment = datetime.fromtimestamp(time.time() + seconds, UTC)
        self.says(
            f'{{"token": "tN", "expirationTimestamp": "{moment.strftime("%Y-%m-%dT%H:%M:%SZ")}"}}'
        )

    def fails(self, complaint: str) -> None:
        (self._folder / "complaint").write_text(complaint)

    def works(self) -> None:
        (self._folder / "complaint").unlink()

    def hold(self) -> None:
        """Keep it from answering."""
        (self._folder / "held").touch()

    def go_on(self) -> None:
        (self._folder / "held").unlink()
