"""The demo cluster as a program and as a child process."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
import yaml

from kubeimg_gui.demo.child import DemoError, DemoProcess
from tests.support.api import NODES, Api

COMMAND = [sys.executable, "-m", "kubeimg_gui", "demo-cluster", "--nodes", "3"]


def test_it_serves_loopback_only_and_stops_on_sigterm(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    command = [*COMMAND, "--kubeconfig-out", str(kubeconfig)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        line = server.stdout.readline().strip()
        url = yaml.safe_load(kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
        assert line == f"demo cluster with 3 nodes on {url}"
        assert url.startswith("http://127.0.0.1:")
        assert kubeconfig.stat().st_mode & 0o077 == 0
        api = Api(url)
        assert len(api.get(NODES)[1]["items"]) == 3
        api.close()
        server.send_signal(signal.SIGTERM)
        assert server.wait(5) == 0
        assert server.stdout.read() == ""


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        finished = subprocess.run(
            [*COMMAND, "--port", port], capture_output=True, text=True, check=False
        )
    assert finished.returncode == 1
    assert finished.stderr == (
        f"kubeimg-gui: port {port} of 127.0.0.1 cannot be used: Address already in use\n"
    )


def test_an_unwritable_kubeconfig_is_one_sentence(tmp_path: Path) -> None:
    finished = subprocess.run(
        [*COMMAND, "--kubeconfig-out", str(tmp_path / "none" / "config")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert finished.stderr.endswith("cannot be written: No such file or directory\n")
    assert finished.stderr.count("\n") == 1


def test_a_child_starts_once_and_does_not_restart_after_stop() -> None:
    demo = DemoProcess(nodes=2, churn=0.0, seed=1)
    kubeconfig = demo.start()
    assert demo.start() == kubeconfig
    url = yaml.safe_load(kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
    api = Api(url)
    assert len(api.get(NODES)[1]["items"]) == 2
    api.close()
    demo.stop()
    demo.stop()
    assert not kubeconfig.parent.exists()
    with pytest.raises(DemoError, match="was stopped"):
        demo.start()


def test_stop_interrupts_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    demo = DemoProcess(nodes=20_000, churn=0.0, seed=1)
    failures: list[DemoError] = []

    def start() -> None:
        try:
            demo.start()
        except DemoError as error:
            failures.append(error)

    starter = threading.Thread(target=start)
    starter.start()
    while not any(tmp_path.glob("kubeimg-demo-*/errors")):
        pass
    demo.stop()
    starter.join(5)
    assert [str(failure) for failure in failures] == ["The demo cluster was stopped"]
    assert not any(tmp_path.iterdir())


def test_a_child_stops_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from kubeimg_gui.demo.child import DemoProcess\n"
        "demo = DemoProcess(nodes=1, churn=0.0, seed=1)\n"
        "print(demo.start().read_text().replace(chr(10), ' '), demo._child._process.pid)\n"
        "sys.stdout.flush()\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline().split()[-1])
        watching = os.pidfd_open(child)
        parent.kill()
        parent.wait()
    import select

    ended, _, _ = select.select([watching], [], [], 5)
    os.close(watching)
    assert ended, "the demo cluster is still running"


def test_the_first_changes_come_soon() -> None:
    """A screenshot a few seconds after the start shows lists that grow and shrink."""
    demo = DemoProcess(nodes=30, churn=0.5, seed=1)
    kubeconfig = demo.start()
    try:
        api = Api(yaml.safe_load(kubeconfig.read_text())["clusters"][0]["cluster"]["server"])
        before = {n["metadata"]["name"]: n["status"] for n in api.get(NODES)[1]["items"]}
        grown = shrunk = False
        with api.watch("timeoutSeconds=8") as events:
            for event in events:
                known = before.get(event["object"]["metadata"]["name"], {}).get("images", [])
                count = len(event["object"]["status"].get("images", []))
                grown = grown or (0 < len(known) < count)
                shrunk = shrunk or count < len(known)
                if grown and shrunk:
                    break
        api.close()
    finally:
        demo.stop()
    assert (grown, shrunk) == (True, True)


def test_a_missing_standard_input_counts_as_closed() -> None:
    finished = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" "$@" <&-', *COMMAND, "--until-stdin-closes"],
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert finished.returncode == 0, finished.stderr
