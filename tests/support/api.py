"""A plain HTTP client for the API, for tests that look at bytes and codes themselves."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import urllib3

JsonObject = dict[str, Any]
NODES = "/api/v1/nodes"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
JSON_PATCH = "application/json-patch+json"


class Api:
    """Requests to one address; bodies and answers are JSON."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(retries=False)

    def close(self) -> None:
        self._pool.clear()

    def call(
        self, method: str, path: str, body: Any = None, media_type: str = "application/json"
    ) -> tuple[int, JsonObject]:
        """The code and the decoded answer; a body of bytes is sent as it is."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": media_type} if data is not None else {}
        answer = self._pool.request(method, self._url + path, body=data, headers=headers)
        return answer.status, json.loads(answer.data)

    def get(self, path: str, *, accept: str = "application/json") -> tuple[int, JsonObject]:
        answer = self._pool.request("GET", self._url + path, headers={"Accept": accept})
        return answer.status, json.loads(answer.data)

    def patch(self, name: str, patch: Any, media_type: str = MERGE) -> tuple[int, JsonObject]:
        return self.call("PATCH", f"{NODES}/{name}", patch, media_type)

    def set_images(self, name: str, images: list[JsonObject]) -> None:
        """Report an image list as a kubelet does."""
        code, _ = self.patch(f"{name}/status", {"status": {"images": images}})
        assert code == 200

    @contextmanager
    def watch(self, query: str) -> Generator[Iterator[JsonObject], None, None]:
        """The events of a watch on nodes, as they come; each is waited for 10 s at most."""
        answer = self._pool.request(
            "GET",
            f"{self._url}{NODES}?watch=true&{query}",
            preload_content=False,
            timeout=urllib3.Timeout(10),
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
