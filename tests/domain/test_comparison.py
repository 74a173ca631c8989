"""The images of two nodes side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.comparison import SharedImage, compare_images
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_list import Listing
from tests.support.builders import COMPLETE, CUT, GIB, PERHAPS_CUT, digest, image, images, node

A, B = digest("a"), digest("b")
WEB = image(f"web@{A}", "web:1", size=3 * GIB)
API = image(f"api@{B}", "api:1", size=2 * GIB)
SMALL = image("small:1", size=5)


def test_images_of_complete_lists_are_on_one_node_or_on_both() -> None:
    found = compare_images(node("n1", [WEB, API]), node("n2", [WEB, SMALL]))
    assert found.only_here == (API,)
    assert found.only_there == (SMALL,)
    assert found.both == (SharedImage(WEB, WEB),)
    assert (found.perhaps_here, found.perhaps_there) == ((), ())


def test_lists_are_sorted_by_size() -> None:
    small, large = node("n1", [SMALL, WEB, API]), node("n2")
    assert compare_images(small, large).only_here == (WEB, API, SMALL)
    assert compare_images(large, small).only_there == (WEB, API, SMALL)
    assert [pair.here for pair in compare_images(small, small).both] == [WEB, API, SMALL]


@pytest.mark.parametrize("before", [CUT, PERHAPS_CUT])
def test_what_a_cut_list_may_hide_is_perhaps_there(before: Listing) -> None:
    cut = node("n2", [API], before=before)
    found = compare_images(node("n1", [WEB, SMALL]), cut)
    assert found.only_here == (WEB,), "it would be listed: it is larger than a listed one"
    assert found.perhaps_here == (SMALL,)
    assert found.only_there == (API,), "the other list is complete"
    turned = compare_images(cut, node("n1", [WEB, SMALL]))
    assert (turned.only_there, turned.perhaps_there) == ((WEB,), (SMALL,))


def test_an_empty_list_that_may_be_cut_says_nothing() -> None:
    found = compare_images(node("n1", [WEB]), node("n2", before=PERHAPS_CUT))
    assert (found.only_here, found.perhaps_here) == ((), (WEB,))


def test_a_size_that_is_not_believable_may_be_hidden() -> None:
    odd = ContainerImage(("odd:1",), 0, "-1")
    found = compare_images(node("n1", [odd]), node("n2", [SMALL], before=PERHAPS_CUT))
    assert (found.only_here, found.perhaps_here) == ((), (odd,))


def test_sizes_of_different_meanings_decide_nothing() -> None:
    unpacked = image(f"web@{A}", size=9 * GIB)
    crio = node("n2", [unpacked], before=PERHAPS_CUT, runtime="cri-o://1.33")
    large = image("large:1", size=20 * GIB)
    found = compare_images(node("n1", [large, WEB]), crio)
    assert found.both == (SharedImage(WEB, unpacked),)
    assert not found.same_meaning
    assert (found.only_here, found.perhaps_here) == ((), (large,))
    complete = node("n2", [unpacked], runtime="cri-o://1.33")
    assert compare_images(node("n1", [large]), complete).only_here == (large,)


def test_one_digest_is_one_image_whatever_its_names() -> None:
    mirrored = image(f"mirror.example/web@{A}", "mirror.example/web:other", size=3 * GIB)
    found = compare_images(node("n1", [WEB]), node("n2", [mirrored]))
    assert found.both == (SharedImage(WEB, mirrored),)


def test_a_tag_that_moved_is_another_image() -> None:
    moved = image(f"web@{B}", "web:1", size=3 * GIB)
    found = compare_images(node("n1", [WEB]), node("n2", [moved]))
    assert (found.only_here, found.only_there, found.both) == ((WEB,), (moved,), ())


def test_a_name_counts_where_one_has_no_digest_and_the_sizes_agree() -> None:
    imported = image("web:1", size=3 * GIB)
    rebuilt = image("web:1", size=1 * GIB)
    assert compare_images(node("n1", [WEB]), node("n2", [imported])).both
    assert not compare_images(node("n1", [WEB]), node("n2", [rebuilt])).both
    assert compare_images(node("n1", [imported]), node("n2", [rebuilt])).both
    crio = node("n2", [rebuilt], runtime="cri-o://1.33")
    assert compare_images(node("n1", [WEB]), crio).both


def test_a_node_that_lists_an_image_twice_holds_it_on_both() -> None:
    again = image(f"web@{A}", "web:2", size=3 * GIB)
    found = compare_images(node("n1", [WEB]), node("n2", [WEB, again]))
    assert (found.only_here, found.only_there) == ((), ())
    assert {pair.there for pair in found.both} == {WEB, again}


def test_images_without_a_name_are_not_taken_for_each_other() -> None:
    one, other = image(size=5), image(size=5)
    found = compare_images(node("n1", [one]), node("n2", [other]))
    assert (found.only_here, found.only_there, found.both) == ((one,), (other,), ())


CATALOG = [*images(4), WEB, API, SMALL, image("web:1", size=GIB), image(size=7)]
LISTS = st.lists(st.sampled_from(CATALOG), max_size=6)
BEFORE = st.sampled_from([COMPLETE, CUT, PERHAPS_CUT])


@given(LISTS, LISTS, BEFORE, BEFORE)
def test_every_listed_image_is_in_one_list_and_the_turned_comparison_is_the_mirror(
    here: list[ContainerImage], there: list[ContainerImage], first: Listing, second: Listing
) -> None:
    one, other = node("n1", here, before=first), node("n2", there, before=second)
    found, turned = compare_images(one, other), compare_images(other, one)
    shared = {id(pair.here) for pair in found.both}
    alone = {id(each) for each in (*found.only_here, *found.perhaps_here)}
    assert shared | alone == {id(each) for each in here}
    assert not shared & alone
    assert turned.only_here == found.only_there
    assert turned.perhaps_there == found.perhaps_here
