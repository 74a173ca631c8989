"""`watch --in-cluster` as the Deployment runs it, with the rights it grants, on a real server."""

import fcntl
import json
import queue
import socket
import struct
import subprocess
import sys
import termios
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError

import pytest

from tests.cluster.watch.churn import fleet, seed_nodes
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.users import DEPLOYED
from tests.deploy.pod import DEPLOY, Pod, Token, container, killed, manifests
from tests.support.api import NODES, Api, Login
from tests.support.fixtures import Kubectl
from tests.support.scripted_server import image_json

pytestmark = pytest.mark.control_plane

WAIT_SECONDS = 30.0
ENDS_WITHIN_SECONDS = 2.0
NODES_MANY = 5000
MEMORY_KB = 90 * 1024
CREDENTIAL = "authentication.kubernetes.io/credential-id"


def start(pod: Pod, arguments: list[str], port: int) -> subprocess.Popen[bytes]:
    """The program as the Deployment starts it, except the folder and the port."""
    own = {"--in-cluster": f"--in-cluster={pod.folder}", "--listen=:8080": f"--listen=:{port}"}
    assert own.keys() < set(arguments)
    return subprocess.Popen(
        [sys.executable, "-m", "kubeimg_gui", *(own.get(each, each) for each in arguments)],
        env=pod.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


class Watcher:
    """The program, its output line by line, and its health as a kubelet asks for it."""

    def __init__(self, pod: Pod, arguments: list[str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = start(pod, arguments, self.port)
        self._lines: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.raw: list[bytes] = []
        streams = (self.process.stdout, self.process.stderr)
        self._threads = [threading.Thread(target=self._read, args=(s,)) for s in streams]
        for thread in self._threads:
            thread.start()

    def _read(self, stream: Any) -> None:
        for line in stream:
            self.raw.append(line)
            self._lines.put(json.loads(line))

    def next(self, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for the next line, of either stream, that meets the condition."""
        while True:
            line = self._lines.get(timeout=WAIT_SECONDS)
            if is_it(line):
                return line

    def next_phase(self, phase: str) -> dict[str, Any]:
        return self.next(lambda line: line.get("phase") == phase)

    def ask(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def wait_until_ready(self, code: int) -> str:
        """Wait until `/readyz` answers with that code; health sees states in its own thread."""
        end = time.monotonic() + WAIT_SECONDS
        while (answer := self.ask("/readyz"))[0] != code:
            assert time.monotonic() < end, answer
            threading.Event().wait(0.05)
        return answer[1]

    def end(self) -> float:
        """Send SIGTERM; returns the seconds until the process has ended."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(WAIT_SECONDS)
        took = time.monotonic() - began
        for thread in self._threads:
            thread.join()
        return took

    def __enter__(self) -> "Watcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.end()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream
            stream.close()


@pytest.fixture
def arguments(real: ControlPlane, kubectl: Kubectl) -> list[str]:
    """Those of the Deployment, which is applied."""
    kubectl("apply", "-k", str(DEPLOY))
    return container(manifests(kubectl("kustomize", str(DEPLOY))))["args"]


@pytest.fixture
def pod(real: ControlPlane, arguments: list[str], tmp_path: Path) -> Pod:
    return Pod(real, tmp_path / "serviceaccount")


@pytest.fixture
def token(pod: Pod) -> Token:
    token = pod.mint()
    pod.mount(token)
    return token


@pytest.fixture
def watcher(pod: Pod, token: Token, arguments: list[str]) -> Iterator[Watcher]:
    with Watcher(pod, arguments) as watcher:
        yield watcher


@pytest.fixture
def api(real: ControlPlane) -> Iterator[Api]:
    client = real.api()
    yield client
    client.close()


def test_it_reports_changes_and_health_and_ends_on_sigterm(
    watcher: Watcher, token: Token, api: Api
) -> None:
    live = watcher.next_phase("live")
    assert (live["level"], live["nodes"]) == ("INFO", 5)
    assert watcher.ask("/healthz") == (200, "ok\n")
    assert watcher.wait_until_ready(200) == "live, 5 nodes\n"
    api.set_images("n1", [image_json("big:1", 7)])
    change = watcher.next(lambda line: "event" in line)
    assert (change["cluster"], change["node"], change["event"]) == ("in-cluster", "n1", "changed")
    assert change["arrived"] == [{"names": ["big:1"], "size_bytes": 7}]
    assert watcher.end() <= ENDS_WITHIN_SECONDS
    assert watcher.process.returncode == 0
    assert watcher.next_phase("stopped")
    assert token.text.encode() not in b"".join(watcher.raw)


def test_it_is_granted_only_the_verbs_that_it_uses(
    real: ControlPlane, kubectl: Kubectl, watcher: Watcher, api: Api
) -> None:
    before = len(real.audited(DEPLOYED))
    watcher.next_phase("live")
    api.set_images("n1", [image_json("big:1", 7)])
    watcher.next(lambda line: "event" in line)
    watcher.end()
    used = [
        each for each in real.audited(DEPLOYED)[before:] if each["responseStatus"]["code"] == 200
    ]
    assert used
    done = {(each["verb"], each["objectRef"]["resource"]) for each in used}
    (rule,) = manifests(kubectl("kustomize", str(DEPLOY)))["ClusterRole"]["rules"]
    granted = {(verb, resource) for verb in rule["verbs"] for resource in rule["resources"]}
    assert done == {("watch", "nodes")}
    # For servers without streaming lists, and for what goes wrong with one.
    assert granted == {*done, ("list", "nodes")}
    assert rule["apiGroups"] == [""]


def test_it_uses_a_rotated_token(
    real: ControlPlane, pod: Pod, watcher: Watcher, token: Token, api: Api
) -> None:
    watcher.next_phase("live")
    newer = pod.mint()
    pod.mount(newer)
    pod.revoke(token)
    wait_until_refused(real, token)
    real.stop_api_server()
    assert watcher.next_phase("reconnecting")["level"] == "WARNING"
    assert watcher.wait_until_ready(503).startswith("reconnecting: ")
    assert watcher.ask("/healthz") == (200, "ok\n")
    real.start_api_server()
    watcher.next_phase("live")
    watcher.wait_until_ready(200)
    api.set_images("n2", [image_json("after:1", 9)])
    assert watcher.next(lambda line: "event" in line)["node"] == "n2"
    used = [each["user"]["extra"][CREDENTIAL] for each in real.audited(DEPLOYED)]
    assert used[0] != used[-1]
    assert [token.credential] in used
    assert used[-1] == [newer.credential]


def wait_until_refused(real: ControlPlane, token: Token) -> None:
    """The server accepts a token that it has seen for some seconds after its revocation."""
    client = Api(real.url, Login(real.credentials.ca_file, token.text))
    end = time.monotonic() + WAIT_SECONDS
    while client.get(NODES)[0] != 401:
        assert time.monotonic() < end
        threading.Event().wait(0.5)
    client.close()


def test_without_the_rights_it_names_them_and_ends(
    real: ControlPlane, kubectl: Kubectl, pod: Pod, token: Token, arguments: list[str]
) -> None:
    kubectl("delete", "clusterrolebinding", "kubeimg")
    with Watcher(pod, arguments) as watcher:
        words = watcher.next(lambda line: line.get("level") == "ERROR")["msg"]
        assert words.startswith(
            f'in-cluster: The server says: nodes is forbidden: User "{DEPLOYED}" '
        )
        assert 'cannot list resource "nodes"' in words
        assert words.endswith("; bind the service account to a role that may list and watch nodes")
        assert watcher.process.wait(WAIT_SECONDS) == 4


def test_sigterm_ends_it_while_its_output_is_not_read(
    pod: Pod, token: Token, arguments: list[str], api: Api
) -> None:
    with start(pod, arguments, port=0) as process, killed(process):
        assert process.stderr
        assert process.stdout
        while b'"live"' not in process.stderr.readline():
            pass
        many = [[image_json(f"{'long' * 50}-{i}-{n}:1", 7) for i in range(50)] for n in (0, 1)]
        for turn in range(6):  # more than a pipe holds
            api.set_images("n1", many[turn % 2])
        wait_until_full(process.stdout)
        process.terminate()
        began = time.monotonic()
        code = process.wait(WAIT_SECONDS)
        assert time.monotonic() - began <= ENDS_WITHIN_SECONDS
        assert code == 1, "not everything was written"


def wait_until_full(pipe: IO[bytes]) -> None:
    """Wait until the pipe is so full that the writer blocks."""
    size, before = fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ), -1
    end = time.monotonic() + WAIT_SECONDS
    while (held := _bytes_in(pipe)) != before or held < size // 2:
        assert time.monotonic() < end, f"{held} of {size} bytes"
        before = held
        threading.Event().wait(0.3)


def _bytes_in(pipe: IO[bytes]) -> int:
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_many_nodes_take_little_memory(
    real: ControlPlane, pod: Pod, token: Token, arguments: list[str]
) -> None:
    """5,000 nodes of 50 images, 2,000 distinct, and the most that the process ever kept."""
    real.reset(())
    seed_nodes(real.url, real.login(), fleet(NODES_MANY, images=50, distinct=2000))
    with Watcher(pod, arguments) as watcher:
        assert watcher.next_phase("live")["nodes"] == NODES_MANY
        status = Path(f"/proc/{watcher.process.pid}/status").read_text()
    most = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
    assert most <= MEMORY_KB, f"{most / 1024:.0f} MB"
