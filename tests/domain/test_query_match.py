"""What single terms match, without their negation."""

from typing import Any

import pytest

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.query import Term, image_term, parse_query
from kubeimg_gui.domain.query_match import haystack, image_test, needle, record_test
from tests.support.builders import GIB, MIB, digest, image, node

NODE = node(
    "Web-1",
    (image("redis:7", size=3 * GIB),),
    labels=("pool=web", "role.example/control-plane=", "zone=EU-1"),
    runtime="cri-o://1.31.4",
)


def term_of(text: str) -> Term:
    (term,) = parse_query(text).terms
    return term


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("node:WEB", True),
        ("node:=web-1", True),
        ("node:=web", False),
        ("runtime:CRI-O", True),
        ("runtime:=cri-o", False),
        ("runtime:containerd", False),
        ("size>2GiB", True),
        ("size>3GiB", False),
        ("size>=3GiB", True),
        ("size<3GiB", False),
        ("size<=3GiB", True),
        ("size<3.1GiB", True),
    ],
)
def test_terms_about_a_node(text: str, matches: bool) -> None:
    test = record_test(term_of(text))
    assert test is not None
    assert test(NODE) is matches


@pytest.mark.parametrize(
    ("fields", "states"),
    [
        ({}, {"ready"}),
        ({"ready": False}, {"notready"}),
        ({"ready": None, "unschedulable": True}, {"unknown", "cordoned"}),
        ({"pressures": ("DiskPressure",)}, {"ready", "pressure"}),
    ],
)
def test_states(fields: dict[str, Any], states: set[str]) -> None:
    names = ("pressure", "ready", "notready", "unknown", "cordoned")
    tests = {name: record_test(term_of(f"state:{name}")) for name in names}
    assert {name for name, test in tests.items() if test and test(node(**fields))} == states


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("label:pool", True),
        ("label:pool=web", True),
        ("label:pool=we", False),
        ("label:ool=web", False),
        ("label:zone=eu-1", True),
        ("label:zone=", False),
        ("label:role.example/control-plane=", True),
        ("label:role.example/control-plane", True),
        ("label:web-1", False),
        ("eu-1", True),
        ("web-1", True),
        ("redis", False),
    ],
)
def test_words_and_labels_are_found_in_the_haystack(text: str, matches: bool) -> None:
    sought = needle(term_of(text))
    assert sought is not None
    assert (sought in haystack(NODE)) is matches


@pytest.mark.parametrize(
    ("text", "names", "matches"),
    [
        ("image:REDIS", ("docker.io/library/Redis:7",), True),
        ("image:=redis:7", ("redis:7", "mirror/redis:7"), True),
        ("image:=redis:7", ("redis:7.2", "mirror/redis:7"), False),
        ("redis", ("mirror/redis:7",), True),
        ("registry:quay", ("quay.io/team/app:1",), True),
        ("registry:team", ("quay.io/team/app:1",), False),
        ("registry:=docker.io", ("redis:7",), True),
        ("registry:docker", ("quay.io/docker:1",), False),
        ("registry:docker", (f"<none>@{digest('a')}",), False),
        ("registry:docker", ("mirror.example/redis:7", "redis:7"), True),
        ("registry:=mirror.example:5000", ("mirror.example:5000/redis:7",), True),
        ("registry:Mirror.Example", ("MIRROR.example/redis:7",), True),
        ("image-size>99MiB", ("a",), True),
        ("image-size<100MiB", ("a",), False),
    ],
)
def test_terms_about_an_image(text: str, names: tuple[str, ...], matches: bool) -> None:
    test = image_test(term_of(text))
    assert test is not None
    assert test(image(*names, size=100 * MIB)) is matches


@pytest.mark.parametrize("text", ["image-size<1GiB", "image-size>=0B"])
def test_a_size_that_is_not_believable_is_not_compared(text: str) -> None:
    test = image_test(term_of(text))
    assert test is not None
    assert not test(ContainerImage(("a",), 0, raw_size="-1"))


@pytest.mark.parametrize("text", ["state:ready", "size>1GiB", "node:a", "label:a", "runtime:a"])
def test_terms_about_nodes_do_not_look_at_images(text: str) -> None:
    assert image_test(term_of(text)) is None


@pytest.mark.parametrize("text", ["image:a", "registry:a", "image-size>1GiB"])
def test_terms_about_images_do_not_look_at_nodes(text: str) -> None:
    assert record_test(term_of(text)) is needle(term_of(text)) is None


def test_the_filter_of_an_image_matches_this_image_and_no_other() -> None:
    held = [
        image("app:v1"),
        image("app:v10"),
        image("mirror/app:v1"),
        image("app:v1", f"app@{digest('a')}"),
        image(f"mirror/app@{digest('b')}"),
        image('odd "name"\\'),
    ]
    for each in held[1:]:
        test = image_test(term_of(image_term(each)))
        assert test is not None
        assert list(filter(test, held)) == [each]
    test = image_test(term_of(image_term(held[0])))
    assert test is not None
    # Without a digest it is the name that counts, also of an image that has both.
    assert list(filter(test, held)) == [held[0], held[3]]
