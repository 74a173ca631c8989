"""The image, built from a Debian made here and run as a pod's container on a real API server."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from kubeimg_gui import __version__
from kubeimg_gui.cluster.config.in_cluster import SERVICE_ACCOUNT_FOLDER
from tests.controlplane.control_plane import ControlPlane
from tests.deploy.containers import Containers
from tests.deploy.pod import DEPLOY, Pod, container, killed, manifests
from tests.support.fixtures import Kubectl

pytestmark = [pytest.mark.slow, pytest.mark.container, pytest.mark.timeout(900)]

IMAGE = f"localhost/kubeimg:{__version__}"
BYTES_MOST = 100_000_000
ENDS_WITHIN_SECONDS = 2.0
WITH_A_WINDOW_ONLY = ("PySide6", "shiboken6", "qasync")
WITH_A_DEMO_ONLY = (
    *("kubeimg_gui.demo", "aiohttp", "aiohttp_retry", "aiohappyeyeballs", "aiosignal", "attr"),
    *("attrs", "frozenlist", "multidict", "propcache", "yarl"),
)


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    """With the image built."""
    containers = Containers(tmp_path_factory.mktemp("containers"))
    containers.make_base()
    containers.make_image()
    yield containers
    containers.call("podman", "rm", "--all", "--force")
    containers.call("podman", "rmi", "--all", "--force")


def test_it_is_small_and_runs_as_an_unprivileged_user(containers: Containers) -> None:
    (image,) = json.loads(containers.call("podman", "image", "inspect", IMAGE))
    assert image["Size"] <= BYTES_MOST
    assert image["Config"]["User"] == "65532:65532"
    assert image["Config"]["Cmd"] == ["watch"]


def test_it_holds_neither_qt_nor_the_demo_nor_a_shell(containers: Containers) -> None:
    names = WITH_A_WINDOW_ONLY + WITH_A_DEMO_ONLY
    code = (
        "import importlib.util as u, kubeimg_gui;"
        f"print([name for name in {names!r} if u.find_spec(name)],"
        "(kubeimg_gui.resources_folder() / 'image_sizes.csv').exists())"
    )
    python = containers.run_command("--entrypoint=/usr/bin/python3.11", IMAGE, "-c", code)
    assert containers.call(*python).strip() == "[] False"
    shell = containers.run_command("--entrypoint=/bin/sh", IMAGE)
    assert subprocess.run(shell, env=containers.environment, check=False).returncode != 0


def test_it_says_that_it_has_no_demo(containers: Containers) -> None:
    done = subprocess.run(
        containers.run_command(IMAGE, "demo-cluster"),
        env=containers.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "The demo cluster needs kubeimg_gui.demo, which is not installed" in done.stderr


def test_outside_a_cluster_it_asks_for_a_kubeconfig(containers: Containers) -> None:
    done = subprocess.run(
        containers.run_command(IMAGE),
        env=containers.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "No kubeconfig found" in done.stderr


@pytest.fixture
def built(real: ControlPlane, kubectl: Kubectl) -> dict[str, Any]:
    """The manifests, applied."""
    kubectl("apply", "-k", str(DEPLOY))
    return manifests(kubectl("kustomize", str(DEPLOY)))


@pytest.fixture
def in_a_pod(real: ControlPlane, built: dict[str, Any], tmp_path: Any) -> list[str]:
    """Options that give a container what a kubelet gives it."""
    pod = Pod(real, tmp_path / "serviceaccount")
    pod.mount(pod.mint())
    given = [f"--env={name}={value}" for name, value in pod.environment.items()]
    return [*given, f"--volume={pod.folder}:{SERVICE_ACCOUNT_FOLDER}:ro"]


def run(containers: Containers, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        containers.run_command(*options),
        env=containers.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.control_plane
def test_it_runs_as_the_deployment_says(
    containers: Containers, in_a_pod: list[str], built: dict[str, Any]
) -> None:
    arguments: list[str] = container(built)["args"]
    with run(containers, *in_a_pod, IMAGE, *arguments) as process, killed(process):
        assert process.stderr
        lines = map(json.loads, process.stderr)
        assert next(line for line in lines if line.get("phase") == "live")["nodes"] == 5
        process.terminate()
        began = time.monotonic()
        assert process.wait(30) == 0
        assert time.monotonic() - began <= ENDS_WITHIN_SECONDS
        assert [line["phase"] for line in lines] == ["stopped"]


@pytest.mark.control_plane
def test_it_detects_that_it_runs_in_a_pod(containers: Containers, in_a_pod: list[str]) -> None:
    with run(containers, *in_a_pod, IMAGE) as process, killed(process):
        assert process.stderr
        assert "kubeimg: live, 5 nodes\n" in iter(process.stderr.readline, "")
        process.terminate()
        assert process.wait(30) == 0


@pytest.mark.control_plane
def test_sigterm_ends_it_before_python_has_loaded_it(
    containers: Containers, in_a_pod: list[str]
) -> None:
    with run(containers, *in_a_pod, IMAGE) as process, killed(process):
        while not containers.call("podman", "ps", "--quiet"):
            assert process.poll() is None
        process.terminate()
        began = time.monotonic()
        assert process.wait(30) in (0, 128 + signal.SIGTERM)
        assert time.monotonic() - began <= ENDS_WITHIN_SECONDS
