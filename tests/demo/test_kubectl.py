"""kubectl itself against the demo cluster, as people will use it."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kubeimg_gui.demo.serve import DemoCluster

KUBECTL = shutil.which("kubectl")
pytestmark = pytest.mark.skipif(KUBECTL is None, reason="kubectl is not installed")

Kubectl = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def kubectl(cluster: DemoCluster, tmp_path: Path) -> Kubectl:
    kubeconfig = cluster.write_kubeconfig(tmp_path / "kubeconfig")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "KUBECONFIG": str(kubeconfig)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        assert KUBECTL is not None
        return subprocess.run(
            [KUBECTL, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    return run


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
        (("auth", "whoami"), "demo"),
        (("api-resources",), "nodes"),
        (("version",), "Server Version: v1.36"),
        (("get", "--raw", "/healthz"), "ok"),
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
        (
            "json",
            '[{"op":"replace","path":"/status/images/0","value":{"names":["x:1"],"sizeBytes":7}}]',
        ),
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
