"""Names as kubelets report them, in every odd form that has been seen."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.image import (
    DEFAULT_REGISTRY,
    ContainerImage,
    ImageReference,
    parse_reference,
    short_digest,
)
from tests.support.builders import digest, image

A, B = digest("a"), digest("b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("redis", ImageReference("docker.io", "library/redis")),
        ("redis:7", ImageReference("docker.io", "library/redis", "7")),
        ("istio/proxyv2:1.2.2", ImageReference("docker.io", "istio/proxyv2", "1.2.2")),
        (f"docker.io/library/redis@{A}", ImageReference("docker.io", "library/redis", None, A)),
        (f"mysql:8@{A}", ImageReference("docker.io", "library/mysql", "8", A)),
        (f"busybox@{A}@{B}", ImageReference("docker.io", "library/busybox", None, A)),
        ("registry:5000/x/y:t", ImageReference("registry:5000", "x/y", "t")),
        ("localhost/x", ImageReference("localhost", "x")),
        ("registry.k8s.io/pause:3.10", ImageReference("registry.k8s.io", "pause", "3.10")),
        ("quay.io/o/art@sha256:<none>", ImageReference("quay.io", "o/art")),
        ("<none>:<none>", ImageReference("docker.io", "")),
        ("<none>@<none>", ImageReference("docker.io", "")),
        (A, ImageReference("docker.io", "", None, A)),
        ("", ImageReference("docker.io", "")),
    ],
)
def test_every_form_of_a_name_is_taken_apart(text: str, expected: ImageReference) -> None:
    assert parse_reference(text) == expected


PIECES = ["redis", "docker.io", "r.example:5000", "localhost", "library", "/", ":", "@", "7", A, B]
any_text = st.one_of(
    st.text(st.characters(codec=None)),
    st.lists(st.sampled_from([*PIECES, "<none>", "机", " "]), max_size=9).map("".join),
)


@given(any_text)
def test_no_text_is_refused_and_nothing_is_invented(text: str) -> None:
    reference = parse_reference(text)
    assert reference.registry == DEFAULT_REGISTRY or reference.registry in text
    assert reference.repository.removeprefix("library/") in text
    assert reference.name in reference.repository
    assert (reference.tag or "") in text
    assert (reference.digest or "") in text
    assert "<none>" not in (reference.repository, reference.tag)


@given(st.lists(any_text, max_size=5), st.randoms())
def test_an_image_has_the_same_key_in_any_order_of_its_names(
    names: list[str], chance: random.Random
) -> None:
    held = image(*names)
    assert list(held.digests) == sorted({d for n in names if (d := parse_reference(n).digest)})
    assert held == image(*names)
    assert hash(held) == hash(image(*names))
    chance.shuffle(names)
    if held.digests:
        assert held.key == image(*names).key == held.digests[0]
    else:
        assert held.key in (*names, f"unnamed:{held.size_bytes}")


@given(
    st.sampled_from(["docker.io", "quay.io", "registry:5000", "localhost", "r.example:443"]),
    st.lists(st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True), min_size=2, max_size=4),
    st.none() | st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True),
    st.none() | st.sampled_from([A, B]),
)
def test_a_well_formed_name_survives_the_way_there_and_back(
    registry: str, path: list[str], tag: str | None, pinned: str | None
) -> None:
    repository = "/".join(path)
    text = (
        f"{registry}/{repository}" + (f":{tag}" if tag else "") + (f"@{pinned}" if pinned else "")
    )
    assert parse_reference(text) == ImageReference(registry, repository, tag, pinned)


def test_short_forms_for_a_screen() -> None:
    assert parse_reference("docker.io/elyra/enterprise-gateway:2.4.0").short == (
        "enterprise-gateway:2.4.0"
    )
    assert parse_reference(f"quay.io/o/art@{A}").short == "art@sha256:aaaaaaaaaaaa"
    assert parse_reference(A).short == "sha256:aaaaaaaaaaaa"
    assert parse_reference("docker.io/library/redis:7").name == "redis"
    assert short_digest(A) == "sha256:aaaaaaaaaaaa"


def test_the_name_shown_is_a_tagged_one_before_a_pinned_one() -> None:
    held = image(f"docker.io/x/y@{A}", "docker.io/x/y:1.0")
    assert held.reference is not None
    assert held.reference.short == "y:1.0"
    assert held.digests == (A,)


@pytest.mark.parametrize("names", [(), ("<none>:<none>",), ("<none>@<none>", "<none>:<none>")])
def test_an_image_without_a_name_has_no_reference(names: tuple[str, ...]) -> None:
    assert ContainerImage(names, 5).reference is None


def test_the_key_is_the_same_for_any_order_of_digests() -> None:
    assert image(f"x@{A}", f"x@{B}").key == image(f"x@{B}", f"x@{A}", "x:1").key == A
    assert image("x:1").key == "x:1"
    assert image(size=7).key != image(size=8).key


def test_equality_is_that_of_names_and_size() -> None:
    assert image("x:1", size=1) == image("x:1", size=1)
    assert image("x:1", size=1) != image("x:1", size=2)
    assert len({image("x:1", size=1), image("x:1", size=1)}) == 1
