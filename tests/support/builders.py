"""Short ways to write images and nodes in tests; every value may be overridden."""

from collections.abc import Iterable
from typing import Any

from kubeimg_gui.domain.change import ChangeKind, NodeChange, compare_nodes
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_list import Listing, ListState
from kubeimg_gui.domain.node import NodeRecord

MIB = 2**20
GIB = 2**30
COMPLETE, CUT, PERHAPS_CUT = Listing(longest=10**6), Listing(pause=0), Listing()
"""What earlier lists have shown, so that a list counts as that."""


def digest(letter: str) -> str:
    return f"sha256:{letter * 64}"


def image(*names: str, size: int = 100 * MIB) -> ContainerImage:
    return ContainerImage(names, size)


def images(count: int, size: int = 100 * MIB) -> tuple[ContainerImage, ...]:
    """That many different images, largest first, as a kubelet lists them."""
    return tuple(image(f"registry.example/team/app-{i}:v1", size=size - i) for i in range(count))


def node(
    name: str = "node-1",
    held: Iterable[ContainerImage] = (),
    *,
    before: Listing = COMPLETE,
    **fields: Any,
) -> NodeRecord:
    """A node whose list is complete, also an empty one; `before` is what earlier lists showed."""
    values: dict[str, Any] = {
        "uid": f"uid-of-{name}",
        "created": 1_790_000_000.0,
        "ready": True,
        "unschedulable": False,
        "terminating": False,
        "pressures": (),
        "runtime": "containerd://1.7.27",
        "labels": (f"kubernetes.io/hostname={name}", "pool=web"),
        "images": tuple(held),
        **fields,
    }
    record = NodeRecord(name=name, **values)
    listing = before.after(record.images)
    if before is COMPLETE and not record.images:
        listing = Listing(ListState.COMPLETE)
    object.__setattr__(record, "_listing", listing)
    return record


def known(*records: NodeRecord, at: float = 0.0) -> list[NodeChange]:
    """The first changes of an informer: nodes that existed when watching began."""
    return [NodeChange(ChangeKind.ADDED, at, None, record, initial=True) for record in records]


def change(old: NodeRecord | None, new: NodeRecord | None, at: float = 0.0) -> NodeChange:
    """The one change between two records that differ."""
    found = compare_nodes(old, new, at=at)
    assert found is not None
    return found
