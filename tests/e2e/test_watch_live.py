"""`watch -o json` as a process on a live API server: it reports what a cluster does."""

import json
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from kubeimg_gui.demo.serve import DemoCluster
from tests.support.api import NODES, Api, JsonObject
from tests.support.fresh_home import LIMIT_SECONDS, FreshHome, answer, is_safe
from tests.support.scripted_server import Request, image_json, node_json, status_json

TOLD_WITHIN_SECONDS = 1.0
REDIS = image_json("docker.io/library/redis@sha256:" + "a" * 64, 5)
PAUSE = image_json("registry.k8s.io/pause:3.10", 1)
FULL = [image_json(f"registry.example/app-{i}:v1", 1000 - i) for i in range(50)]


class Lines:
    """The lines of a stream, waited for with a limit."""

    def __init__(self, stream: IO[str]) -> None:
        self._queue: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._thread = threading.Thread(target=lambda: [*map(self._queue.put, stream)])
        self._thread.start()

    def next(self, seconds: float = 10.0) -> str:
        return self._queue.get(timeout=seconds)

    def rest(self) -> list[str]:
        self._thread.join()
        return [self._queue.get() for _ in range(self._queue.qsize())]


@contextmanager
def watching(kubeconfig: Path, *options: str) -> Generator[tuple[Lines, Any], None, None]:
    command = [sys.executable, "-m", "kubeimg_gui", "watch", "--kubeconfig", str(kubeconfig)]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        changes, states = Lines(process.stdout), Lines(process.stderr)
        try:
            while "live" not in states.next():
                pass
            yield changes, process
            process.send_signal(signal.SIGINT)
            assert process.wait(5) == 0
        finally:
            process.kill()
        assert changes.rest() == []
        assert "stopped" in states.rest()[-1]


@pytest.fixture
def kubeconfig(cluster: DemoCluster, tmp_path: Path) -> Path:
    return cluster.write_kubeconfig(tmp_path / "kubeconfig")


def next_event(changes: Lines) -> JsonObject:
    return json.loads(changes.next(TOLD_WITHIN_SECONDS))


def names(images: list[JsonObject]) -> list[list[str]]:
    return [image["names"] for image in images]


def test_changes_are_printed_within_a_second(kubeconfig: Path, api: Api) -> None:
    with watching(kubeconfig, "-o", "json") as (changes, _):
        api.set_images("n0", [image_json("nginx:1", 7), PAUSE])
        arrived = next_event(changes)
        assert (arrived["event"], arrived["node"], arrived["cluster"]) == ("changed", "n0", "demo")
        assert names(arrived["arrived"]) == [["nginx:1"]]
        assert names(arrived["left"]) == [["redis:7"]]
        assert (arrived["reported_bytes_old"], arrived["reported_bytes_new"]) == (5, 8)
        assert (arrived["capped"], arrived["list_state"]) == (False, "complete")

        api.set_images("n1", [REDIS, PAUSE])
        assert names(next_event(changes)["left"]) == [["redis:7"]]
        api.set_images("n1", [{**REDIS, "names": [*REDIS["names"], "redis:latest"]}, PAUSE])
        retagged = next_event(changes)
        assert (retagged["arrived"], retagged["left"]) == ([], [])
        assert retagged["retagged"][0]["names_old"] == REDIS["names"]

        api.set_images("n2", FULL)
        full = next_event(changes)
        assert (full["capped"], full["list_state"]) == (True, "perhaps-cut")
        api.set_images("n2", [image_json("registry.example/large:1", 10**10), *FULL[:-1]])
        pushed = next_event(changes)
        assert names(pushed["no_longer_listed"]) == [FULL[-1]["names"]]
        assert pushed["left"] == []
        api.set_images("n2", [*FULL[:10], PAUSE])
        assert next_event(changes)["list_state"] == "complete"
        api.set_images("n2", FULL[:10])
        lost = next_event(changes)
        assert (lost["list_state"], names(lost["no_longer_listed"])) == ("cut", [PAUSE["names"]])

        api.call("DELETE", f"{NODES}/n3")
        deleted = next_event(changes)
        assert (deleted["event"], deleted["node"]) == ("deleted", "n3")
        joined = node_json("n9", images=[REDIS])
        del joined["metadata"]["resourceVersion"]
        api.call("POST", NODES, joined)
        added = next_event(changes)
        assert (added["event"], added["reported_bytes_new"]) == ("added", 5)


def test_heartbeats_labels_and_cordons_are_not_printed(kubeconfig: Path, api: Api) -> None:
    with watching(kubeconfig, "-o", "json") as (changes, _):
        beat = {"type": "Ready", "status": "True", "lastHeartbeatTime": "2026-01-01T00:00:00Z"}
        api.patch("n0/status", {"status": {"conditions": [beat]}})
        api.patch("n0", {"metadata": {"labels": {"x": "y"}}, "spec": {"unschedulable": True}})
        api.set_images("n1", [])
        api.set_images("n0", [])
        api.set_images("n0", [image_json("redis:7", 5), image_json("nginx:1", 7)])
        change = next_event(changes)
    assert names(change["arrived"]) == [["nginx:1"]], "the empty list was believed at once"


def test_a_selector_and_text(kubeconfig: Path, api: Api) -> None:
    with watching(kubeconfig, "-l", "pool=gpu") as (changes, _):
        api.set_images("n1", [image_json("nginx:1", 7)])
        api.set_images("n0", [image_json("nginx:1", 7)])
        line = changes.next(TOLD_WITHIN_SECONDS)
    assert "  n0  " in line
    assert "arrived: nginx:1 (7 Bytes)" in line


def test_polling_prints_the_same_and_never_watches(
    kubeconfig: Path, api: Api, cluster: DemoCluster
) -> None:
    with watching(kubeconfig, "-o", "json", "--poll", "1") as (changes, _):
        api.set_images("n0", [image_json("nginx:1", 7), PAUSE])
        change = json.loads(changes.next(5.0))
        assert (names(change["arrived"]), names(change["left"])) == ([["nginx:1"]], [["redis:7"]])
        api.call("DELETE", f"{NODES}/n3")
        assert json.loads(changes.next(5.0))["event"] == "deleted"
    assert not [asked for asked in cluster.requests if "watch" in asked.query]


def test_nothing_is_lost_when_the_server_forgets_and_cuts(
    kubeconfig: Path, api: Api, cluster: DemoCluster
) -> None:
    with watching(kubeconfig, "-o", "json") as (changes, _):
        api.set_images("n0", [image_json("nginx:1", 7)])
        assert next_event(changes)["node"] == "n0"
        cluster.disconnect_watchers()
        api.set_images("n1", [image_json("nginx:1", 7)])
        cluster.compact()
        change = json.loads(changes.next(5.0))
        assert (change["node"], names(change["arrived"])) == ("n1", [["nginx:1"]])


def test_it_ends_when_its_reader_closes_the_pipe(kubeconfig: Path, api: Api) -> None:
    command = [sys.executable, "-m", "kubeimg_gui", "watch", "--kubeconfig", str(kubeconfig)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert any("live" in line for line in process.stderr)
        process.stdout.close()
        api.set_images("n0", [image_json("nginx:1", 7)])
        began = time.monotonic()
        assert process.wait(5) == 0
        assert time.monotonic() - began < 3
        assert "Traceback" not in process.stderr.read()


def test_without_the_right_to_watch_it_says_that_nodes_are_polled(home: FreshHome) -> None:
    def script(request: Request) -> None:
        if request.is_watch:
            request.answer(status_json(403, "Forbidden", "nodes is forbidden: watch"), 403)
        else:
            answer(request)

    kubeconfig = home.kubeconfig(home.serve(script))
    with home.start("watch", "--kubeconfig", kubeconfig) as process:
        assert process.stderr is not None
        said = next(line for line in process.stderr if "live" in line)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 0
    assert "live by polling every 30 s, 1 node: The server says: nodes is forbidden" in said
    assert is_safe(said + errors)


def test_it_waits_for_rights_that_were_taken_away(home: FreshHome) -> None:
    refused = threading.Event()

    def script(request: Request) -> None:
        if request.is_watch:
            request.start_stream()
            refused.wait(LIMIT_SECONDS)
            request.event("ERROR", status_json(410, "Expired", "too old"))
            request.end_stream()
        elif refused.is_set():
            request.answer(status_json(403, "Forbidden", "nodes is forbidden"), 403)
        else:
            answer(request)

    kubeconfig = home.kubeconfig(home.serve(script))
    with home.start("watch", "--kubeconfig", kubeconfig) as process:
        assert process.stderr is not None
        assert any("kubeimg: live, 1 node" in line for line in process.stderr)
        refused.set()
        assert any("kubeimg: forbidden: " in line for line in process.stderr)
        refused.clear()
        assert any("kubeimg: live, 1 node" in line for line in process.stderr)
        refused.set()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 0
