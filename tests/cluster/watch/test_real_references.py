"""References on a real API server: pods of all kinds, joined with the images of a node."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from kubeimg_gui.cluster.errors import ApiError
from kubeimg_gui.cluster.resources import NODES, PODS
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.cluster.watch.pager import list_once
from kubeimg_gui.cluster.watch.pod_reader import PodReader
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.pod import ImageUse
from kubeimg_gui.domain.references import Coverage, References, ReferenceState, UnknownReason
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.users import LISTER, VIEWER, WITHOUT_RIGHTS
from tests.support.api import MERGE, Api

pytestmark = pytest.mark.control_plane

COLLECTION = "/api/v1/namespaces/default/pods"
NODE = "holder"


def digest(name: str) -> str:
    return "sha256:" + f"{sum(name.encode()):04x}" * 16


def listed(name: str, tag: str = "1") -> list[str]:
    return [f"r.example/{name}@{digest(name)}", f"r.example/{name}:{tag}"]


LISTED = [listed(name) for name in ("web", "prepare", "debug", "model", "done", "idle", "pause")]
LISTED.extend([["docker.io/library/imported:1"], ["docker.io/library/waiting:latest"], []])


@pytest.fixture
def api(real: ControlPlane) -> Iterator[Api]:
    client = real.api()
    body = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": NODE}}
    assert client.call("POST", "/api/v1/nodes", body)[0] == 201
    images = [{"names": names, "sizeBytes": 2**place} for place, names in enumerate(LISTED)]
    patch = {"status": {"images": images}}
    code, answer = client.call("PATCH", f"/api/v1/nodes/{NODE}/status", patch, MERGE)
    assert code == 200, answer
    yield client
    client.close()


@pytest.fixture
def read(real: ControlPlane, tmp_path: Path) -> Iterator[Callable[[], References]]:
    target = kubeconfig_target(None, real.write_kubeconfig(tmp_path / "kubeconfig", VIEWER))
    connection = target.connect()

    def read() -> References:
        references = References()
        references.coverage = Coverage(float("inf"), None)
        for node in list_once(connection, NODES)[0]:
            references.update_node(None, node)
        for pod in list_once(connection, PODS)[0]:
            references.update_pod(None, pod)
        return references

    yield read
    connection.interrupt()
    target.close()


@pytest.fixture
def reader_for(real: ControlPlane, tmp_path: Path) -> Iterator[Callable[[str], PodReader]]:
    """Makes readers that log in as some user."""
    with ExitStack() as stack:

        def reader(user: str) -> PodReader:
            target = kubeconfig_target(None, real.write_kubeconfig(tmp_path / user, user))
            reader = PodReader(target.connect)
            stack.callback(target.close)
            stack.callback(reader.close)
            return reader

        yield reader


def create(api: Api, name: str, image: str, node: str = NODE, **spec: Any) -> None:
    main = {"name": "main", "image": image}
    body = {
        "metadata": {"name": name},
        "spec": {"nodeName": node, "containers": [main], **spec},
    }
    code, answer = api.call("POST", COLLECTION, body)
    assert code == 201, answer


def report(api: Api, name: str, phase: str, kind: str, container: str, *reported: str) -> None:
    """Writes the status of one container; `reported` are its image and imageID."""
    image, image_id = reported
    status = {"name": container, "image": image, "imageID": image_id, "ready": True}
    patch = {"status": {"phase": phase, kind: [{**status, "restartCount": 0}]}}
    code, answer = api.call("PATCH", f"{COLLECTION}/{name}/status", patch, MERGE)
    assert code == 200, answer


def entry(*names: str) -> ContainerImage:
    return ContainerImage(names, 2 ** LISTED.index(list(names)))


def test_pods_of_all_kinds_refer_to_the_images_of_a_node(
    api: Api, read: Callable[[], References]
) -> None:
    model = {"name": "model", "image": {"reference": "r.example/model:1"}}
    prepare = {"name": "prepare", "image": "mirror.example/prepare:1"}
    create(api, "web", "r.example/web:1", initContainers=[prepare], volumes=[model])
    report(api, "web", "Running", "containerStatuses", "main", "r.example/web:1", listed("web")[0])
    id_ = listed("prepare")[0]
    report(api, "web", "Running", "initContainerStatuses", "prepare", "r.example/prepare:1", id_)
    debug = {"spec": {"ephemeralContainers": [{"name": "debug", "image": "r.example/debug:1"}]}}
    path = f"{COLLECTION}/web/ephemeralcontainers"
    assert api.call("PATCH", path, debug, MERGE)[0] == 200
    create(api, "done", "r.example/done:1")
    report(
        api, "done", "Succeeded", "containerStatuses", "main", "r.example/done:1", listed("done")[0]
    )
    create(api, "side", "imported:1")
    shown = "docker.io/library/imported:1"
    report(api, "side", "Running", "containerStatuses", "main", shown, digest("config"))
    create(api, "waiting", "waiting")
    create(api, "missing", "r.example/missing:1")

    references = read()
    expected = {
        "web": (ImageUse.CONTAINER, 1, 0),
        "prepare": (ImageUse.INIT, 1, 0),
        "debug": (ImageUse.EPHEMERAL, 1, 0),
        "model": (ImageUse.VOLUME, 1, 0),
        "done": (ImageUse.CONTAINER, 0, 1),
    }
    images = {name: entry(*listed(name)) for name in expected}
    images |= {"imported": entry(shown), "waiting": entry("docker.io/library/waiting:latest")}
    expected |= dict.fromkeys(("imported", "waiting"), (ImageUse.CONTAINER, 1, 0))
    for name, (kind, running, finished) in expected.items():
        reference = references.on_node(NODE, images[name])
        assert (reference.running, reference.finished) == (running, finished), name
        assert references.in_cluster(images[name]) == reference, name
        assert [each.use.kind for each in references.users(images[name].key)] == [kind], name
    idle = references.in_cluster(entry(*listed("idle")))
    assert idle.state is ReferenceState.NOT_REFERENCED
    assert references.in_cluster(entry(*listed("pause"))).reason is UnknownReason.SANDBOX
    assert references.on_node(NODE, entry()).reason is UnknownReason.NO_NAME
    assert references.unlisted == 1
    assert references.referenced_bytes == sum(each.size_bytes for each in images.values())

    code, _ = api.call("DELETE", f"{COLLECTION}/done?gracePeriodSeconds=0")
    assert code == 200
    assert read().in_cluster(images["done"]).state is ReferenceState.NOT_REFERENCED


def test_the_pods_of_one_node_are_read_on_demand(
    api: Api, reader_for: Callable[[str], PodReader]
) -> None:
    create(api, "web", "r.example/web:1")
    create(api, "elsewhere", "r.example/idle:1", node="n0")
    reader = reader_for(LISTER)
    listed = reader.read(NODE)
    assert [pod.name for pod in listed.pods] == ["web"]
    assert not listed.unreadable
    assert [pod.name for pod in reader.read("n0").pods] == ["elsewhere"]
    assert reader.read("n1,spec.nodeName!=x\\").pods == ()
    with pytest.raises(ApiError, match="pods is forbidden") as raised:
        reader_for(WITHOUT_RIGHTS).read(NODE)
    assert raised.value.code == 403
