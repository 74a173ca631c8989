"""The authentication webhook of a real API server, for short-lived tokens.

A token says itself when it was born, so that a credential plugin mints one with no more than a
clock. Run as a program, this file is that plugin.
"""

import json
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

LIFE_SECONDS = 3.0
BELIEVED_SECONDS = 10.0
"""For how long a server does not ask again about a token that was good. No flag shortens it.
(`k8s.io/kubernetes/pkg/kubeapiserver/options/authentication.go`, `TokenSuccessCacheTTL`)"""
PREFIX = "short-lived"


class TokenWebhook:
    """Answers TokenReviews on a port of loopback, from `start` to `stop`.

    Attributes:
        url: to ask.
        user: whom every token stands for while it lives.
        accepted, refused: the tokens, as they were asked about.
    """

    def __init__(self, user: str) -> None:
        self.user = user
        self.accepted: list[str] = []
        self.refused: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                encoded = json.dumps(outer.review(review)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(encoded)))
                self.end_headers()
                self.wfile.write(encoded)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False  # an API server keeps its connections

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def review(self, review: dict[str, Any]) -> dict[str, Any]:
        """A TokenReview with its status."""
        token = review["spec"]["token"]
        status: dict[str, Any] = {"authenticated": lives(token, time.time())}
        if status["authenticated"]:
            status["user"] = {"username": self.user}
        (self.accepted if status["authenticated"] else self.refused).append(token)
        return {"apiVersion": review["apiVersion"], "kind": "TokenReview", "status": status}


def lives(token: str, now: float) -> bool:
    """Whether this is a short-lived token that has not expired."""
    prefix, _, rest = token.partition(":")
    born = float(rest.partition(":")[0]) if prefix == PREFIX else 0.0
    return 0 <= now - born < LIFE_SECONDS


def new_token(born: float) -> str:
    """A token that lives from that time on."""
    return f"{PREFIX}:{born:.3f}:{uuid.uuid4()}"


def mint(log: Path, *, says_when_it_expires: bool) -> None:
    """Print an ExecCredential with a new token, and write into `log` that it was done.

    The log has a line for the beginning and one for the end of every run.
    """
    born = time.time()
    token = new_token(born)
    with log.open("a") as lines:
        lines.write(f"begin {born:.3f} {token}\n")
    status: dict[str, Any] = {"token": token}
    if says_when_it_expires:
        # In whole seconds, rounded down, as Go's own plugins write it.
        expires = datetime.fromtimestamp(born + LIFE_SECONDS, UTC)
        status["expirationTimestamp"] = expires.strftime("%Y-%m-%dT%H:%M:%SZ")
    credential = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": status,
    }
    sys.stdout.write(json.dumps(credential))
    sys.stdout.flush()
    with log.open("a") as lines:
        lines.write(f"end {time.time():.3f} {token}\n")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the plugin: when it began and ended, in seconds since the epoch, and its token."""

    began: float
    ended: float
    token: str


def runs(log: Path) -> list[Run]:
    """The runs in the log of a plugin. Raises AssertionError if two overlap."""
    lines = [line.split() for line in log.read_text().splitlines()]
    pairs = list(zip(lines[::2], lines[1::2], strict=True))
    for begun, ended in pairs:
        assert (begun[0], ended[0], begun[2]) == ("begin", "end", ended[2]), "two at the same time"
    return [Run(float(begun[1]), float(ended[1]), begun[2]) for begun, ended in pairs]


def plugin(log: Path, *, says_when_it_expires: bool) -> dict[str, Any]:
    """The user entry of a kubeconfig whose tokens come from here; `log` counts the runs."""
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": sys.executable,
            "args": [
                # Without the packages of the environment it starts in a tenth of the time.
                *("-I", "-S", __file__, str(log)),
                *(("expires",) if says_when_it_expires else ()),
            ],
            "interactiveMode": "Never",
        }
    }


if __name__ == "__main__":
    mint(Path(sys.argv[1]), says_when_it_expires="expires" in sys.argv[2:])
