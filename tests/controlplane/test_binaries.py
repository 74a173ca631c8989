"""What `make cluster` says where it cannot build, and when there is nothing to build."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.controlplane.binaries import MODULE, NEEDED, kubectl_command


def make_cluster(**environment: str) -> subprocess.CompletedProcess[str]:
    """Run the build with these variables and no others."""
    return subprocess.run(
        [sys.executable, MODULE / "binaries.py"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def program(path: Path, text: str = "") -> Path:
    """An executable that says something."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{text}'\n")
    path.chmod(0o755)
    return path


def test_a_missing_go_is_an_error(tmp_path: Path) -> None:
    done = make_cluster(PATH=str(tmp_path), XDG_CACHE_HOME=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Go is not installed; the control plane is built with Go 1.26 or newer: "
        "install it and try again.\n"
    )


@pytest.mark.parametrize("version", ["go1.19.8", "nonsense"])
def test_a_go_that_is_too_old_is_an_error(tmp_path: Path, version: str) -> None:
    program(tmp_path / "bin" / "go", version)
    done = make_cluster(PATH=str(tmp_path / "bin"), XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("the Go on this machine is too old; ")


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    go = program(tmp_path / "bin" / "go")
    go.write_text('#!/bin/sh\n[ "$1" = env ] && echo go1.26.0 || exit 1\n')
    done = make_cluster(PATH=f"{go.parent}:{os.environ['PATH']}", XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == "etcd could not be built; Go's own words are above.\n"
    assert list((tmp_path / "kubeimg").iterdir()) == []


def test_existing_binaries_are_not_built_again(tmp_path: Path) -> None:
    go = program(tmp_path / "bin" / "go")
    go.write_text(
        '#!/bin/sh\n[ "$1" = env ] && echo go1.26.0 && exit\n'
        'while [ "$1" != -o ]; do shift; done\necho > "$2"; chmod +x "$2"\n'
    )
    first = make_cluster(PATH=f"{go.parent}:{os.environ['PATH']}", XDG_CACHE_HOME=str(tmp_path))
    assert first.returncode == 0, first.stderr
    (folder,) = (tmp_path / "kubeimg").iterdir()
    assert folder.name.startswith("kubernetes-v1.")
    assert "-etcd-v3." in folder.name
    assert sorted(path.name for path in folder.iterdir()) == ["etcd", "kube-apiserver", "kubectl"]
    second = make_cluster(PATH=str(tmp_path), XDG_CACHE_HOME=str(tmp_path))
    assert (second.returncode, second.stderr) == (0, "")
    assert second.stdout == f"The control plane is in {folder}\n"


def test_kubebuilder_assets_names_the_folder(tmp_path: Path) -> None:
    environment = {"PATH": str(tmp_path), "KUBEBUILDER_ASSETS": str(tmp_path)}
    refused = make_cluster(**environment)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"KUBEBUILDER_ASSETS is {tmp_path}, which does not hold ")
    for name in NEEDED:
        program(tmp_path / name)
    done = make_cluster(**environment)
    assert (done.returncode, done.stdout) == (0, f"The control plane is in {tmp_path}\n")


@pytest.mark.parametrize(("version", "used"), [("1.27.9", False), ("1.28.0", True)])
def test_a_kubectl_must_be_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, used: bool
) -> None:
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert kubectl_command() is None
    kubectl = program(tmp_path / "kubectl", f'{{"clientVersion": {{"gitVersion": "v{version}"}}}}')
    assert kubectl_command() == (str(kubectl) if used else None)
