"""Ways in which another cluster comes to live at the address of a control plane.

Each prepares the first cluster and returns what replaces it.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.controlplane.control_plane import ControlPlane
from tests.support.api import NODES, Api
from tests.support.scripted_server import five_nodes, image_json

Replace = Callable[[], None]
Known = set[tuple[str, str]]
"""Name and uid of each node."""
Prepare = Callable[[ControlPlane, Path], Replace]

WRITES = 400
"""More than a new cluster makes while it starts, so that its versions are lower."""


def restored(control_plane: ControlPlane, folder: Path) -> Replace:
    """A backup is restored. What happened after it has not happened then."""
    control_plane.reset(five_nodes())
    with control_plane.stopped() as data:
        backup = shutil.copytree(data, folder / "backup")
    api = control_plane.api()
    for name in ("n1", "n2"):
        api.call("DELETE", f"{NODES}/{name}")
    for name in ("n1", "n7"):
        api.call("POST", NODES, {"metadata": {"name": name}})
    api.set_images("n3", [image_json("nginx:1", 7)])
    _write(api)

    def replace() -> None:
        with control_plane.stopped() as data:
            shutil.rmtree(data)
            shutil.copytree(backup, data)

    return replace


def emptied(control_plane: ControlPlane, _folder: Path) -> Replace:
    """etcd is new and empty; certificates and addresses are the same."""
    control_plane.reset(five_nodes())
    _write(control_plane.api())

    def replace() -> None:
        with control_plane.stopped() as data:
            shutil.rmtree(data)

    return replace


def created_again(control_plane: ControlPlane, _folder: Path) -> Replace:
    """The cluster is deleted and created with a new authority; two nodes have the same names."""
    control_plane.reset(five_nodes())
    _write(control_plane.api())

    def replace() -> None:
        with control_plane.stopped() as data:
            shutil.rmtree(data)
            control_plane.renew_authority()
        api = control_plane.api()
        for node in five_nodes()[:2]:
            api.call("POST", NODES, node)
        api.close()

    return replace


REPLACEMENTS: list[Prepare] = [restored, emptied, created_again]


def nodes_of(control_plane: ControlPlane) -> Known:
    api = control_plane.api()
    items = api.get(NODES)[1]["items"]
    api.close()
    return {(item["metadata"]["name"], item["metadata"]["uid"]) for item in items}


def replay(known: Known, event: str, name: str, uid: str) -> None:
    """Apply one reported change, which must be possible: "added", "deleted" or "changed"."""
    node = (name, uid)
    if event == "added":
        assert node not in known
        known.add(node)
    else:
        assert node in known
    if event == "deleted":
        known.remove(node)


def _write(api: Api) -> None:
    for count in range(WRITES):
        api.set_images("n0", [image_json(f"app:{count}", 5)])
    api.close()
