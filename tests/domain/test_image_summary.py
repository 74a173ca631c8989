"""Images of a whole cluster: the same whether they are kept while nodes change or counted once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.cut_lists import CutLists
from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.image_list import Listing
from kubeimg_gui.domain.image_summary import ImageSummary, group, meanings, summarize
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import NodeRecord, SizeMeaning
from tests.support.builders import COMPLETE, CUT, GIB, PERHAPS_CUT, digest, image, images, node

A, B = digest("a"), digest("b")
WEB = image(f"quay.io/shop/web@{A}", "quay.io/shop/web:1", "quay.io/shop/web:latest", size=3 * GIB)
UNPACKED = image(f"quay.io/shop/web@{A}", "quay.io/shop/web:2", size=9 * GIB)
REDIS = image("docker.io/library/redis:7", size=GIB)
ODD, HUGE = ContainerImage(("odd:1",), 0, "-1"), ContainerImage(("odd:1",), 0, "1e30")
CRIO = "cri-o://1.33"


def index_of(*records: NodeRecord) -> ImageIndex:
    inventory = Inventory()
    for record in records:
        inventory.add(record)
    return inventory.index


def one(*records: NodeRecord, cut: bool = False) -> ImageSummary:
    (found,) = summarize(index_of(*records), cut=CutLists(records) if cut else None)
    return found


# After any sequence of changes.

NAMES = [
    *(each.names for each in images(3)),
    *(WEB.names, UNPACKED.names, REDIS.names),
    ("quay.io/shop/web:old", f"quay.io/shop/web@{B}"),
    (f"docker.io/library/nginx@{B}",),
    ("<none>:<none>",),
]
CATALOGS = {
    runtime: [
        *(ContainerImage(names, unit + place % 4) for place, names in enumerate(NAMES)),
        *(image(size=unit), ODD, HUGE),
    ]
    for runtime, unit in (("containerd://2.1.4", 10), (CRIO, 20), ("other://1", 30))
}
"""Each runtime reports sizes of its own."""


@st.composite
def nodes(draw: st.DrawFn) -> NodeRecord:
    runtime = draw(st.sampled_from(list(CATALOGS)))
    return node(
        draw(st.sampled_from("abcde")),
        draw(st.lists(st.sampled_from(CATALOGS[runtime]), max_size=6)),
        before=draw(st.sampled_from([COMPLETE, CUT, PERHAPS_CUT])),
        runtime=runtime,
    )


def contents(index: ImageIndex) -> dict[str, dict[ContainerImage, set[str]]]:
    return {key: {e: index.names((e,)) for e in index.entries(key)} for key in index.keys}


@given(st.lists(st.tuples(nodes(), st.booleans()), max_size=25))
def test_what_is_kept_while_nodes_change_equals_what_is_counted_once(
    steps: list[tuple[NodeRecord, bool]],
) -> None:
    kept, records = Inventory(), dict[str, NodeRecord]()
    for record, leaves in steps:
        old = records.pop(record.name, None)
        if not leaves:
            records[record.name] = record
        kept.update(old, records.get(record.name))

    index, counted = kept.index, index_of(*records.values())
    assert contents(index) == contents(counted)
    assert (index.distinct, index.unbelievable) == (counted.distinct, counted.unbelievable)
    cut = CutLists(records.values())
    summaries = {each.key: each for each in summarize(index, cut=cut)}
    assert summaries == {each.key: each for each in summarize(counted, cut=cut)}
    for grouping in Grouping:
        groups = group(index, summaries.values(), grouping)
        assert groups == group(counted, summaries.values(), grouping)
        assert sum(each.total_bytes for each in groups) == sum(
            each.size_bytes for record in records.values() for each in set(record.images)
        )


@given(st.lists(nodes(), max_size=5, unique_by=lambda each: each.name))
def test_an_exact_total_is_one_that_no_list_can_contradict(records: list[NodeRecord]) -> None:
    """Against the definition: each node that lacks the image must certainly not hold it."""
    index, cut = index_of(*records), CutLists(records)
    for found in summarize(index, cut=cut):
        if found.is_lower_bound:
            continue
        assert all(each.size_is_believable for each in found.entries)
        for record in records:
            if record.name in index.names(found.entries) or not record.capped:
                continue
            meaning = cut.meaning_of(record.name)
            sizes = [
                each.size_bytes
                for each in found.entries
                if cut.meaning_of(index.any_name(each)) is meaning is not SizeMeaning.UNKNOWN
            ]
            assert sizes
            assert all(size > (record.listing.least or 0) for size in sizes)


# One image.


def test_an_image_with_one_entry() -> None:
    found = one(node("n1", [WEB]), node("n2", [WEB]))
    assert (found.key, found.image, found.nodes) == (A, WEB, 2)
    assert (found.total_bytes, found.sizes) == (6 * GIB, (3 * GIB,))
    assert (found.registry, found.repository) == ("quay.io", "quay.io/shop/web")
    assert found.tags == ("1", "latest")
    assert not found.is_lower_bound


def test_an_image_that_runtimes_report_differently_is_one() -> None:
    found = one(node("n1", [WEB]), node("n2", [WEB]), node("n3", [UNPACKED], runtime=CRIO))
    assert (found.nodes, found.total_bytes) == (3, 15 * GIB)
    assert found.sizes == (3 * GIB, 9 * GIB)
    assert found.image is UNPACKED
    assert found.tags == ("2", "1", "latest")
    assert found.digests == (A,)
    assert found.names == (*UNPACKED.names, "quay.io/shop/web:1", "quay.io/shop/web:latest")


@pytest.mark.parametrize("nameless", [image(size=5), image("<none>:<none>", size=5)])
def test_an_image_without_a_name_has_no_repository(nameless: ContainerImage) -> None:
    found = one(node("n1", [nameless]))
    assert (found.registry, found.repository, found.tags, found.digests) == ("", "", (), ())


def test_tags_of_another_repository_are_not_those_of_the_image() -> None:
    mirrored = image("quay.io/shop/web:1", "mirror.example/shop/web:2", size=5)
    assert one(node("n1", [mirrored])).tags == ("1",)


def test_only_the_keys_asked_for_that_a_node_holds_are_summarized() -> None:
    index = index_of(node("n1", [WEB, REDIS]))
    assert [each.image for each in summarize(index, [REDIS.key, "gone"])] == [REDIS]


def test_the_meanings_of_the_sizes_are_those_of_the_nodes() -> None:
    records = (node("n1", [WEB]), node("n2", [UNPACKED, REDIS], runtime=CRIO))
    index, cut = index_of(*records), CutLists(records)
    both = {SizeMeaning.COMPRESSED, SizeMeaning.UNPACKED}
    assert meanings(index, WEB.key, cut.meaning_of) == both
    assert meanings(index, REDIS.key, cut.meaning_of) == {SizeMeaning.UNPACKED}


# Lower bounds.


def test_a_size_that_is_not_believable_makes_a_lower_bound() -> None:
    assert one(node("n1", [ODD])).is_lower_bound
    sized = image("odd:1", size=5)
    assert one(node("n1", [ODD]), node("n2", [sized])).is_lower_bound


@pytest.mark.parametrize("before", [CUT, PERHAPS_CUT])
@pytest.mark.parametrize(("least", "bound"), [(3 * GIB - 1, False), (3 * GIB, True)])
def test_an_image_no_larger_than_the_smallest_of_a_cut_list_may_be_there_too(
    before: Listing, least: int, bound: bool
) -> None:
    records = (node("n1", [WEB]), node("n2", [image("other:1", size=least)], before=before))
    found = {each.key: each for each in summarize(index_of(*records), cut=CutLists(records))}
    assert found[WEB.key].is_lower_bound is bound


def test_an_image_that_the_cut_lists_have_is_nowhere_else() -> None:
    cut = [node(name, [WEB], before=CUT) for name in ("n1", "n2")]
    assert not one(*cut, node("n3"), cut=True).is_lower_bound
    hiding = node("n3", [image("other:1", size=4 * GIB)], before=CUT)
    index = index_of(*cut, hiding)
    (found,) = summarize(index, [WEB.key], CutLists([*cut, hiding]))
    assert found.is_lower_bound, "one of three lists lacks it"


def test_a_list_of_compressed_sizes_may_hide_an_image_of_any_unpacked_size() -> None:
    small = image("small:1", size=5)
    records = (node("n1", [UNPACKED], runtime=CRIO), node("n2", [small], before=CUT))
    found = {each.key: each for each in summarize(index_of(*records), cut=CutLists(records))}
    assert found[UNPACKED.key].is_lower_bound
    records = (*records, node("n3", [WEB]))
    found = {each.key: each for each in summarize(index_of(*records), cut=CutLists(records))}
    assert not found[WEB.key].is_lower_bound, "its size under that meaning is known"


def test_a_list_of_unpacked_sizes_hides_no_image_with_a_larger_compressed_size() -> None:
    for size, hidden in ((WEB.size_bytes - 1, False), (WEB.size_bytes, True)):
        other = image("other:1", size=size)
        records = (node("n1", [WEB]), node("n2", [other], before=CUT, runtime=CRIO))
        found = {each.key: each for each in summarize(index_of(*records), cut=CutLists(records))}
        assert found[WEB.key].is_lower_bound is hidden


# Groups.


def test_groups_hold_their_images_largest_first_and_count_each_node_once() -> None:
    older = image("quay.io/shop/web:0", size=GIB)
    records = (node("n1", [WEB, older, REDIS]), node("n2", [WEB]))
    index = index_of(*records)
    web, redis = group(index, summarize(index), Grouping.REPOSITORY)
    assert (web.name, web.nodes, web.total_bytes) == ("quay.io/shop/web", 2, 7 * GIB)
    assert [each.image for each in web.members] == [WEB, older]
    assert (redis.name, redis.nodes) == ("docker.io/library/redis", 1)
    by_registry = group(index, summarize(index), Grouping.REGISTRY)
    assert [each.name for each in by_registry] == ["quay.io", "docker.io"]
    (everything,) = group(index, summarize(index), Grouping.NONE)
    assert (everything.name, len(everything.members)) == ("", 3)


def test_a_group_is_a_lower_bound_if_one_of_its_images_is() -> None:
    records = (node("n1", [ODD, image("odd:2", size=5)]),)
    index = index_of(*records)
    (found,) = group(index, summarize(index), Grouping.REPOSITORY)
    assert found.is_lower_bound
    assert [each.is_lower_bound for each in found.members] == [False, True]
