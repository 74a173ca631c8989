"""What lists of images say about the images that they leave out."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.change import ImageDiff, diff_images
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_list import NOTHING_LISTED, ListState
from kubeimg_gui.domain.node import NodeRecord
from tests.support.builders import digest, image, node

COMPLETE, CUT, PERHAPS = ListState.COMPLETE, ListState.CUT, ListState.PERHAPS_CUT
PAUSE = image("registry.k8s.io/pause:3.10", size=320_368)
BIG, MIDDLE, SMALL, TINY = (
    image(f"x:{size}", size=size) for size in (9_000_000, 5_000_000, 1_000_000, 1_000)
)


def listed(*lists: Sequence[ContainerImage]) -> NodeRecord:
    """The record of a node that showed these lists, newest last."""
    first, *others = (node(held=images, before=NOTHING_LISTED) for images in lists)
    for record in others:
        first = record.after(first)
    return first


def states(*lists: Sequence[ContainerImage]) -> list[ListState]:
    return [listed(*lists[: count + 1]).list_state for count in range(len(lists))]


def diff(*lists: Sequence[ContainerImage]) -> ImageDiff:
    """The difference between the last two lists."""
    return diff_images(listed(*lists[:-1]), listed(*lists))


def test_a_list_that_ends_with_the_pause_image_is_complete() -> None:
    fifty = [image(f"x:{n}", size=10**9 - n) for n in range(49)]
    assert states([*fifty, PAUSE]) == [COMPLETE]


def test_a_list_that_lost_the_pause_image_is_cut_until_it_is_back() -> None:
    assert states([BIG, PAUSE], [BIG, MIDDLE], [MIDDLE, PAUSE]) == [COMPLETE, CUT, COMPLETE]


def test_a_first_list_without_the_pause_image_is_perhaps_cut() -> None:
    assert states([BIG, MIDDLE]) == [PERHAPS]
    assert states([]) == [PERHAPS]


def test_a_list_shorter_than_an_earlier_one_is_complete() -> None:
    assert states([BIG, MIDDLE, SMALL], [BIG, SMALL], [BIG, MIDDLE, SMALL]) == [
        PERHAPS,
        COMPLETE,
        PERHAPS,
    ]


def test_an_empty_list_says_nothing() -> None:
    assert states([BIG, PAUSE], [], [BIG, PAUSE]) == [COMPLETE, PERHAPS, COMPLETE]
    assert states([BIG, SMALL], [], [BIG, SMALL]) == [PERHAPS, PERHAPS, PERHAPS]


def test_a_lowered_maximum_cuts_the_list_where_the_pause_image_was_known() -> None:
    lists = [BIG, MIDDLE, SMALL, PAUSE], [BIG, MIDDLE], [MIDDLE, SMALL], [MIDDLE, PAUSE]
    assert states(*lists) == [COMPLETE, CUT, CUT, COMPLETE]
    assert diff(*lists[:2]) == ImageDiff(no_longer_listed=(SMALL, PAUSE))


def test_a_raised_maximum_shows_what_was_there() -> None:
    lists = [BIG, PAUSE], [BIG, MIDDLE], [BIG, MIDDLE, SMALL, PAUSE]
    assert states(*lists) == [COMPLETE, CUT, COMPLETE]
    assert diff(*lists) == ImageDiff(listed_now=(SMALL, PAUSE))


def test_a_maximum_of_none_lists_everything() -> None:
    many = [image(f"x:{n}", size=10**9 - n) for n in range(200)]
    assert states([*many, PAUSE], [*many[1:], PAUSE]) == [COMPLETE, COMPLETE]


def test_a_pause_image_that_is_not_the_smallest_proves_nothing() -> None:
    assert states([BIG, PAUSE, TINY]) == [PERHAPS]
    assert states([BIG, PAUSE, TINY], [MIDDLE, BIG, PAUSE]) == [PERHAPS, PERHAPS]


def test_a_pause_image_that_would_be_listed_has_gone() -> None:
    assert states([BIG, PAUSE], [BIG, TINY]) == [COMPLETE, PERHAPS]
    assert states([BIG, PAUSE], [BIG, TINY], [BIG, MIDDLE]) == [COMPLETE, PERHAPS, PERHAPS]


def test_a_new_version_of_the_pause_image() -> None:
    newer = image("registry.k8s.io/pause:3.11", size=PAUSE.size_bytes - 5)
    assert states([BIG, PAUSE], [BIG, PAUSE, newer], [BIG, newer]) == [COMPLETE] * 3


@pytest.mark.parametrize(
    "name",
    [
        "registry.k8s.io/pause:3.10",
        f"registry.k8s.io/pause@{digest('a')}",
        "rancher/mirrored-pause:3.6",
        "602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/pause:3.5",
        "k8s.gcr.io/pause-amd64:3.1",
        "pause",
    ],
)
def test_names_of_pause_images(name: str) -> None:
    assert image("other:1", name).is_pause


@pytest.mark.parametrize("name", ["x/pauser:1", "x/unpause:1", "pause/x:1", "x:pause", "<none>"])
def test_names_of_other_images(name: str) -> None:
    assert not image(name).is_pause
    assert not image().is_pause


def test_a_missing_image_has_left_if_it_is_larger_than_one_still_listed() -> None:
    assert diff([BIG, PAUSE], [BIG, MIDDLE], [MIDDLE, SMALL]) == ImageDiff(
        left=(BIG,), listed_now=(SMALL,)
    )


def test_a_missing_image_of_the_size_of_the_smallest_is_no_longer_listed() -> None:
    twin = image("y:1", size=MIDDLE.size_bytes)
    assert diff([BIG, PAUSE], [BIG, twin], [BIG, MIDDLE]) == ImageDiff(
        no_longer_listed=(twin,), listed_now=(MIDDLE,)
    )


def test_a_first_list_is_no_arrival() -> None:
    assert diff([], [BIG, PAUSE]) == ImageDiff(listed_now=(BIG, PAUSE))


def test_an_image_without_a_believable_size_is_judged_by_complete_lists_only() -> None:
    odd = ContainerImage(("odd:1",), 0, "9223372036854775807")
    assert diff([odd, BIG], [BIG, MIDDLE]) == ImageDiff(
        no_longer_listed=(odd,), listed_now=(MIDDLE,)
    )
    assert diff([BIG, PAUSE], [odd, BIG, PAUSE]) == ImageDiff(arrived=(odd,))
    assert diff([odd, BIG, PAUSE], [BIG, PAUSE]) == ImageDiff(left=(odd,))


def test_a_size_that_is_not_believable_hides_no_pause_image() -> None:
    for raw in ("9223372036854775807", "-1"):
        odd = ContainerImage(("odd:1",), 0, raw)
        assert states([odd, BIG, PAUSE], [odd, BIG, MIDDLE], [odd]) == [COMPLETE, CUT, PERHAPS]
    assert states([PAUSE, odd]) == [PERHAPS]


# Lists of real kubelets.

RECORDED = json.loads((Path(__file__).parent / "data" / "kubelet_lists.json").read_text())


def recorded(lists: Sequence[dict[str, str]]) -> Iterator[tuple[NodeRecord, set[str]]]:
    """The record of each list, and the names of what the node held when the kubelet looked.

    The kubelet looks twice a minute. What was held besides a list that ends with the pause image
    came after its look.
    """
    before: NodeRecord | None = None
    for row in lists:
        names = row["listed"].split()
        held = [image(name, size=RECORDED["sizes"][name]) for name in names]
        record = node(held=held, uid=row["uid"], before=NOTHING_LISTED)
        if before is not None and before.uid == record.uid:
            record = record.after(before)
        late = names and held[-1].is_pause
        yield record, {*names} if late else {*names, *row["besides"].split()}
        before = record


@pytest.mark.parametrize("recording", RECORDED["nodes"], ids=lambda each: each["name"])
def test_nothing_false_is_said_about_the_lists_of_real_kubelets(recording: dict[str, Any]) -> None:
    modest = total = 0
    for (old, before), (new, after) in pairwise(recorded(recording["lists"])):
        if old.uid != new.uid:
            continue
        changes = diff_images(old, new)
        arrived, left, hidden, shown = (
            {each.names[0] for each in images}
            for images in (
                changes.arrived,
                changes.left,
                changes.no_longer_listed,
                changes.listed_now,
            )
        )
        assert not arrived & before
        assert not left & after
        modest += len(hidden - after) + len(shown - before)
        total += len(arrived | left | hidden | shown)
    assert (total, modest) == {"node-1": (44, 0), "node-3": (132, 2)}[recording["name"]]


@pytest.mark.parametrize("recording", RECORDED["nodes"], ids=lambda each: each["name"])
def test_the_state_of_every_list_of_a_real_kubelet(recording: dict[str, Any]) -> None:
    for record, held in recorded(recording["lists"]):
        expected = COMPLETE if len(held) == len(record.images) else CUT
        assert record.list_state is (expected if held else PERHAPS)


# A simulated kubelet.

SIZES = st.integers(1_000_000, 1_000_006)  # few, so that many are equal at the cut
HELD = st.dictionaries(st.integers(0, 15), SIZES, max_size=8)
MAXIMA = st.sampled_from([-1, 0, 1, 2, 3, 5, 8])
STEPS = st.lists(st.tuples(HELD, MAXIMA), min_size=2, max_size=6)


@cache
def kept(key: int, size: int) -> ContainerImage:
    return image(f"x:{key}", f"x@sha256:{key:064d}", size=size)


def kubelet_list(held: dict[int, int], maximum: int, *more: ContainerImage) -> list[ContainerImage]:
    """What a kubelet lists: by size and then by identity, largest first, up to the maximum."""
    images = [kept(key, size) for key, size in held.items()]
    images += more
    images.sort(key=lambda each: (each.size_bytes, each.key), reverse=True)
    return images[:maximum] if maximum >= 0 else images


def sizes_kept(steps: Sequence[tuple[dict[int, int], int]]) -> list[tuple[dict[int, int], int]]:
    """The steps with one size for each image."""
    sizes: dict[int, int] = {}
    for held, _maximum in steps:
        for key, size in held.items():
            sizes.setdefault(key, size)
    return [({key: sizes[key] for key in held}, maximum) for held, maximum in steps]


def names_of(images: Sequence[ContainerImage]) -> set[str]:
    return {each.names[0] for each in images}


def check(old: tuple[NodeRecord, set[str]], new: tuple[NodeRecord, set[str]]) -> None:
    """Nothing that is said of the second list is false."""
    changes = diff_images(old[0], new[0])
    assert not names_of(changes.arrived) & old[1]
    assert not names_of(changes.left) & new[1]
    for record, held in (old, new):
        if record.list_state is COMPLETE:
            assert names_of(record.images) == held
        if record.list_state is CUT:
            assert names_of(record.images) < held


@given(STEPS)
def test_nothing_false_is_said_where_the_pause_image_was_seen(
    steps: list[tuple[dict[int, int], int]],
) -> None:
    """The maximum may be raised and lowered at any time."""
    seen = listed([PAUSE])
    held = {PAUSE.names[0]}
    for images, maximum in sizes_kept(steps):
        now = kubelet_list(images, maximum, PAUSE)
        record = node(held=now, before=NOTHING_LISTED).after(seen)
        held_now = names_of(kubelet_list(images, -1, PAUSE))
        check((seen, held), (record, held_now))
        expected = COMPLETE if len(now) == len(held_now) else CUT
        assert record.list_state is (expected if now else PERHAPS)
        seen, held = record, held_now


@given(STEPS, MAXIMA, st.booleans())
def test_nothing_false_is_said_of_a_node_first_seen_under_one_maximum(
    steps: list[tuple[dict[int, int], int]], maximum: int, has_pause: bool
) -> None:
    """With a pause image, or with one under a name that is not known."""
    more = (PAUSE,) if has_pause else ()
    before: tuple[NodeRecord, set[str]] | None = None
    for images, _ in sizes_kept(steps):
        record = node(held=kubelet_list(images, maximum, *more), before=NOTHING_LISTED)
        now = (
            record.after(before[0]) if before else record,
            names_of(kubelet_list(images, -1, *more)),
        )
        if before:
            check(before, now)
        before = now


@given(STEPS)
def test_the_same_list_again_changes_nothing(steps: list[tuple[dict[int, int], int]]) -> None:
    seen = node(before=NOTHING_LISTED)
    for images, maximum in steps:
        now = kubelet_list(images, maximum, *((PAUSE,) if len(images) % 2 else ()))
        seen = node(held=now).after(seen)
        assert node(held=now).after(seen).listing == seen.listing
