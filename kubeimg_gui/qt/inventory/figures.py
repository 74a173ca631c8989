"""The figures of all images for the summary bar."""

from collections.abc import Iterable
from dataclasses import dataclass

from kubeimg_gui.domain.references import ReferenceState
from kubeimg_gui.qt.inventory.rows import ImageRow


@dataclass(frozen=True, slots=True)
class PileUp:
    """The versions of one repository.

    Attributes:
        name: registry and repository.
        versions: number of its images.
        referenced: number of them that pods refer to.
        unreferenced_bytes: reported size, over all nodes, of those that no pod refers to.
    """

    name: str
    versions: int
    referenced: int
    unreferenced_bytes: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a person asks first about the images of a cluster.

    Attributes:
        images: number of distinct images.
        repositories: number of repositories; images without a name are in none.
        pile_up: the repository with the most bytes in versions that no pod refers to; None where
            there are none.
        unknown: number of images whose references are unknown.
    """

    images: int = 0
    repositories: int = 0
    pile_up: PileUp | None = None
    unknown: int = 0


def figures(rows: Iterable[ImageRow]) -> Figures:
    """Returns the figures of these images."""
    repositories: dict[str, list[ImageRow]] = {}
    for row in rows:
        if row.nodes:
            repositories.setdefault(row.repository, []).append(row)
    pile_ups = [_pile_up(name, members) for name, members in repositories.items()]
    named = [each for each in pile_ups if each.name and each.unreferenced_bytes]
    images = sum(each.versions for each in pile_ups)
    unknown = sum(_is_unknown(row) for members in repositories.values() for row in members)
    return Figures(
        images=images,
        repositories=len(repositories.keys() - {""}),
        pile_up=max(named, key=lambda each: (each.unreferenced_bytes, each.name), default=None),
        unknown=unknown,
    )


def _pile_up(name: str, members: list[ImageRow]) -> PileUp:
    referenced = sum(row.reference.state is ReferenceState.REFERENCED for row in members)
    return PileUp(name, len(members), referenced, sum(row.unreferenced for row in members))


def _is_unknown(row: ImageRow) -> bool:
    return row.reference.state is ReferenceState.UNKNOWN
