"""Pods from JSON: every field that kubeimg uses, and objects that lack most of them."""

import json
from typing import Any

import pytest
from msgspec import Raw

from kubeimg_gui.cluster.wire.codec import DecodeError
from kubeimg_gui.cluster.wire.json_pods import JsonPods
from kubeimg_gui.cluster.wire.protobuf_pods import ProtobufPods
from kubeimg_gui.domain.pod import ImageUse, PodImage, PodRecord
from tests.cluster.wire.protobuf_fields import message, text
from tests.support.pods import pod_json


def decoded(pod: dict[str, Any]) -> PodRecord:
    return JsonPods()(Raw(json.dumps(pod).encode()))[0]


def test_every_field_of_a_pod_is_read() -> None:
    pod = pod_json()
    pod["metadata"]["deletionTimestamp"] = "2026-02-01T00:00:00Z"
    pod["spec"]["ephemeralContainers"] = [{"name": "debug", "image": "tools:1"}]
    for key, container in (("init", "prepare"), ("ephemeral", "debug")):
        status = {"name": container, "image": f"x/{container}", "imageID": f"id-of-{container}"}
        pod["status"][f"{key}ContainerStatuses"] = [status]
    assert decoded(pod) == PodRecord(
        namespace="shop",
        name="web-1",
        uid="uid-of-web-1",
        created=1767225600.0,
        terminating=True,
        owner="ReplicaSet/web",
        node="n1",
        phase="Running",
        images=(
            PodImage("prepare", "busybox:1", "x/prepare", "id-of-prepare", ImageUse.INIT),
            PodImage(
                "main",
                "nginx:1",
                "docker.io/library/nginx:1",
                pod["status"]["containerStatuses"][0]["imageID"],
            ),
            PodImage("debug", "tools:1", "x/debug", "id-of-debug", ImageUse.EPHEMERAL),
        ),
    )


@pytest.mark.parametrize(
    "empty",
    [
        {},
        {"spec": {}, "status": {}},
        {
            "spec": {"containers": None, "initContainers": None, "ephemeralContainers": None},
            "status": {"containerStatuses": None},
        },
    ],
)
@pytest.mark.parametrize("owners", [{}, {"ownerReferences": None}, {"ownerReferences": []}])
def test_a_pod_with_a_name_alone_is_a_pod(empty: dict[str, Any], owners: dict[str, Any]) -> None:
    identity = {"name": "p", "namespace": "shop", "uid": "u"}
    record = decoded({"metadata": identity | owners, **empty})
    assert record == PodRecord("shop", "p", "u", None, False, "", "", "", ())
    encoded = message(1, text(1, "p"), text(3, "shop"), text(5, "u"))
    assert ProtobufPods()(encoded)[0] == record


def test_an_owner_that_does_not_control_the_pod_is_not_its_owner() -> None:
    pod = pod_json()
    pod["metadata"]["ownerReferences"] = [{"kind": "Gadget", "name": "g", "controller": False}]
    assert decoded(pod).owner == ""


def test_a_status_without_a_container_counts_and_each_status_counts_once() -> None:
    pod = pod_json()
    pod["spec"]["containers"] = [{"name": "main", "image": "nginx:1"}] * 2
    pod["status"]["containerStatuses"] = [
        {"name": "main", "image": "nginx", "imageID": "id"},
        {"name": "gone", "image": "old", "imageID": "old-id"},
    ]
    assert decoded(pod).images == (
        PodImage("prepare", "busybox:1", "", "", ImageUse.INIT),
        PodImage("main", "nginx:1", "nginx", "id"),
        PodImage("main", "nginx:1", "", ""),
        PodImage("gone", "", "old", "old-id"),
    )


@pytest.mark.parametrize("list_name", ["containers", "initContainers", "ephemeralContainers"])
def test_an_image_volume_has_the_reference_that_any_container_reports(list_name: str) -> None:
    pod = pod_json()
    pod["spec"]["volumes"] = [
        {"name": "scratch", "emptyDir": {}},
        {"name": "model", "image": {"reference": "model:1", "pullPolicy": "Never"}},
        {"name": "pending", "image": {"reference": "data:1"}},
        {"name": "main", "image": None},
    ]
    mounts = [
        {"name": "scratch", "mountPath": "/scratch"},
        {"name": "pending", "volumeStatus": {"image": None}},
        {"name": "model", "volumeStatus": {"image": {"imageRef": "model@sha256:1"}}},
    ]
    statuses = list_name.removesuffix("s") + "Statuses"
    pod["status"][statuses] = [{"name": "main", "volumeMounts": mounts}, {"name": "prepare"}]
    assert decoded(pod).images[-2:] == (
        PodImage("model", "model:1", "", "model@sha256:1", ImageUse.VOLUME),
        PodImage("pending", "data:1", "", "", ImageUse.VOLUME),
    )


def test_a_volume_and_a_container_of_the_same_name_are_two_uses() -> None:
    pod = pod_json()
    pod["spec"]["volumes"] = [{"name": "main", "image": {"reference": "model:1"}}]
    main = pod["status"]["containerStatuses"][0]
    main["volumeMounts"] = [{"name": "main", "volumeStatus": {"image": {"imageRef": "x@y"}}}]
    assert decoded(pod).images[1:] == (
        PodImage("main", "nginx:1", main["image"], main["imageID"]),
        PodImage("main", "model:1", "", "x@y", ImageUse.VOLUME),
    )


def test_pods_of_equal_images_share_them() -> None:
    decode = JsonPods()
    one, other = (decode(json.dumps(pod_json(name)).encode())[0] for name in ("web-1", "web-2"))
    assert one.images is other.images
    newer = decode(json.dumps(pod_json("web-3", image="nginx:2")).encode())[0]
    assert newer.images != one.images


@pytest.mark.parametrize("missing", ["namespace", "name", "uid"])
def test_a_pod_without_an_identity_is_a_decode_error(missing: str) -> None:
    pod = pod_json()
    pod["metadata"][missing] = ""
    with pytest.raises(DecodeError):
        decoded(pod)
    identity = {"namespace": (3, "shop"), "name": (1, "p"), "uid": (5, "u")}
    parts = [text(*field) for key, field in identity.items() if key != missing]
    with pytest.raises(DecodeError):
        ProtobufPods()(message(1, *parts))
