"""Differences between two image lists, and the limits of what they show."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.change import ChangeKind, ImageDiff, compare_nodes, diff_images
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_list import Listing
from tests.support.builders import COMPLETE, CUT, PERHAPS_CUT, digest, image, images, node

A, B = digest("a"), digest("b")
REDIS = image(f"docker.io/library/redis@{A}", "docker.io/library/redis:7")
NGINX = image(f"docker.io/library/nginx@{B}", "docker.io/library/nginx:1")


def diff(old: list[ContainerImage], new: list[ContainerImage]) -> ImageDiff:
    return diff_images(node(held=old), node(held=new))


def test_arrival_and_departure() -> None:
    assert diff([REDIS], [REDIS, NGINX]) == ImageDiff(arrived=(NGINX,))
    assert diff([REDIS, NGINX], [REDIS]) == ImageDiff(left=(NGINX,))


def test_nothing_changed_is_falsy_in_any_order() -> None:
    assert not diff([REDIS, NGINX], [REDIS, NGINX])
    assert not diff([REDIS, NGINX], [NGINX, REDIS])


def test_new_names_for_a_digest_are_a_retag() -> None:
    untagged = image(f"docker.io/library/redis@{A}", size=REDIS.size_bytes)
    result = diff([REDIS], [untagged])
    assert [(r.old, r.new) for r in result.retagged] == [(REDIS, untagged)]
    assert not (result.arrived)
    assert not (result.left)
    assert not (result.no_longer_listed)


def test_a_tag_that_moves_to_a_new_image_is_a_retag_and_an_arrival() -> None:
    """`latest` is pulled again: the old digest loses its tag, the new digest has it."""
    old = image(f"x@{A}", "x:latest")
    new = image(f"x@{B}", "x:latest")
    left_behind = image(f"x@{A}")
    result = diff([old], [new, left_behind])
    assert result.arrived == (new,)
    assert [(r.old, r.new) for r in result.retagged] == [(old, left_behind)]


def test_the_same_tag_with_another_digest_is_another_image() -> None:
    old, new = image(f"x@{A}", "x:1"), image(f"x@{B}", "x:1")
    assert diff([old], [new]) == ImageDiff(arrived=(new,), left=(old,))


def test_an_imported_image_that_gets_its_digest_is_a_retag() -> None:
    imported, pulled = image("x:1", size=9), image("x:1", f"x@{A}", size=9)
    assert len(diff([imported], [pulled]).retagged) == 1


def test_the_same_tag_alone_with_another_size_is_another_image() -> None:
    old, new = image("x:1", size=9), image("x:1", size=10)
    assert diff([old], [new]) == ImageDiff(arrived=(new,), left=(old,))


def test_an_image_that_loses_its_last_name_is_a_retag() -> None:
    assert len(diff([image("x:1", size=9)], [image(size=9)]).retagged) == 1


def test_images_without_name_or_size_are_not_guessed_to_be_the_same() -> None:
    old, new = image("x:1", size=0), image(size=0)
    assert diff([old], [new]) == ImageDiff(arrived=(new,), left=(old,))


def test_equal_entries_are_counted() -> None:
    twin = image(size=5)
    assert diff([twin, twin], [twin]) == ImageDiff(left=(twin,))


def test_an_image_with_several_digests_is_matched_by_any_of_them() -> None:
    assert len(diff([image(f"x@{A}", f"x@{B}")], [image(f"x@{B}", "x:1")]).retagged) == 1


@pytest.mark.parametrize("listing", [CUT, PERHAPS_CUT])
def test_what_drops_off_the_end_of_a_cut_list_is_no_longer_listed(listing: Listing) -> None:
    full, larger = images(20), image("registry.example/large:1", size=10**12)
    old, new = node(held=full, before=listing), node(held=(larger, *full[:-1]), before=listing)
    assert diff_images(old, new) == ImageDiff(arrived=(larger,), no_longer_listed=(full[-1],))


@pytest.mark.parametrize("listing", [CUT, PERHAPS_CUT])
def test_what_is_missing_in_a_cut_list_has_left_and_its_end_moves_up(listing: Listing) -> None:
    full = images(20)
    old = node(held=full[:-1], before=listing)
    new = node(held=(full[0], *full[2:]), before=listing)
    assert diff_images(old, new) == ImageDiff(left=(full[1],), listed_now=(full[-1],))


def test_an_image_missing_from_a_complete_list_has_left_even_if_the_old_list_was_cut() -> None:
    full = images(20)
    old, new = node(held=full, before=CUT), node(held=full[:-1])
    assert diff_images(old, new) == ImageDiff(left=(full[-1],))


def test_an_image_new_to_a_complete_list_has_arrived_even_if_the_new_list_is_cut() -> None:
    full = images(20)
    old, new = node(held=full[:-1]), node(held=full, before=CUT)
    assert diff_images(old, new) == ImageDiff(arrived=(full[-1],))


def test_the_bytes_that_arrived_and_left() -> None:
    full = images(20)
    old = node(held=full[:-1], before=CUT)
    changes = diff_images(old, node(held=(full[0], *full[2:]), before=CUT))
    assert (changes.arrived_bytes, changes.left_bytes) == (0, full[1].size_bytes)


def test_a_heartbeat_is_no_change() -> None:
    assert compare_nodes(node(held=[REDIS]), node(held=[REDIS]), at=1.0) is None


def test_a_node_that_joins_or_leaves_changes_its_sizes() -> None:
    joined = compare_nodes(None, node(held=[REDIS]), at=1.0)
    left = compare_nodes(node(held=[REDIS]), None, at=2.0)
    assert joined is not None
    assert left is not None
    assert (joined.kind, joined.bytes_old, joined.bytes_new) == (
        ChangeKind.ADDED,
        0,
        REDIS.size_bytes,
    )
    assert (left.kind, left.bytes_old, left.bytes_new) == (ChangeKind.DELETED, REDIS.size_bytes, 0)
    assert joined.storage_changed
    assert left.storage_changed
    assert not (joined.images)
    assert not (left.images)


def test_an_initial_node_is_no_change_of_storage() -> None:
    change = compare_nodes(None, node(held=[REDIS]), at=1.0, initial=True)
    assert change is not None
    assert not change.storage_changed


def test_a_change_of_readiness_is_no_change_of_storage() -> None:
    old = node(held=[REDIS])
    change = compare_nodes(old, replace(old, ready=False), at=1.0)
    assert change is not None
    assert change.kind is ChangeKind.CHANGED
    assert not change.storage_changed


names = st.sampled_from(
    [f"x@{A}", f"x@{B}", f"y@{digest('c')}", "x:1", "x:2", "y:1", "<none>:<none>"]
)
image_lists = st.lists(
    st.builds(
        ContainerImage, st.lists(names, max_size=3, unique=True).map(tuple), st.integers(0, 3)
    ),
    max_size=8,
)


long_lists = st.lists(
    st.builds(
        ContainerImage,
        st.lists(names | st.text(st.characters(codec=None), max_size=3), max_size=2).map(tuple),
        st.integers(0, 60),
    ),
    min_size=50,
    max_size=50,
)
any_lists = image_lists | long_lists
listings = st.sampled_from([COMPLETE, CUT, PERHAPS_CUT])


@given(any_lists, any_lists, listings, listings)
def test_every_image_is_accounted_for_once(
    old: list[ContainerImage],
    new: list[ContainerImage],
    old_listing: Listing,
    new_listing: Listing,
) -> None:
    result = diff_images(node(held=old, before=old_listing), node(held=new, before=new_listing))
    before = Counter(old)
    before.subtract(result.left)
    before.subtract(result.no_longer_listed)
    before.subtract(retag.old for retag in result.retagged)
    assert min(before.values(), default=0) >= 0, "what was not there cannot go"
    before.update(retag.new for retag in result.retagged)
    before.update(result.arrived)
    before.update(result.listed_now)
    assert +before == Counter(new)


@given(any_lists, any_lists)
def test_no_digest_both_comes_and_goes(
    old: list[ContainerImage], new: list[ContainerImage]
) -> None:
    result = diff(old, new)
    come = {d for image in result.arrived for d in image.digests}
    gone = {d for image in (*result.left, *result.no_longer_listed) for d in image.digests}
    assert not come & gone


@given(any_lists, any_lists)
def test_a_retag_is_one_image_by_digest_where_both_have_one(
    old: list[ContainerImage], new: list[ContainerImage]
) -> None:
    for retag in diff(old, new).retagged:
        assert retag.old != retag.new
        if retag.old.digests and retag.new.digests:
            assert set(retag.old.digests) & set(retag.new.digests)


@given(any_lists, st.randoms())
def test_an_order_is_no_difference(held: list[ContainerImage], chance: random.Random) -> None:
    shuffled = [*held]
    chance.shuffle(shuffled)
    assert not diff(held, shuffled)


@given(any_lists, any_lists)
def test_between_complete_lists_everything_is_certain(
    old: list[ContainerImage], new: list[ContainerImage]
) -> None:
    result = diff(old, new)
    assert not result.no_longer_listed
    assert not result.listed_now


@given(image_lists, image_lists)
def test_the_bytes_of_a_diff_equal_the_change_of_the_total(
    old: list[ContainerImage], new: list[ContainerImage]
) -> None:
    result = diff(old, new)
    difference = (
        sum(i.size_bytes for i in result.arrived)
        - sum(i.size_bytes for i in result.left)
        + sum(r.new.size_bytes - r.old.size_bytes for r in result.retagged)
    )
    assert difference == node(held=new).reported_bytes - node(held=old).reported_bytes


def test_an_image_listed_twice_and_then_once_has_left_once() -> None:
    assert diff([REDIS, REDIS, NGINX], [NGINX, REDIS]) == ImageDiff(left=(REDIS,))


def test_equal_images_in_another_order_are_no_change() -> None:
    assert not diff([image("a:1"), NGINX], [NGINX, image("a:1")])
