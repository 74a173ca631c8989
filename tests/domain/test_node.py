"""What is kept of a node, and the totals over many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import NodeRecord, SizeMeaning, size_meaning
from tests.support.builders import CUT, GIB, digest, image, images, node


@pytest.mark.parametrize(
    ("runtime", "meaning"),
    [
        ("containerd://1.7.27", SizeMeaning.COMPRESSED),
        ("cri-o://1.33.1", SizeMeaning.UNPACKED),
        ("docker://27.2.0", SizeMeaning.UNPACKED),
        ("", SizeMeaning.UNKNOWN),
        ("frakti://1", SizeMeaning.UNKNOWN),
    ],
)
def test_what_a_size_means_depends_on_the_runtime(runtime: str, meaning: SizeMeaning) -> None:
    assert size_meaning(runtime) is meaning


def test_the_total_and_the_largest_image() -> None:
    large, small = image("large:1", size=6 * GIB), image("small:1", size=1)
    record = node(held=[small, large])
    assert record.reported_bytes == 6 * GIB + 1
    assert record.largest == large
    assert node().largest is None
    assert node().reported_bytes == 0


ODD = ContainerImage(("odd:1",), 0, "-1")
records = st.builds(
    node,
    st.sampled_from("abcd"),
    st.lists(st.sampled_from([*images(3), image("x:1", f"x@{digest('a')}"), ODD]), max_size=4),
    ready=st.sampled_from([True, False, None]),
    pressures=st.sampled_from([(), ("DiskPressure",)]),
    runtime=st.sampled_from(["containerd://2.0", "cri-o://1.33"]),
)


def totals(inventory: Inventory) -> dict[str, object]:
    """All attributes, with the index as sets: the order of the nodes does not matter."""
    index = inventory.index
    held = {image: index.names([image]) for image in index.images}
    return {
        **vars(inventory),
        "index": held,
        "distinct": inventory.distinct_images,
        "unbelievable": index.unbelievable,
    }


@given(st.lists(records, max_size=12))
def test_running_totals_equal_a_fresh_count_after_any_sequence(sequence: list[NodeRecord]) -> None:
    running, current = Inventory(), dict[str, NodeRecord]()
    for record in sequence:
        old = current.get(record.name)
        if old is None:
            running.add(record)
            current[record.name] = record
        elif record.ready is None:
            running.remove(old)
            del current[record.name]
        else:
            running.replace(old, record)
            current[record.name] = record
    fresh = Inventory()
    for record in current.values():
        fresh.add(record)
    assert totals(running) == totals(fresh)
    assert running.nodes == len(current)
    assert running.distinct_images == len({i.key for r in current.values() for i in r.images})
    assert running.mixed_meanings == (len({r.runtime for r in current.values()}) > 1)


def test_a_total_is_a_lower_bound_while_a_node_holds_an_image_of_unbelievable_size() -> None:
    odd = node("a", [ODD, image("pause:3.10", size=1)])
    inventory = Inventory()
    inventory.add(node("b", [image("pause:3.10", size=1)]))
    assert not inventory.is_lower_bound
    inventory.add(odd)
    assert inventory.is_lower_bound
    inventory.replace(odd, node("a", odd.images[1:]))
    assert not inventory.is_lower_bound


def test_totals_count_only_nodes_in_that_state() -> None:
    inventory = Inventory()
    for record in (
        node("a", images(50), before=CUT),
        node("b", ready=False),
        node("c", ready=None, pressures=("DiskPressure", "PIDPressure")),
    ):
        inventory.add(record)
    counts = (inventory.nodes, inventory.ready, inventory.capped, inventory.under_pressure)
    assert counts == (3, 1, 1, 1)
