from collections.abc import Iterable, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.digest import MAX_IMAGES, Digest, DigestBuilder, DigestEntry, DigestList
from kubeimg_gui.domain.image import ContainerImage
from tests.support.builders import CUT, GIB, MIB, change, digest, image, images, known, node

CUDA = image("nvidia/cuda:12.4", size=4 * GIB)
REDIS = image("redis:7", size=100 * MIB)
NGINX = image("nginx:1.27", size=200 * MIB)
APP = image("registry.example/team/app:v3", size=300 * MIB)


def build(changes: Iterable[NodeChange]) -> Digest | None:
    builder = DigestBuilder()
    for each in changes:
        builder.add(each)
    return builder.build()


def built(*changes: NodeChange) -> Digest:
    found = build(changes)
    assert found is not None
    return found


def gets(name: str, *held: ContainerImage, before: Sequence[ContainerImage] = ()) -> NodeChange:
    return change(node(name, before), node(name, held))


def entries(listed: DigestList) -> list[tuple[str, int]]:
    return [(entry.name, entry.nodes) for entry in listed.entries]


def test_one_arrival() -> None:
    found = built(gets("n1", CUDA))
    assert found.arrived == DigestList((DigestEntry("cuda:12.4", 4 * GIB, 1),))
    assert (found.changed_nodes, found.bytes_changed) == ({"n1"}, 4 * GIB)
    assert not found.under_pressure
    assert found.has_storage_changes


def test_entries_are_ordered_by_size_then_by_nodes_then_by_name() -> None:
    same = [image(f"{name}:1", size=MIB) for name in "cab"]
    found = built(
        *(gets(f"n{i}", REDIS, CUDA, *same) for i in range(3)), gets("n3", APP, *same[:1])
    )
    assert entries(found.arrived) == [
        ("cuda:12.4", 3),
        ("app:v3", 1),
        ("redis:7", 3),
        ("c:1", 4),
        ("a:1", 3),
        ("b:1", 3),
    ]
    assert len(found.changed_nodes) == 4


def test_an_image_that_leaves_a_cut_list_is_only_no_longer_listed() -> None:
    full = images(20)
    larger = image("registry.example/larger:1", size=GIB)
    found = built(
        gets("n1", REDIS, before=[REDIS, NGINX]),
        change(node("n2", full, before=CUT), node("n2", (larger, *full[:-1]), before=CUT)),
    )
    assert entries(found.arrived) == [("larger:1", 1)]
    assert entries(found.left) == [("nginx:1.27", 1)]
    assert entries(found.no_longer_listed) == [("app-19:v1", 1)]


def test_an_image_that_leaves_both_kinds_of_list_is_no_longer_listed() -> None:
    full = (*images(19, size=GIB), REDIS)
    larger = image("registry.example/larger:1", size=2 * GIB)
    complete = gets("n1", before=[REDIS])
    cut = change(node("n2", full, before=CUT), node("n2", (larger, *full[:-1]), before=CUT))
    for changes in ((complete, cut), (cut, complete)):
        found = built(*changes)
        assert entries(found.no_longer_listed) == [("redis:7", 2)]
        assert not found.left


def test_an_image_that_moves_up_in_a_cut_list_is_only_listed_now() -> None:
    full = (*images(19, size=GIB), REDIS)
    moved_up = change(node("n2", full[:-1], before=CUT), node("n2", full[1:], before=CUT))
    found = built(moved_up)
    assert not found.arrived
    assert entries(found.listed_now) == [("redis:7", 1)]
    assert entries(found.left) == [("app-0:v1", 1)]
    both = built(moved_up, gets("n1", REDIS))
    assert not both.arrived
    assert entries(both.listed_now) == [("redis:7", 2)]


def test_an_image_that_drops_off_a_cut_list_and_is_back_is_no_news() -> None:
    full, larger = images(20), image("registry.example/larger:1", size=GIB)
    before = node("n2", full, before=CUT)
    after = node("n2", (larger, *full[:-1]), before=CUT)
    assert build([change(before, after), change(after, before)]) is None


def test_nodes_that_join_and_leave() -> None:
    found = built(change(None, node("n8", [CUDA])), change(node("n9", [REDIS]), None))
    assert entries(found.joined) == [("n8", 1)]
    assert entries(found.departed) == [("n9", 1)]
    assert not found.arrived
    assert found.bytes_changed == 4 * GIB - 100 * MIB


def test_a_retag_is_no_arrival() -> None:
    old = image(f"redis@{digest('a')}", "redis:7")
    new = image(f"redis@{digest('a')}", "redis:7", "redis:latest")
    newer = image(f"redis@{digest('a')}", "redis:latest")
    found = built(gets("n1", new, before=[old]), gets("n1", newer, before=[new]))
    assert entries(found.retagged) == [("redis:latest", 1)]
    assert not found.arrived
    assert not found.left


def test_an_image_that_a_node_lists_twice_counts_once() -> None:
    found = built(gets("n1", REDIS, REDIS))
    assert entries(found.arrived) == [("redis:7", 1)]


def test_an_image_without_a_name_has_an_empty_one() -> None:
    assert entries(built(gets("n1", image(size=5))).arrived) == [("", 1)]


def test_nodes_under_pressure_are_kept_with_their_condition() -> None:
    pressed = node("n7", [CUDA], pressures=("DiskPressure",))
    found = built(gets("n1", REDIS), change(node("n7", [CUDA]), pressed))
    assert found.under_pressure == {"n7": "Ready,DiskPressure"}
    assert found.changed_nodes == {"n1"}


def test_a_node_that_recovers_or_is_deleted_is_not_under_pressure() -> None:
    pressed = node("n1", pressures=("DiskPressure",))
    assert build([change(node("n1"), pressed), change(pressed, node("n1"))]) is None
    found = built(change(node("n1"), pressed), change(pressed, None))
    assert not found.under_pressure
    assert entries(found.departed) == [("n1", 1)]


def test_a_node_that_loses_one_of_two_pressures_is_still_under_pressure() -> None:
    both = node("n1", pressures=("DiskPressure", "PIDPressure"))
    found = built(change(node("n1"), both), change(both, node("n1", pressures=("DiskPressure",))))
    assert list(found.under_pressure) == ["n1"]


def test_initial_nodes_and_other_changes_make_no_digest() -> None:
    pressed = node("n2", pressures=("DiskPressure",))
    assert build([]) is None
    assert build(known(node("n1", [CUDA]), pressed)) is None
    assert build([change(node("n1"), node("n1", unschedulable=True))]) is None
    still = node("n2", pressures=("DiskPressure",), unschedulable=True)
    assert build([change(pressed, still)]) is None


HELD = st.lists(st.sampled_from([CUDA, REDIS, NGINX, APP]), unique=True)


@given(st.lists(HELD, min_size=2, max_size=8))
def test_a_series_of_changes_equals_the_change_from_first_to_last(
    states: list[list[ContainerImage]],
) -> None:
    records = [node("n1", held) for held in states]
    changes = [change(old, new) for old, new in pairwise(records) if old != new]
    first, last = records[0], records[-1]
    whole = [change(first, last)] if set(first.images) != set(last.images) else []
    assert build(changes) == build(whole)


@given(st.lists(st.tuples(st.sampled_from("abc"), HELD), max_size=12))
def test_bytes_are_the_difference_between_the_first_and_the_last_states(
    steps: list[tuple[str, list[ContainerImage]]],
) -> None:
    held: dict[str, list[ContainerImage]] = {}
    changes: list[NodeChange] = []
    for name, new in steps:
        old = held.get(name, [])
        if old != new:
            changes.append(gets(name, *new, before=old))
        held[name] = new
    found = build(changes)
    total = sum(each.size_bytes for listed in held.values() for each in listed)
    assert (found.bytes_changed if found else 0) == total


def test_a_digest_counts_a_limited_number_of_images() -> None:
    exact = built(*(gets("n1", image(f"app:{i}")) for i in range(MAX_IMAGES)))
    assert (len(exact.arrived.entries), exact.arrived.more) == (MAX_IMAGES, False)
    flood = built(*(gets("n1", image(f"app:{i}")) for i in range(MAX_IMAGES + 1)))
    assert (len(flood.arrived.entries), flood.arrived.more) == (MAX_IMAGES, True)


def test_an_image_that_was_left_out_is_not_counted_later() -> None:
    builder = DigestBuilder(max_images=1)
    builder.add(gets("n1", REDIS))
    builder.add(gets("n2", NGINX))
    builder.add(gets("n1", before=[REDIS]))
    builder.add(gets("n2", before=[NGINX]))
    assert builder.build() is None


def test_an_image_that_came_and_went_makes_room_for_another() -> None:
    builder = DigestBuilder(max_images=1)
    builder.add(gets("n1", REDIS))
    builder.add(gets("n1", before=[REDIS]))
    builder.add(gets("n2", NGINX))
    found = builder.build()
    assert found is not None
    assert entries(found.arrived) == [("nginx:1.27", 1)]
    assert not found.arrived.more


def test_a_digest_counts_a_limited_number_of_retags() -> None:
    builder = DigestBuilder(max_images=2)
    for letter in "abc":
        old, new = (image(f"app@{digest(letter)}", f"app:{tag}") for tag in ("1", "2"))
        builder.add(gets("n1", new, before=[old]))
    found = builder.build()
    assert found is not None
    assert (len(found.retagged.entries), found.retagged.more) == (2, True)


def test_a_digest_counts_a_limited_number_of_nodes() -> None:
    builder = DigestBuilder(max_nodes=4)
    for i in range(9):
        builder.add(change(None, node(f"n{i}", [REDIS], pressures=("DiskPressure",))))
    found = builder.build()
    assert found is not None
    assert (len(found.changed_nodes), found.more_nodes) == (4, True)
    assert (len(found.joined.entries), found.joined.more) == (4, True)
    assert len(found.under_pressure) == 4
    assert found.bytes_changed == 900 * MIB
