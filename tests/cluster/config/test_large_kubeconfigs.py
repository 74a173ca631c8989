"""Kubeconfigs with thousands of contexts are read about as fast as kubectl reads them."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from kubeimg_gui.cluster.config.kubeconfig import context_names, load_context
from tests.controlplane.binaries import kubectl_command

FAST_ENOUGH = 2.0
"""How many times as long as the whole of kubectl it may take."""
ROUNDS = 5


def document(count: int) -> dict[str, Any]:
    """As `aws eks update-kubeconfig` writes it for so many clusters."""
    names = [f"arn:aws:eks:eu-west-1:000000000000:cluster/c-{i:05}" for i in range(count)]
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": names[count // 2],
        "contexts": [{"name": n, "context": {"cluster": n, "user": n}} for n in names],
        "clusters": [{"name": n, "cluster": {"server": "https://a.example"}} for n in names],
        "users": [{"name": n, "user": {"exec": plugin(n)}} for n in names],
    }


def plugin(cluster: str) -> dict[str, Any]:
    return {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": ["--region", "eu-west-1", "eks", "get-token", "--cluster-name", cluster],
        "env": [{"name": "AWS_PROFILE", "value": "p"}],
    }


@pytest.mark.parametrize("indent", [None, 2])
def test_json_of_many_megabytes_is_read(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "config"
    content = {**document(200), "extensions": [{"name": "x", "extension": "x" * 20 * 2**20}]}
    path.write_text(json.dumps(content, indent=indent))
    assert load_context(file=path).name == content["current-context"]
    assert len(context_names(file=path)) == 200


@pytest.mark.slow
@pytest.mark.control_plane
def test_it_takes_at_most_twice_as_long_as_kubectl(tmp_path: Path) -> None:
    kubectl = kubectl_command()
    assert kubectl is not None
    path = tmp_path / "config"
    path.write_text(yaml.dump(document(2000), Dumper=yaml.CSafeDumper))
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        name = load_context(file=path).name
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        done = subprocess.run(
            [kubectl, "--kubeconfig", str(path), "config", "current-context"],
            capture_output=True,
            text=True,
            check=True,
        )
        theirs.append(time.perf_counter() - began)
        assert done.stdout.strip() == name
    assert min(ours) <= FAST_ENOUGH * min(theirs)
