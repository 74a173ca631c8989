"""Pods on a real API server: both encodings give equal records, and the informer follows them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kubeimg_gui.cluster.resources import PODS
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.cluster.transport.connection import JSON, Connection
from kubeimg_gui.cluster.watch.informers import PodInformer
from kubeimg_gui.cluster.watch.pager import list_once
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.wire.negotiation import ACCEPTED
from kubeimg_gui.domain.change import ChangeKind
from kubeimg_gui.domain.pod import ImageUse, PodImage, PodRecord
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.users import VIEWER
from tests.support.api import MERGE, Api
from tests.support.recorder import PodRecorder

pytestmark = pytest.mark.control_plane

COLLECTION = "/api/v1/namespaces/default/pods"
DIGEST = "registry.example/web@sha256:" + "ab" * 32


@pytest.fixture
def api(real: ControlPlane) -> Iterator[Api]:
    client = real.api()
    yield client
    client.close()


@pytest.fixture
def connect(real: ControlPlane, tmp_path: Path) -> Iterator[Callable[[], Connection]]:
    target = kubeconfig_target(None, real.write_kubeconfig(tmp_path / "kubeconfig", VIEWER))
    opened: list[Connection] = []

    def connect() -> Connection:
        opened.append(target.connect())
        return opened[-1]

    yield connect
    for connection in opened:
        connection.interrupt()
    target.close()


def pod(name: str, image: str = "registry.example/web:1") -> dict[str, Any]:
    return {
        "metadata": {
            "name": name,
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": "web",
                    "uid": "1",
                    "controller": True,
                }
            ],
        },
        "spec": {
            "nodeName": "n1",
            "initContainers": [{"name": "prepare", "image": "registry.example/prepare:1"}],
            "containers": [
                {
                    "name": "main",
                    "image": image,
                    "volumeMounts": [
                        {"name": "model", "mountPath": "/model"},
                        {"name": "scratch", "mountPath": "/scratch"},
                    ],
                }
            ],
            "volumes": [
                {"name": "scratch", "emptyDir": {}},
                {"name": "model", "image": {"reference": "registry.example/model:1"}},
            ],
        },
    }


def create(api: Api, body: dict[str, Any]) -> None:
    code, answer = api.call("POST", COLLECTION, body)
    assert code == 201, answer


def report_status(api: Api, name: str) -> None:
    """Writes what a kubelet would: the phase, and each container's image and imageID."""
    statuses = [
        {
            "name": "main",
            "image": "registry.example/web:1",
            "imageID": DIGEST,
            "ready": True,
            "restartCount": 0,
        }
    ]
    patch = {"status": {"phase": "Running", "containerStatuses": statuses}}
    code, answer = api.call("PATCH", f"{COLLECTION}/{name}/status", patch, MERGE)
    assert code == 200, answer


def add_ephemeral_container(api: Api, name: str) -> None:
    path = f"{COLLECTION}/{name}/ephemeralcontainers"
    debug = {"name": "debug", "image": "registry.example/debug:1"}
    code, answer = api.call("PATCH", path, {"spec": {"ephemeralContainers": [debug]}}, MERGE)
    assert code == 200, answer


def listed(connection: Connection, accept: str) -> dict[str, tuple[PodRecord, str]]:
    with connection.get(PODS.path, {}, accept=accept) as response:
        codec = PODS.codecs().of(response)
        page = codec.page(response.read())
    assert page.kind == "PodList"
    return {codec.record(item)[0].key: codec.record(item) for item in page.items}


def test_both_encodings_give_the_same_record(api: Api, connect: Callable[[], Connection]) -> None:
    create(api, pod("web-1"))
    report_status(api, "web-1")
    add_ephemeral_container(api, "web-1")
    connection = connect()
    records = listed(connection, JSON)
    assert listed(connection, ACCEPTED) == records
    record, version = records["default/web-1"]
    assert int(version) > 0
    assert (record.owner, record.node, record.phase) == ("ReplicaSet/web", "n1", "Running")
    assert record.created is not None
    assert record.images == (
        PodImage("prepare", "registry.example/prepare:1", "", "", ImageUse.INIT),
        PodImage("main", "registry.example/web:1", "registry.example/web:1", DIGEST),
        PodImage("debug", "registry.example/debug:1", "", "", ImageUse.EPHEMERAL),
        PodImage("model", "registry.example/model:1", "", "", ImageUse.VOLUME),
    )
    assert list_once(connection, PODS) == ([record], [])


@pytest.mark.parametrize("accept", [ACCEPTED, JSON], ids=["protobuf", "JSON"])
def test_an_informer_follows_pods(api: Api, connect: Callable[[], Connection], accept: str) -> None:
    create(api, pod("web-1"))
    informer, recorder = PodInformer(connect, options=WatchOptions(accept=accept)), PodRecorder()
    informer.add_handler(recorder)
    informer.start()
    assert recorder.next_state(Phase.LIVE).known == 1
    report_status(api, "web-1")
    running = recorder.next_change()
    assert running.kind is ChangeKind.CHANGED
    assert running.new is not None
    assert running.new.images[1].image_id == DIGEST
    create(api, pod("web-2"))
    assert recorder.next_change().kind is ChangeKind.ADDED
    api.call("DELETE", f"{COLLECTION}/web-2?gracePeriodSeconds=0")
    kinds = [recorder.next_change().kind]
    while kinds[-1] is not ChangeKind.DELETED:
        kinds.append(recorder.next_change().kind)
    assert set(informer.snapshot()) == {"default/web-1"}
    assert informer.stop()
