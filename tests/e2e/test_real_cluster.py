"""The command line and the window against a real API server, as people start them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from PySide6.QtGui import QImage

from kubeimg_gui.demo.serve import DemoCluster
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.users import ADMIN, LISTER, SERVICE_ACCOUNT, VIEWER, WITHOUT_RIGHTS
from tests.support.api import NODES
from tests.support.scripted_server import five_nodes, image_json

pytestmark = pytest.mark.control_plane


def kubeimg(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run it to its end, without a display."""
    displays = ("DISPLAY", "WAYLAND_DISPLAY")
    hidden = {name: value for name, value in os.environ.items() if name not in displays}
    return subprocess.run(
        [sys.executable, "-m", "kubeimg_gui", *map(str, arguments)],
        env=hidden,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )


@pytest.mark.parametrize("user", [ADMIN, VIEWER, LISTER, SERVICE_ACCOUNT])
def test_a_user_who_may_list_nodes_gets_them_printed(
    real: ControlPlane, tmp_path: Path, user: str
) -> None:
    kubeconfig = real.write_kubeconfig(tmp_path / "kubeconfig", user)
    done = kubeimg("nodes", "-o", "json", "--kubeconfig", kubeconfig, "-l", "pool=gpu")
    assert (done.returncode, done.stderr) == (0, "")
    (node,) = json.loads(done.stdout)
    assert (node["name"], node["ready"], node["reported_bytes"]) == ("n0", True, 5)
    assert node["images"] == [{"names": ["redis:7"], "size_bytes": 5}]


def test_a_user_who_may_not_list_nodes_gets_the_servers_reason(
    real: ControlPlane, tmp_path: Path
) -> None:
    done = kubeimg(
        "nodes", "--kubeconfig", real.write_kubeconfig(tmp_path / "kubeconfig", WITHOUT_RIGHTS)
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        'kubeimg-gui: real: The server says: nodes is forbidden: User "without-rights" cannot list '
        'resource "nodes" in API group "" at the cluster scope (403); ask for permission to list '
        "and watch nodes, or choose another --context\n"
    )


def test_a_server_of_another_authority_is_not_trusted(real: ControlPlane, tmp_path: Path) -> None:
    kubeconfig = real.write_kubeconfig(tmp_path / "kubeconfig")
    document = yaml.safe_load(kubeconfig.read_text())
    del document["clusters"][0]["cluster"]["certificate-authority"]
    kubeconfig.write_text(yaml.safe_dump(document))
    done = kubeimg("nodes", "--kubeconfig", kubeconfig)
    assert done.returncode == 3
    assert done.stderr.startswith("kubeimg-gui: real: The TLS connection failed: ")
    assert "Traceback" not in done.stderr


def test_the_window_looks_the_same_on_the_real_and_on_the_demo_server(
    real: ControlPlane, tmp_path: Path
) -> None:
    """Compared pixel by pixel, except the last digits of ages and times."""
    nodes = [
        {**node, "status": {**node["status"], "images": [image_json(f"app-{i}:v{i}", 10**8 * i)]}}
        for i, node in enumerate(five_nodes(), start=1)
    ]
    real.reset(nodes)
    real_kubeconfig = real.write_kubeconfig(tmp_path / "real", VIEWER)
    api = real.api()
    listed = api.get(NODES)[1]["items"]
    api.close()
    with DemoCluster(listed) as demo:
        document = yaml.safe_load(real_kubeconfig.read_text())
        document["clusters"][0]["cluster"] = {"server": demo.url}
        demo_kubeconfig = tmp_path / "demo"
        demo_kubeconfig.write_text(yaml.safe_dump(document))
        pictures = [grab(kubeconfig) for kubeconfig in (real_kubeconfig, demo_kubeconfig)]
    assert pictures[0].size() == pictures[1].size()
    assert different_pixels(*pictures) < 0.001


def grab(kubeconfig: Path) -> QImage:
    picture = kubeconfig.with_suffix(".png")
    done = kubeimg("--kubeconfig", kubeconfig, "--grab", picture, "--theme", "light")
    assert (done.returncode, done.stderr) == (0, "")
    return QImage(str(picture))


def different_pixels(one: QImage, other: QImage) -> float:
    """Which share of the pixels differs."""
    width, height = one.width(), one.height()
    differing = sum(
        one.pixel(x, y) != other.pixel(x, y) for x in range(width) for y in range(height)
    )
    return differing / (width * height)
