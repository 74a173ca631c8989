"""kubectl itself against both servers, as people will use it."""

import json
import os
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.controlplane.binaries import kubectl_command
from tests.support.api import Api
from tests.support.served import Served

KUBECTL = kubectl_command()
pytestmark = pytest.mark.skipif(
    KUBECTL is None, reason="there is no kubectl of 1.28 or newer: `make cluster` builds one"
)

OWNER = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "r", "uid": "u", "controller": True}


class Kubectl:
    """kubectl with its own kubeconfig and home."""

    def __init__(self, home: Path, kubeconfig: Path) -> None:
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "KUBECONFIG": str(kubeconfig),
        }

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end, which must come within 30 s."""
        assert KUBECTL is not None
        return subprocess.run(
            [KUBECTL, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    @contextmanager
    def started(self, *arguments: str) -> Generator[IO[str], None, None]:
        """Start kubectl and read its output while it runs, for at most 30 s."""
        assert KUBECTL is not None
        with subprocess.Popen(
            [KUBECTL, *arguments], env=self._environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            too_late = threading.Timer(30, process.kill)
            too_late.start()
            try:
                yield process.stdout
            finally:
                too_late.cancel()
                too_late.join()
                process.kill()


@pytest.fixture
def kubectl(served: Served, tmp_path: Path) -> Kubectl:
    return Kubectl(tmp_path, served.write_kubeconfig(tmp_path / "kubeconfig"))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("get", "nodes"), "n0     Ready    <none>"),
        (("get", "nodes", "-o", "wide"), "containerd://1.7.27"),
        (("get", "nodes", "-o", "name"), "node/n4"),
        (("get", "node", "n1", "-o", "yaml"), "sizeBytes: 5"),
        (("get", "nodes", "-o", "custom-columns=N:.metadata.name"), "n3"),
        (("get", "nodes", "-l", "pool=gpu", "-o", "name"), "node/n0"),
        (("get", "nodes", "--field-selector", "metadata.name=n2", "-o", "name"), "node/n2"),
        (("get", "nodes", "--chunk-size", "2", "-o", "name"), "node/n4"),
        (("describe", "node", "n1"), "Container Runtime Version:"),
        (("get", "pods", "-A", "--field-selector", "spec.nodeName=n1"), ""),
        (("get", "events"), ""),
        (("auth", "can-i", "patch", "nodes"), "yes"),
        (("api-resources",), "nodes"),
        (("version",), "Server Version: v1."),
        (("get", "--raw", "/healthz"), "ok"),
        (("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}"), "n0 n1 n2 n3 n4"),
        (("get", "nodes", "-A", "--show-labels"), "pool=gpu"),
        (("drain", "n0", "--dry-run=client"), "node/n0 cordoned (dry run)"),
        (("wait", "--for=condition=Ready", "node/n0", "--timeout=5s"), "condition met"),
    ],
)
def test_reading(kubectl: Kubectl, arguments: tuple[str, ...], expected: str) -> None:
    result = kubectl(*arguments)
    assert result.returncode == 0, result.stderr
    assert expected in result.stdout


def test_annotate(kubectl: Kubectl) -> None:
    assert kubectl("annotate", "node", "n0", "a=b").returncode == 0
    refused = kubectl("annotate", "node", "n0", "a=c")
    assert "already has a value (b)" in refused.stderr
    assert kubectl("annotate", "node", "n0", "a=c", "--overwrite").returncode == 0
    conflict = kubectl("annotate", "node", "n0", "a=d", "--overwrite", "--resource-version=1")
    assert "the object has been modified" in conflict.stderr
    assert kubectl("annotate", "node", "n0", "a-").returncode == 0


@pytest.mark.parametrize(
    ("kind", "patch"),
    [
        ("merge", '{"status":{"images":[{"names":["x:1"],"sizeBytes":7}]}}'),
        ("strategic", '{"status":{"images":[{"names":["x:1"],"sizeBytes":7}]}}'),
    ],
)
def test_patch_the_status(kubectl: Kubectl, kind: str, patch: str) -> None:
    patched = kubectl("patch", "node", "n0", "--subresource=status", "--type", kind, "-p", patch)
    assert patched.returncode == 0, patched.stderr
    node = json.loads(kubectl("get", "node", "n0", "-o", "json").stdout)
    assert node["status"]["images"] == [{"names": ["x:1"], "sizeBytes": 7}]


def test_label_cordon_uncordon(kubectl: Kubectl) -> None:
    assert kubectl("label", "node", "n0", "x=y").returncode == 0
    assert kubectl("cordon", "n0").returncode == 0
    assert "Ready,SchedulingDisabled" in kubectl("get", "node", "n0").stdout
    assert kubectl("uncordon", "n0").returncode == 0
    assert "SchedulingDisabled" not in kubectl("get", "node", "n0").stdout


def test_delete(kubectl: Kubectl) -> None:
    assert kubectl("delete", "node", "n0", "--dry-run=server").returncode == 0
    assert kubectl("get", "node", "n0").returncode == 0
    deleted = kubectl("delete", "node", "n0", "--timeout=20s")
    assert deleted.returncode == 0, deleted.stderr
    assert 'nodes "n0" not found' in kubectl("get", "node", "n0").stderr


def test_watch(kubectl: Kubectl, api: Api) -> None:
    """The rows of what exists, then a row for a change."""
    with kubectl.started("get", "nodes", "-w", "--no-headers") as watch:
        rows = [watch.readline().split()[:2] for _ in range(5)]
        api.patch("n3", {"spec": {"unschedulable": True}})
        changed = watch.readline().split()[:2]
    assert rows == [[f"n{i}", "Ready"] for i in range(5)]
    assert changed == ["n3", "Ready,SchedulingDisabled"]


def test_drain(kubectl: Kubectl, api: Api) -> None:
    pod = {
        "metadata": {"name": "p", "ownerReferences": [OWNER]},
        "spec": {
            "nodeName": "n0",
            "terminationGracePeriodSeconds": 0,  # no kubelet is there to end it
            "containers": [{"name": "c", "image": "redis:7"}],
        },
    }
    api.call("POST", "/api/v1/namespaces/default/pods", pod)
    assert "p" in kubectl("get", "pods", "-o", "name").stdout
    rehearsed = kubectl("drain", "n0", "--dry-run=server")
    assert rehearsed.stdout.endswith("node/n0 drained (server dry run)\n"), rehearsed.stderr
    drained = kubectl("drain", "n0", "--timeout=20s")
    assert drained.returncode == 0, drained.stderr
    assert kubectl("get", "pods", "-o", "name").stdout == ""
    assert "SchedulingDisabled" in kubectl("get", "node", "n0").stdout


def test_describe_shows_events_and_pods(kubectl: Kubectl, api: Api) -> None:
    event = {
        "metadata": {"name": "n0.1"},
        "involvedObject": {"apiVersion": "v1", "kind": "Node", "name": "n0", "uid": "n0"},
        "reason": "FreeDiskSpaceFailed",
        "message": "full",
        "type": "Warning",
    }
    api.call("POST", "/api/v1/namespaces/default/events", event)
    described = kubectl("describe", "node", "n0")
    assert described.stderr == ""
    assert "FreeDiskSpaceFailed" in described.stdout
    assert "FreeDiskSpaceFailed" not in kubectl("describe", "node", "n1").stdout
    assert "full" in kubectl("events", "--for", "node/n0").stdout


def test_taint(kubectl: Kubectl) -> None:
    assert kubectl("taint", "node", "n0", "a=b:NoSchedule").returncode == 0
    assert "a=b:NoSchedule" in kubectl("describe", "node", "n0").stdout
    assert kubectl("taint", "node", "n0", "a-").returncode == 0


def test_errors_are_kubectls_usual_ones(kubectl: Kubectl) -> None:
    assert kubectl("get", "node", "none").stderr == (
        'Error from server (NotFound): nodes "none" not found\n'
    )
    refused = kubectl("get", "nodes", "--field-selector", "spec.podCIDR=x").stderr
    assert "field label not supported: spec.podCIDR" in refused
    deleted = kubectl("delete", "node", "n0", "--wait=false")
    assert deleted.stdout.startswith('node "n0" deleted')
