"""When images came and when they last changed."""

from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_times import SPARE_TIMES, Direction, ImageTimes, LastChange
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import NodeRecord
from tests.support.builders import CUT, GIB, change, digest, image, images, node

WEB, REDIS = image("web:1", size=3 * GIB), image("redis:7", size=GIB)


class Cluster:
    """Times as the window keeps them: each change against the images known before it."""

    def __init__(self, *records: NodeRecord) -> None:
        self.times = ImageTimes()
        self.inventory = Inventory()
        for record in records:
            self.inventory.add(record)

    def take(self, old: NodeRecord | None, new: NodeRecord | None, at: float) -> NodeChange:
        happened = change(old, new, at)
        self.times.take(happened, self.inventory.index.keys)
        self.inventory.update(old, new)
        return happened


def test_an_image_that_was_there_has_no_times() -> None:
    cluster = Cluster(node("n1", [WEB]))
    assert cluster.times.first_seen(WEB.key) is None
    assert cluster.times.last_change(WEB.key) is None


def test_an_arrival() -> None:
    empty, full = node("n1"), node("n1", [WEB])
    cluster = Cluster(empty)
    cluster.take(empty, full, at=5.0)
    assert cluster.times.first_seen(WEB.key) == 5.0
    assert cluster.times.last_change(WEB.key) == LastChange(5.0, Direction.ARRIVED)


def test_an_arrival_on_another_node_is_a_change_and_not_the_first_sight() -> None:
    one, other = node("n1", [WEB]), node("n2")
    cluster = Cluster(one, other)
    cluster.take(other, node("n2", [WEB]), at=7.0)
    assert cluster.times.first_seen(WEB.key) is None
    assert cluster.times.last_change(WEB.key) == LastChange(7.0, Direction.ARRIVED)


def test_a_departure() -> None:
    full, half = node("n1", [WEB, REDIS]), node("n1", [REDIS])
    cluster = Cluster(full, node("n2", [WEB]))
    cluster.take(full, half, at=9.0)
    assert cluster.times.last_change(WEB.key) == LastChange(9.0, Direction.LEFT)
    assert cluster.times.last_change(REDIS.key) is None


def test_an_image_that_left_and_came_back_is_first_seen_when_it_came_back() -> None:
    empty, full = node("n1"), node("n1", [WEB])
    cluster = Cluster(empty)
    for at in (1.0, 3.0):
        cluster.take(empty, full, at)
        cluster.take(full, empty, at + 1)
    assert cluster.times.first_seen(WEB.key) == 3.0
    assert cluster.times.last_change(WEB.key) == LastChange(4.0, Direction.LEFT)


def test_an_image_that_is_listed_now_is_seen_but_has_not_certainly_arrived() -> None:
    full = node("n1", [WEB, REDIS], before=CUT)
    revealed = node("n1", [WEB, REDIS, image("small:1", size=5)], before=CUT)
    cluster = Cluster(full)
    happened = cluster.take(full, revealed, at=6.0)
    assert happened.images.listed_now
    assert cluster.times.first_seen("small:1") == 6.0
    assert cluster.times.last_change("small:1") is None


def test_an_image_that_a_cut_list_displaced_has_not_certainly_left() -> None:
    full = node("n1", [WEB, REDIS], before=CUT)
    displaced = node("n1", [WEB, image("new:1", size=2 * GIB)], before=CUT)
    cluster = Cluster(full)
    happened = cluster.take(full, displaced, at=6.0)
    assert happened.images.no_longer_listed == (REDIS,)
    assert cluster.times.last_change(REDIS.key) is None
    assert cluster.times.last_change("new:1") == LastChange(6.0, Direction.ARRIVED)


def test_a_node_that_joins_brings_new_images_into_sight_and_changes_none() -> None:
    cluster = Cluster(node("n1", [WEB]))
    joined = node("n2", [WEB, REDIS])
    cluster.take(None, joined, at=4.0)
    assert cluster.times.first_seen(REDIS.key) == 4.0
    assert cluster.times.first_seen(WEB.key) is None
    assert cluster.times.last_change(REDIS.key) is None
    cluster.take(joined, None, at=5.0)
    assert cluster.times.last_change(REDIS.key) is None


def test_a_retag_is_neither_an_arrival_nor_a_departure() -> None:
    old = node("n1", [image(f"web@{digest('a')}", "web:1")])
    new = node("n1", [image(f"web@{digest('a')}", "web:2")])
    cluster = Cluster(old)
    cluster.take(old, new, at=5.0)
    assert cluster.times.first_seen(digest("a")) is None
    assert cluster.times.last_change(digest("a")) is None


def test_images_that_come_again_under_pause_keep_the_times_of_their_arrival() -> None:
    empty, full = node("n1"), node("n1", [WEB])
    happened = change(empty, full, at=20.0)
    times = ImageTimes()
    merged = NodeChange(
        happened.kind,
        happened.at,
        happened.old,
        happened.new,
        type(happened.images)(arrived=(WEB,), arrived_at=(12.0,)),
    )
    times.take(merged, ())
    assert times.first_seen(WEB.key) == 12.0
    assert times.last_change(WEB.key) == LastChange(12.0, Direction.ARRIVED)


def test_times_of_images_that_are_gone_are_dropped_and_those_of_others_stay() -> None:
    empty, kept = node("n1"), node("n2", [WEB])
    cluster = Cluster(empty, node("n2"))
    cluster.take(node("n2"), kept, at=1.0)
    passing = images(2 * SPARE_TIMES)
    for at, each in enumerate(passing, start=2):
        cluster.take(empty, node("n1", [each]), at)
        cluster.take(node("n1", [each]), empty, at + 0.5)
    seen = sum(cluster.times.first_seen(each.key) is not None for each in passing)
    changed = sum(cluster.times.last_change(each.key) is not None for each in passing)
    assert 0 < seen + changed <= SPARE_TIMES + 10
    assert cluster.times.first_seen(WEB.key) == 1.0
    assert cluster.times.last_change(WEB.key) == LastChange(1.0, Direction.ARRIVED)


def test_arrivals_are_counted_also_of_images_that_left_again() -> None:
    cluster = Cluster(node("a"))
    held = node("a", [WEB])
    cluster.take(node("a"), held, 1.0)
    cluster.take(held, node("a"), 2.0)
    cluster.take(node("a"), held, 3.0)
    assert cluster.times.arrived == 2
    assert cluster.times.arrived_bytes == 2 * WEB.size_bytes


CATALOG = images(5)
STEPS = st.lists(st.tuples(st.sampled_from("abc"), st.sets(st.sampled_from(CATALOG))), max_size=20)


@given(STEPS)
def test_times_are_those_of_the_last_changes_of_complete_lists(
    steps: list[tuple[str, set[ContainerImage]]],
) -> None:
    held = {name: node(name) for name in "abc"}
    cluster = Cluster(*held.values())
    first, last = dict[str, float](), dict[str, LastChange]()
    for at, (name, listed) in enumerate(steps):
        old, new = held[name], node(name, sorted(listed, key=lambda each: -each.size_bytes))
        if old == new:
            continue
        everywhere = {each for record in held.values() for each in record.images}
        for each in set(new.images) - set(old.images):
            last[each.key] = LastChange(at, Direction.ARRIVED)
            if each not in everywhere:
                first[each.key] = at
        for each in set(old.images) - set(new.images):
            last[each.key] = LastChange(at, Direction.LEFT)
        cluster.take(old, new, at)
        held[name] = new
    for each in CATALOG:
        assert cluster.times.first_seen(each.key) == first.get(each.key)
        assert cluster.times.last_change(each.key) == last.get(each.key)
