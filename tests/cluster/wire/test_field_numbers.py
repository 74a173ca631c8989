"""Every field is read under the number that Kubernetes gives it, and its neighbours are skipped."""

import pytest
from msgspec import Raw

from kubeimg_gui.cluster.wire.codec import DecodeError, Event, Outline, Page
from kubeimg_gui.cluster.wire.json_codec import JsonCodec
from kubeimg_gui.cluster.wire.protobuf_codec import ProtobufCodec
from kubeimg_gui.cluster.wire.protobuf_nodes import ProtobufNodes
from kubeimg_gui.cluster.wire.protobuf_pods import ProtobufPods
from kubeimg_gui.cluster.wire.status import Status, read_status
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord, Taint
from kubeimg_gui.domain.pod import ImageUse, PodImage, PodRecord
from tests.cluster.wire.protobuf_fields import message, number, text, whole

CREATED, DELETED = 1_767_225_600, 1_769_904_000


def entry(key: str, value: str) -> bytes:
    """An entry of a map."""
    return text(1, key) + text(2, value)


def metadata(*more: bytes) -> bytes:
    """The metadata that every object has, and `more` of it."""
    return message(
        1,
        text(1, "the-name"),
        text(2, "generateName"),
        text(4, "selfLink"),
        text(5, "the-uid"),
        text(6, "77"),
        number(7, 1),
        message(8, number(1, CREATED), number(2, 500_000_000)),
        number(10, 30),
        text(14, "finalizer"),
        message(17, text(1, "managedFields")),
        *more,
    )


TAINT = (
    text(1, "dedicated"),
    text(2, "gpu"),
    text(3, "NoSchedule"),
    message(4, number(1, CREATED)),
)
NODE = (
    metadata(message(9, number(1, DELETED)), message(11, entry("zone", "a")))
    + message(2, text(1, "podCIDR"), text(3, "providerID"), number(4, 1), message(5, *TAINT))
    + message(
        3,
        text(3, "phase"),
        message(4, text(1, "Ready"), text(2, "True"), message(3, number(1, CREATED))),
        message(4, text(1, "DiskPressure"), text(2, "True")),
        message(5, text(1, "InternalIP"), text(2, "10.0.0.1")),
        message(7, text(5, "osImage"), text(6, "containerd://2.1.4"), text(7, "kubeletVersion")),
        message(8, text(1, "redis@sha256:ab"), text(1, "redis:7"), number(2, 2**40)),
        text(9, "volumesInUse"),
    )
)
POD = (
    metadata(
        text(3, "the-namespace"),
        message(13, text(1, "Gadget"), text(3, "other")),
        message(13, text(1, "ReplicaSet"), text(3, "web"), text(4, "uid"), number(6, 1)),
    )
    + message(
        2,
        message(1, text(1, "scratch"), message(2, message(2, text(1, "Memory")))),
        message(1, text(1, "model"), message(2, message(30, text(1, "model:1"), text(2, "Never")))),
        message(2, text(1, "main"), text(2, "nginx:1"), text(3, "command")),
        text(3, "Always"),
        text(9, "deprecatedServiceAccount"),
        text(10, "the-node"),
        number(11, 1),
        message(20, text(1, "prepare"), text(2, "busybox:1")),
        message(34, message(1, text(1, "debug"), text(2, "tools:1")), text(2, "main")),
    )
    + message(
        3,
        text(1, "Running"),
        text(3, "message"),
        message(
            8,
            text(1, "main"),
            message(2, b""),
            number(4, 1),
            text(6, "docker.io/nginx:1"),
            text(7, "nginx@sha256:cd"),
            text(8, "containerd://1"),
            message(12, text(1, "scratch"), text(2, "/scratch"), text(4, "Disabled")),
            message(12, text(1, "model"), message(5, message(1, text(1, "model@sha256:23")))),
        ),
        text(9, "Burstable"),
        message(10, text(1, "prepare"), text(6, "docker.io/busybox:1"), text(7, "sha256:ef")),
        text(11, "nominatedNodeName"),
        message(13, text(1, "debug"), text(6, "docker.io/tools:1"), text(7, "sha256:01")),
    )
)


def test_a_node() -> None:
    record, version = ProtobufCodec(ProtobufNodes()).record(whole("Node", NODE))
    assert version == "77"
    assert record == NodeRecord(
        name="the-name",
        uid="the-uid",
        created=CREATED + 0.5,
        ready=True,
        unschedulable=True,
        terminating=True,
        pressures=("DiskPressure",),
        runtime="containerd://2.1.4",
        labels=("zone=a",),
        images=(ContainerImage(("redis@sha256:ab", "redis:7"), 2**40),),
        conditions=(("Ready", "True"), ("DiskPressure", "True")),
        taints=(Taint("dedicated", "gpu", "NoSchedule"),),
    )


def test_a_pod() -> None:
    record, version = ProtobufCodec(ProtobufPods()).record(POD)
    assert version == "77"
    assert record == PodRecord(
        namespace="the-namespace",
        name="the-name",
        uid="the-uid",
        created=CREATED + 0.5,
        terminating=False,
        owner="ReplicaSet/web",
        node="the-node",
        phase="Running",
        images=(
            PodImage("prepare", "busybox:1", "docker.io/busybox:1", "sha256:ef", ImageUse.INIT),
            PodImage("main", "nginx:1", "docker.io/nginx:1", "nginx@sha256:cd"),
            PodImage("debug", "tools:1", "docker.io/tools:1", "sha256:01", ImageUse.EPHEMERAL),
            PodImage("model", "model:1", "", "model@sha256:23", ImageUse.VOLUME),
        ),
    )


def test_a_pod_that_is_being_deleted() -> None:
    pod = message(1, text(1, "p"), text(3, "shop"), text(5, "u"), message(9, number(1, DELETED)))
    assert ProtobufPods()(pod)[0].terminating


def test_a_page() -> None:
    about = message(1, text(1, "selfLink"), text(2, "12"), text(3, "token"), number(4, 2**33))
    body = whole("PodList", about, message(2, POD), message(2, NODE))
    page = ProtobufCodec(ProtobufPods()).page(body)
    assert page._replace(items=list(page.items)) == Page(
        "PodList", "12", 2**33, "token", [POD, NODE]
    )


def test_a_page_without_the_protobuf_prefix_is_a_decode_error() -> None:
    body = whole("PodList", message(1, text(2, "12")))
    for start in (b"", b"k8s\1"):
        with pytest.raises(DecodeError):
            ProtobufCodec(ProtobufPods()).page(start + body[4:])


@pytest.mark.parametrize(
    ("time", "created"),
    [(b"", None), (number(1, 0), None), (number(2, 500_000_000), 0.5), (number(1, 7), 7.0)],
)
def test_a_time_of_zero_is_none(time: bytes, created: float | None) -> None:
    node = message(1, text(1, "n"), text(5, "u"), message(8, time))
    assert ProtobufNodes()(node)[0].created == created


def test_an_event() -> None:
    piece = text(1, "DELETED") + message(2, message(1, whole("Pod", POD)))
    event = ProtobufCodec(ProtobufPods()).event(piece)
    assert event == Event("DELETED", whole("Pod", POD))


def test_the_outline_of_a_pod() -> None:
    outline = ProtobufCodec(ProtobufPods()).outline(whole("Pod", POD))
    assert outline == Outline("the-name", "the-namespace", "77")
    assert outline.key == "the-namespace/the-name"
    body = (
        b'{"metadata": {"name": "the-name", "namespace": "the-namespace", "resourceVersion": "77"}}'
    )
    assert JsonCodec(lambda _: (None, "")).outline(Raw(body)) == outline


def test_the_bookmark_at_the_end_of_a_list() -> None:
    codec = ProtobufCodec(ProtobufNodes())
    other = message(12, entry("other", "true"))
    end = message(12, entry("k8s.io/initial-events-end", "true"))
    for annotations, ends_list in ((other, False), (end, True), (other + end, True)):
        bookmark = whole("Node", message(1, text(6, "42"), annotations))
        assert codec.outline(bookmark) == Outline(version="42", ends_list=ends_list)


def test_an_error() -> None:
    details = message(5, text(1, "the-name"), text(3, "nodes"), number(5, 7), text(6, "uid"))
    body = whole(
        "Status",
        message(1, b""),
        text(2, "Failure"),
        text(3, "slow down"),
        text(4, "TooManyRequests"),
        details,
        number(6, 429),
    )
    status = read_status(body)
    assert status == Status("slow down", "TooManyRequests", 429, status.details)
    assert status.retry_after == 7
