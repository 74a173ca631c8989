"""A real API server sends equal records in both encodings, in pages and in streams."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kubeimg_gui.cluster.errors import ApiError
from kubeimg_gui.cluster.resources import NODES as NODE_RESOURCE
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.cluster.transport.connection import JSON, Connection
from kubeimg_gui.cluster.wire.negotiation import ACCEPTED
from kubeimg_gui.domain.node import NodeRecord
from tests.controlplane.binaries import assets
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.users import VIEWER
from tests.support.api import NODES, Api, JsonObject
from tests.support.fixtures import Watching
from tests.support.scripted_server import five_nodes, image_json

pytestmark = pytest.mark.control_plane

STREAMING = {
    "watch": "true",
    "sendInitialEvents": "true",
    "resourceVersionMatch": "NotOlderThan",
    "allowWatchBookmarks": "true",
    "timeoutSeconds": "60",
}
Records = dict[str, tuple[NodeRecord, str]]


@pytest.fixture
def connection(real: ControlPlane, tmp_path: Path) -> Iterator[Connection]:
    target = kubeconfig_target(None, real.write_kubeconfig(tmp_path / "kubeconfig", VIEWER))
    connection = target.connect()
    yield connection
    connection.interrupt()
    target.close()


def seed(api: Api) -> None:
    """Sets every field that is read on at least one node."""
    images: list[JsonObject] = [
        image_json("中文/图像:1", 5),
        {"names": None, "sizeBytes": 3},
        {"names": []},
        image_json("huge:1", 2**63 - 1),
        image_json("large:1", 2**53),
        image_json("negative:1", -1),
    ]
    api.set_images("n1", images)
    taint = {"key": "example.org/held", "value": "a", "effect": "NoSchedule"}
    api.patch("n2", {"spec": {"unschedulable": True, "taints": [taint]}})
    labels = {"example.org/zone": "a", "empty": ""}
    api.patch("n3", {"metadata": {"labels": labels, "finalizers": ["example.org/held"]}})
    api.call("DELETE", f"{NODES}/n3")


def paged(connection: Connection, accept: str) -> Records:
    with connection.get(NODE_RESOURCE.path, {"limit": "500"}, accept=accept) as response:
        codec = NODE_RESOURCE.codecs().of(response)
        page = codec.page(response.read())
    assert (page.kind, page.remaining, page.continue_token) == ("NodeList", None, "")
    assert int(page.version) > 0
    return {codec.record(item)[0].name: codec.record(item) for item in page.items}


def streamed(connection: Connection, accept: str) -> Records:
    records: Records = {}
    with connection.get(NODE_RESOURCE.path, STREAMING, accept=accept) as response:
        codec = NODE_RESOURCE.codecs().of(response)
        for piece in codec.pieces(response):
            event = codec.event(piece)
            if codec.outline(event.object).ends_list:
                return records
            record, version = codec.record(event.object)
            records[record.name] = record, version
    raise AssertionError("the list did not end")


def test_pages_and_streams_in_both_encodings_give_the_same_records(
    real: ControlPlane, connection: Connection
) -> None:
    api = real.api()
    seed(api)
    records = paged(connection, JSON)
    assert paged(connection, ACCEPTED) == records
    assert streamed(connection, JSON) == records
    assert streamed(connection, ACCEPTED) == records
    assert records["n1"][0].images[0].names == ("中文/图像:1",)
    assert [image.raw_size for image in records["n1"][0].images if image.raw_size] == [
        "9223372036854775807",
        "9007199254740992",
        "-1",
    ]
    assert records["n1"][0].reported_bytes == 8
    assert ("Ready", "True") in records["n1"][0].conditions
    assert records["n2"][0].unschedulable
    assert ("example.org/held", "a", "NoSchedule") in records["n2"][0].taints
    assert records["n3"][0].terminating
    assert "empty=" in records["n3"][0].labels
    assert all(record.created for record, _ in records.values())
    api.patch("n3", {"metadata": {"finalizers": None}})
    api.close()


def test_a_server_without_streaming_lists_is_listed_in_pages(
    tmp_path: Path, watching: Watching
) -> None:
    with ControlPlane(assets(), tmp_path, "--feature-gates=WatchList=false") as server:
        server.reset(five_nodes())
        target = kubeconfig_target(None, server.write_kubeconfig(tmp_path / "kubeconfig", VIEWER))
        refused = target.connect()
        with (
            pytest.raises(ApiError, match="sendInitialEvents"),
            refused.get(NODE_RESOURCE.path, STREAMING),
        ):
            pass
        refused.interrupt()
        informer, recorder = watching(target.connect)
        assert recorder.next_state(Phase.LIVE).known == 5
        api = server.api()
        api.set_images("n1", [image_json("nginx:1", 7)])
        assert recorder.next_change().record.name == "n1"
        informer.stop()
        target.close()
        api.close()
    assert Phase.RECONNECTING not in [state.phase for state in recorder.states]


def test_the_server_answers_in_protobuf(connection: Connection) -> None:
    for query in ({"limit": "1"}, STREAMING):
        with connection.get(NODE_RESOURCE.path, query, accept=ACCEPTED) as response:
            assert response.media_type.startswith("application/vnd.kubernetes.protobuf")


def test_an_error_is_the_same_in_both_encodings(connection: Connection) -> None:
    errors: list[ApiError] = []
    for accept in (JSON, ACCEPTED):
        with (
            pytest.raises(ApiError) as raised,
            connection.get(NODE_RESOURCE.path, {"labelSelector": "!!"}, accept=accept),
        ):
            pass
        errors.append(raised.value)
    assert [(e.code, e.reason, str(e)) for e in errors] == [(400, "BadRequest", str(errors[0]))] * 2
