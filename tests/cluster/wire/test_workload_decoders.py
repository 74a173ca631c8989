"""Workloads in both encodings: equal records, and objects that lack fields or have odd ones."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from kubeimg_gui.cluster.wire.codec import Decode, DecodeError
from kubeimg_gui.cluster.wire.json_workloads import JsonWorkloads
from kubeimg_gui.cluster.wire.protobuf_workloads import ProtobufWorkloads
from kubeimg_gui.domain.workload import WorkloadRecord
from tests.cluster.wire.protobuf_fields import message, number, text, whole
from tests.support.workloads import workload_json

Container = tuple[str, str]

names = st.text("ab-中", min_size=1, max_size=6)
containers = st.lists(
    st.tuples(names, st.sampled_from(["", "nginx:1", "redis", "r.example/x@y"])), max_size=3
)


def from_json(workload: dict[str, Any], kind: str = "Deployment") -> WorkloadRecord:
    return JsonWorkloads(kind)(Raw(json.dumps(workload).encode()))[0]


def in_json(
    identity: tuple[str, str, str],
    replicas: int | None,
    init: list[Container],
    main: list[Container],
    volumes: list[Container],
) -> Raw:
    namespace, name, uid = identity
    spec: dict[str, Any] = {
        "initContainers": [{"name": name, "image": image} for name, image in init],
        "containers": [{"name": name, "image": image} for name, image in main],
        "volumes": [{"name": name, "image": {"reference": image}} for name, image in volumes],
    }
    metadata = {"namespace": namespace, "name": name, "uid": uid, "resourceVersion": "7"}
    body = {
        "metadata": metadata,
        "spec": {"replicas": replicas, "selector": {}, "template": {"spec": spec}},
        "status": {"replicas": 3},
    }
    return Raw(json.dumps(body).encode())


def in_protobuf(
    identity: tuple[str, str, str],
    replicas: int | None,
    init: list[Container],
    main: list[Container],
    volumes: list[Container],
) -> bytes:
    """The numbers are those of `generated.proto` in k8s.io/api, apps/v1 and core/v1."""
    namespace, name, uid = identity
    spec = (
        *(
            message(1, text(1, name), message(2, message(30, text(1, image))))
            for name, image in volumes
        ),
        *(message(2, text(1, name), text(2, image)) for name, image in main),
        *(message(20, text(1, name), text(2, image)) for name, image in init),
    )
    return (
        message(1, text(1, name), text(3, namespace), text(5, uid), text(6, "7"))
        + message(
            2,
            b"" if replicas is None else number(1, replicas),
            message(2, message(1, text(1, "app"), text(2, "cart"))),
            message(3, message(1, text(1, "of-the-template")), message(2, *spec)),
            number(6, 10),
        )
        + message(3, number(2, 3))
    )


@given(
    st.tuples(names, names, names),
    st.none() | st.integers(0, 3),
    containers,
    containers,
    containers,
)
def test_both_encodings_give_equal_records(
    identity: tuple[str, str, str],
    replicas: int | None,
    init: list[Container],
    main: list[Container],
    volumes: list[Container],
) -> None:
    parts = identity, replicas, init, main, volumes
    record, version = JsonWorkloads("StatefulSet")(in_json(*parts))
    assert ProtobufWorkloads("StatefulSet")(in_protobuf(*parts)) == (record, version)
    assert version == "7"
    assert (record.namespace, record.name, record.uid) == identity
    assert record.kind == "StatefulSet"
    assert record.scaled_to_zero is (replicas == 0)
    asked = {image for _, image in (*init, *main, *volumes) if image}
    assert record.images == (tuple(sorted(asked)) if replicas == 0 else ())


def test_an_object_as_a_response_carries_it_is_the_same() -> None:
    identity, main = ("shop", "cart", "u"), [("main", "nginx:1")]
    body = in_protobuf(identity, 0, [], main, [])
    decode = ProtobufWorkloads("Deployment")
    assert (
        decode(whole("Deployment", body))
        == decode(body)
        == JsonWorkloads("Deployment")(in_json(identity, 0, [], main, []))
    )


def test_every_image_of_a_template_is_read_once() -> None:
    workload = workload_json("cart", "nginx:1", "nginx:1", "envoy:2")
    workload["spec"]["template"]["spec"] |= {
        "initContainers": [{"name": "init", "image": "busybox"}],
        "volumes": [
            {"name": "scratch", "emptyDir": {}},
            {"name": "model", "image": {"reference": "r.example/model:1"}},
        ],
    }
    assert from_json(workload) == WorkloadRecord(
        kind="Deployment",
        namespace="shop",
        name="cart",
        uid="uid-of-Deployment-cart",
        scaled_to_zero=True,
        images=("busybox", "envoy:2", "nginx:1", "r.example/model:1"),
    )


@pytest.mark.parametrize("replicas", [None, 1, 40, -1, 2**31 - 1])
def test_a_workload_that_asks_for_pods_keeps_no_images(replicas: int | None) -> None:
    record = from_json(workload_json(replicas=replicas))
    assert (record.scaled_to_zero, record.images) == (False, ())


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"replicas": 0},
        {"replicas": 0, "template": {}},
        {"replicas": 0, "template": {"spec": {"containers": None, "volumes": None}}},
    ],
)
def test_missing_parts_are_no_images(spec: dict[str, Any]) -> None:
    record = from_json({**workload_json(), "spec": spec})
    assert record.images == ()
    assert record.scaled_to_zero is bool(spec)


@pytest.mark.parametrize("missing", ["namespace", "name", "uid"])
def test_a_workload_without_an_identity_is_a_decode_error(missing: str) -> None:
    workload = workload_json()
    workload["metadata"][missing] = ""
    with pytest.raises(DecodeError):
        from_json(workload)
    identity = ["shop", "cart", "u"]
    identity[["namespace", "name", "uid"].index(missing)] = ""
    with pytest.raises(DecodeError):
        ProtobufWorkloads("Deployment")(in_protobuf((*identity,), 0, [], [], []))  # pyright: ignore


@pytest.mark.parametrize(
    "spec",
    [
        None,
        "x",
        {"replicas": "0"},
        {"replicas": 0.5},
        {"template": []},
        {"template": {"spec": {"containers": [{"image": 5}]}}},
    ],
)
def test_fields_of_a_wrong_type_are_a_decode_error(spec: object) -> None:
    with pytest.raises(DecodeError):
        from_json({**workload_json(), "spec": spec})


@pytest.mark.parametrize("decode", [JsonWorkloads("Deployment"), ProtobufWorkloads("Deployment")])
@given(garbage=st.binary(max_size=100))
def test_anything_else_is_a_record_or_a_decode_error(
    decode: Decode[WorkloadRecord], garbage: bytes
) -> None:
    try:
        record, _ = decode(garbage)  # pyright: ignore[reportArgumentType]
    except DecodeError:
        return
    assert record.uid
