"""Workloads scaled to 0 and the images that they would pull: kept up to date, and like pods."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_join import find_image
from kubeimg_gui.domain.pod import PodImage
from kubeimg_gui.domain.scaled_to_zero import ScaledToZero
from kubeimg_gui.domain.workload import WorkloadChange, WorkloadRecord, compare_workloads
from tests.support.builders import digest, image
from tests.support.workloads import scaled_to_zero

NGINX = image(f"docker.io/library/nginx@{digest('a')}", "docker.io/library/nginx:1")
OTHER_NGINX = image(f"docker.io/library/nginx@{digest('c')}", "docker.io/library/nginx:1")
REDIS = image(f"docker.io/library/redis@{digest('b')}", "docker.io/library/redis:latest")
DOCKER = image("istio/proxyv2:1")
NAMELESS = ContainerImage((), 5)
LISTED = (NGINX, OTHER_NGINX, REDIS, DOCKER, NAMELESS)
REQUESTS = (
    "nginx:1",
    "docker.io/nginx:1",
    f"nginx:9@{digest('a')}",
    f"mirror.example/x@{digest('b')}",
    "redis",
    "istio/proxyv2:1",
    "absent:1",
    "",
    "@",
)


def holding(*workloads: WorkloadRecord) -> ScaledToZero:
    known = ScaledToZero()
    for each in workloads:
        known.update(None, each)
    return known


def test_the_names_of_a_workload_are_those_that_nodes_list() -> None:
    cart = scaled_to_zero("cart", "nginx:1", "istio/proxyv2:1")
    known = holding(cart)
    assert known.users([NGINX]) == known.users([OTHER_NGINX]) == known.users([DOCKER]) == [cart]
    assert known.users([NGINX, DOCKER]) == [cart]
    assert known.users([REDIS]) == known.users([NAMELESS]) == known.users([]) == []


def test_a_digest_is_found_in_any_repository() -> None:
    by_digest = scaled_to_zero("cart", f"mirror.example/x:1@{digest('a')}")
    known = holding(by_digest)
    assert known.users([NGINX]) == [by_digest]
    assert known.users([OTHER_NGINX]) == []


def test_workloads_are_ordered_and_of_both_kinds() -> None:
    cart = scaled_to_zero("cart", "redis")
    store = scaled_to_zero("cart", "redis:latest", kind="StatefulSet")
    other = replace(scaled_to_zero("zz", "redis"), namespace="a")
    assert holding(store, cart, other).users([REDIS]) == [other, cart, store]


def test_scaling_up_and_deleting_forget_a_workload() -> None:
    cart = scaled_to_zero("cart", "nginx:1")
    up = replace(cart, scaled_to_zero=False, images=())
    known = holding(cart)
    assert known.update(cart, up)
    assert known.users([NGINX]) == []
    assert not known.update(up, None), "what runs changes nothing"
    assert known.update(up, cart)
    assert known.users([NGINX]) == [cart]
    assert known.update(cart, None)
    assert known.users([NGINX]) == []


def test_workloads_of_one_name_in_several_namespaces_are_several() -> None:
    cart = scaled_to_zero("cart", f"docker.io/library/nginx@{digest('a')}")
    other, chinese = replace(cart, namespace="b", uid="2"), replace(cart, name="购物车", uid="3")
    known = holding(cart, other, chinese)
    assert known.users([NGINX]) == [other, cart, chinese]
    assert known.users([OTHER_NGINX]) == []
    known.update(cart, None)
    assert known.users([NGINX]) == [other, chinese]


def test_a_uid_that_a_server_gives_twice_loses_no_workload() -> None:
    cart = scaled_to_zero("cart", "nginx:1")
    twin = replace(cart, namespace="b")
    known = holding(cart, twin)
    assert known.users([NGINX]) == [twin, cart]
    known.update(cart, None)
    assert known.users([NGINX]) == [twin]
    known.update(twin, None)
    assert known.users([NGINX]) == []


def test_the_end_of_a_workload_does_not_remove_another_of_its_name() -> None:
    first = scaled_to_zero("cart", "nginx:1")
    second = replace(first, uid="another")
    known = holding(first, second)
    known.update(first, None)
    assert known.users([NGINX]) == [second]


def test_another_image_takes_the_place_of_the_first() -> None:
    cart = scaled_to_zero("cart", "nginx:1")
    newer = replace(cart, images=("redis",))
    known = holding(cart)
    assert known.update(cart, newer)
    assert known.users([NGINX]) == []
    assert known.users([REDIS]) == [newer]


def test_equal_records_are_no_change() -> None:
    cart = scaled_to_zero("cart", "nginx:1")
    assert compare_workloads(cart, replace(cart), at=1.0) is None
    assert compare_workloads(None, cart, at=1.0, initial=True) == WorkloadChange(None, cart)
    assert compare_workloads(cart, None, at=1.0) == WorkloadChange(cart, None)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(REQUESTS), st.booleans())))
def test_any_changes_give_the_join_of_a_waiting_pod(steps: list[tuple[int, str, bool]]) -> None:
    """A workload asks for an image exactly where a pod that has not started would find it."""
    known, current = ScaledToZero(), dict[int, WorkloadRecord]()
    for number, requested, kept in steps:
        new = scaled_to_zero(f"w{number}", requested) if kept else None
        known.update(current.pop(number, None), new)
        if new is not None:
            current[number] = new
    for each in LISTED:
        expected = {
            workload
            for workload in current.values()
            if find_image((each,), PodImage("main", workload.images[0], "", "")) is each
        }
        assert set(known.users([each])) == expected
