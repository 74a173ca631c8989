"""kubectl on a `demo-cluster` process: every supported verb works, the others fail clearly."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.controlplane.binaries import kubectl_command

KUBECTL = kubectl_command()
pytestmark = pytest.mark.skipif(
    KUBECTL is None, reason="there is no kubectl of 1.28 or newer: `make cluster` builds one"
)

Kubectl = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def kubectl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    """Run kubectl on a demo cluster of 20 nodes without image changes."""
    assert KUBECTL is not None
    home = tmp_path_factory.mktemp("home")
    kubeconfig = home / "kubeconfig"
    server = [sys.executable, "-m", "kubeimg_gui", "demo-cluster", "--nodes", "20", "--churn", "0"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "KUBECONFIG": str(kubeconfig)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        assert KUBECTL is not None
        return subprocess.run(
            [KUBECTL, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=40,
        )

    with subprocess.Popen(
        [*server, "--kubeconfig-out", str(kubeconfig)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"demo cluster with 20 nodes")
        yield run
        process.terminate()


@pytest.fixture
def node(kubectl: Kubectl) -> str:
    """The name of a ready node that has pods and no taints."""
    pods = json.loads(kubectl("get", "pods", "-A", "-o", "json").stdout)["items"]
    busy = {pod["spec"].get("nodeName") for pod in pods}
    nodes = json.loads(kubectl("get", "nodes", "-o", "json").stdout)["items"]
    return next(
        item["metadata"]["name"]
        for item in nodes
        if item["metadata"]["name"] in busy and not item["spec"].get("taints")
    )


def test_every_supported_verb_works(kubectl: Kubectl, node: str) -> None:
    patch = '{"metadata":{"labels":{"patched":"yes"}}}'
    for arguments, expected in (
        (("get", "nodes"), node),
        (("get", "node", node, "-o", "yaml"), "sizeBytes:"),
        (("describe", "node", node), "Container Runtime Version:"),
        (("annotate", "node", node, "a=b"), "annotated"),
        (("annotate", "node", node, "a=c", "--overwrite"), "annotated"),
        (("label", "node", node, "a=b"), "labeled"),
        (("taint", "node", node, "a=b:NoSchedule"), "tainted"),
        (("taint", "node", node, "a-"), "untainted"),
        (("cordon", node), "cordoned"),
        (("uncordon", node), "uncordoned"),
        (("patch", "node", node, "--type=merge", "-p", patch), "patched"),
        (("patch", "node", node, "-p", patch), "patched (no change)"),
        (("get", "node", node, "--show-labels"), "patched=yes"),
        (("drain", node, "--ignore-daemonsets", "--timeout=30s"), "drained"),
        (("get", "node", node), "Ready,SchedulingDisabled"),
        (("delete", "node", node, "--dry-run=server"), "deleted (server dry run)"),
        (("delete", "node", node, "--timeout=20s"), f'node "{node}" deleted'),
    ):
        done = kubectl(*arguments)
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout, arguments
    assert f'nodes "{node}" not found' in kubectl("get", "node", node).stderr
    on_node = ("--field-selector", f"spec.nodeName={node}")
    owners = "jsonpath={.items[*].metadata.ownerReferences[0].kind}"
    left = kubectl("get", "pods", "-A", *on_node, "-o", owners).stdout.split()
    assert set(left) == {"DaemonSet"}


def test_unsupported_verbs_fail_clearly(kubectl: Kubectl, node: str, tmp_path: Path) -> None:
    manifest = tmp_path / "node.yaml"
    manifest.write_text(f"apiVersion: v1\nkind: Node\nmetadata: {{name: {node}}}\n")
    file = ("-f", str(manifest))
    json_patch = '[{"op":"add","path":"/metadata/labels/a","value":"b"}]'
    for arguments, expected in (
        (("patch", "node", node, "--type=json", "-p", json_patch), "is not supported by /v1"),
        (("apply", "--server-side", "--validate=false", *file), "apply not available"),
        (("apply", *file), "failed to download openapi"),
        (("explain", "node"), "could not find the requested resource"),
    ):
        failed = kubectl(*arguments)
        assert failed.returncode == 1
        assert expected in failed.stderr
