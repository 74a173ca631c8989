"""A plain HTTP client for the API, for tests that look at bytes and codes themselves."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

JsonObject = dict[str, Any]
NODES = "/api/v1/nodes"
JSON = "application/json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
WAIT_SECONDS = 30.0
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


@dataclass(frozen=True, slots=True)
class Login:
    """How to log in to a server with TLS: its certificate authority, and a token."""

    ca_file: Path
    token: str


class Api:
    """Requests to one address, each waited for WAIT_SECONDS; bodies and answers are JSON."""

    def __init__(self, url: str, login: Login | None = None) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(
            ca_certs=str(login.ca_file) if login else None,
            headers={"Authorization": f"Bearer {login.token}"} if login else None,
            retries=False,
            timeout=WAIT_SECONDS,
        )

    def close(self) -> None:
        self._pool.clear()

    def send(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> urllib3.BaseHTTPResponse:
        """The answer as it came; a body of bytes is sent as it is."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        return self._pool.request(
            method, self._url + path, body=data, headers={**self._pool.headers, **(headers or {})}
        )

    def call(
        self, method: str, path: str, body: Any = None, media_type: str = JSON
    ) -> tuple[int, JsonObject]:
        """The code and the decoded answer."""
        headers = {"Content-Type": media_type} if body is not None else {}
        answer = self.send(method, path, body, headers)
        return answer.status, json.loads(answer.data)

    def get(self, path: str, *, accept: str = JSON) -> tuple[int, JsonObject]:
        answer = self.send("GET", path, headers={"Accept": accept})
        return answer.status, json.loads(answer.data)

    def patch(self, name: str, patch: Any, media_type: str = MERGE) -> tuple[int, JsonObject]:
        return self.call("PATCH", f"{NODES}/{name}", patch, media_type)

    def set_images(self, name: str, images: list[JsonObject]) -> None:
        """Report an image list as a kubelet does."""
        code, _ = self.patch(f"{name}/status", {"status": {"images": images}})
        assert code == 200

    @contextmanager
    def watch(
        self, query: str, *, accept: str = JSON
    ) -> Generator[Iterator[JsonObject], None, None]:
        """The events of a watch on nodes, as they come; each is waited for WAIT_SECONDS at most."""
        answer = self._pool.request(
            "GET",
            f"{self._url}{NODES}?watch=true&{query}",
            headers={**self._pool.headers, "Accept": accept},
            preload_content=False,
        )
        try:
            yield map(json.loads, _lines(answer))
        finally:
            answer.close()


def _lines(answer: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    pending = b""
    for chunk in answer.stream():
        *lines, pending = (pending + chunk).split(b"\n")
        yield from lines
