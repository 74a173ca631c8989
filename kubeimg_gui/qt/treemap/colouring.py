"""Which category a tile is of, and how many bytes of each category an area holds."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.references import ReferenceState
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.qt.treemap import categories
from kubeimg_gui.qt.treemap.areas import Area, Level
from kubeimg_gui.qt.treemap.categories import CHANGE_MINUTES, Category, ColourBy
from kubeimg_gui.text.units import DAY, HOUR, MINUTE

Mix = tuple[int, ...]
"""Bytes of each category."""

NAMED_REGISTRIES = len(categories.OKABE_ITO)
KEPT_SECONDS = 10.0
"""How long the mixes of categories are kept that change with time."""
MIXES = 300_000
"""Mixes that are kept: of all nodes, and of those that left."""
FORGOTTEN_ONE_BY_ONE = 5000
"""Pairs of node and image up to which it is worth while to forget only what concerns them."""

_STATES = {
    ReferenceState.REFERENCED: 0,
    ReferenceState.NOT_REFERENCED: 1,
    ReferenceState.UNKNOWN: 2,
}


class Colouring:
    """Decides the category of an image on a node; confined to the GUI thread.

    Attributes:
        by: what the colour says.
        categories: all categories, in the order of the legend.
    """

    def __init__(
        self, nodes: NodeTableModel, pods: PodReferences, theme: Theme, clocks: Clocks
    ) -> None:
        self._nodes, self._pods, self._theme, self._clocks = nodes, pods, theme, clocks
        self._registries: list[str] = []
        self._by_key: dict[str, int] = {}
        self._mixes: dict[tuple[Level, str], tuple[object, Mix]] = {}
        self._mixed_at = float("-inf")
        self.by = ColourBy.REFERENCES
        self.categories: tuple[Category, ...] = ()
        self.choose(ColourBy.REFERENCES)

    def choose(self, by: ColourBy) -> None:
        """Colours by something else."""
        self.by = by
        self._category: Callable[[str, ContainerImage], int] = {
            ColourBy.REFERENCES: self._reference,
            ColourBy.REGISTRY: self._registry,
            ColourBy.CHANGE: self._change,
            ColourBy.AGE: self._age,
            ColourBy.NODES: self._count,
        }[by]
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme."""
        self._theme = theme
        self.categories = self._categories()

    def refresh(self) -> None:
        """Forgets what has been computed; registries keep their colours."""
        self._by_key.clear()
        self._mixes.clear()
        self._mixed_at = self._clocks.steady()
        if self.by is ColourBy.REGISTRY:
            self._name_registries()
        self.categories = self._categories()

    def expire(self) -> bool:
        """Forgets what changes with time once it is old; returns whether it did.

        References report their changes themselves.
        """
        old = self._clocks.steady() - self._mixed_at >= KEPT_SECONDS
        if old and self.by is not ColourBy.REFERENCES:
            self.refresh()
            return True
        return False

    def forget(self, keys: Collection[str]) -> None:
        """Forgets the mixes of nodes and images that a change of these images concerns."""
        index = self._nodes.inventory.index
        entries = [image for key in keys for image in index.entries(key)]
        if index.count(entries) > FORGOTTEN_ONE_BY_ONE:
            self._mixes.clear()
            return
        for node in index.names(entries):
            self._mixes.pop((Level.NODE, node), None)
        for key in keys:
            self._mixes.pop((Level.IMAGE, key), None)

    def category(self, node: str, image: ContainerImage) -> int:
        """Returns the number of the category of an image on a node."""
        return self._category(node, image)

    def mix(self, area: Area) -> Mix:
        """Returns the bytes of each category in one of the `measured` areas."""
        known = self._mixes.get((area.level, area.key)) if area.stamp is not None else None
        if known is not None and known[0] == area.stamp:
            return known[1]
        result = self._added(area)
        if area.stamp is not None:
            if len(self._mixes) >= MIXES:
                self._mixes.clear()
            self._mixes[area.level, area.key] = (area.stamp, result)
        return result

    def _added(self, area: Area) -> Mix:
        found = [0] * len(self.categories)
        if self.by is ColourBy.REFERENCES and not self._pods_are_known():
            found[_STATES[ReferenceState.UNKNOWN]] = area.bytes
            return tuple(found)
        category = self._category
        for node, image in area.entries():
            found[category(node, image)] += image.size_bytes
        return tuple(found)

    def _pods_are_known(self) -> bool:
        return self._pods.pods > 0 or self._pods.references.coverage.reason is None

    def known_mix(self, area: Area) -> Mix | None:
        """Returns the mix of an area where it is known already."""
        known = self._mixes.get((area.level, area.key))
        return known[1] if known is not None and known[0] == area.stamp else None

    def _categories(self) -> tuple[Category, ...]:
        theme = self._theme
        match self.by:
            case ColourBy.REFERENCES:
                return categories.reference_categories(theme)
            case ColourBy.REGISTRY:
                return categories.registry_categories(theme, self._registries)
            case ColourBy.CHANGE:
                return categories.change_categories(theme)
            case ColourBy.AGE:
                return categories.age_categories(theme)
            case ColourBy.NODES:
                return categories.count_categories(theme)

    def _name_registries(self) -> None:
        """Gives the largest registries a category each, as long as there are categories."""
        if len(self._registries) == NAMED_REGISTRIES:
            return
        index = self._nodes.inventory.index
        totals: Counter[str] = Counter()
        for key in index.keys:
            for image in index.entries(key):
                totals[_registry_of(image)] += image.size_bytes * index.count((image,))
        for registry in sorted(totals, key=lambda name: (-totals[name], name)):
            known = not registry or registry in self._registries
            if not known and len(self._registries) < NAMED_REGISTRIES:
                self._registries.append(registry)

    def _reference(self, node: str, image: ContainerImage) -> int:
        return _STATES[self._pods.on_node(node, image).state]

    def _registry(self, node: str, image: ContainerImage) -> int:
        place = self._by_key.get(image.key)
        if place is None:
            name = _registry_of(image)
            known = name in self._registries
            place = self._registries.index(name) if known else len(self._registries)
            self._by_key[image.key] = place
        return place

    def _change(self, node: str, image: ContainerImage) -> int:
        row = self._nodes.row_named(node)
        if row is None:
            return 3
        arrived = row.first_seen.get(image.key)
        if arrived is None:
            return 2 if image.key in row.first_listed else 3
        return 0 if self._clocks.wall() - arrived < CHANGE_MINUTES * MINUTE else 1

    def _age(self, node: str, image: ContainerImage) -> int:
        place = self._by_key.get(image.key)
        if place is None:
            first = self._nodes.times.first_seen(image.key)
            place = 3 if first is None else _step(self._clocks.wall() - first, (HOUR, DAY))
            self._by_key[image.key] = place
        return place

    def _count(self, node: str, image: ContainerImage) -> int:
        place = self._by_key.get(image.key)
        if place is None:
            index = self._nodes.inventory.index
            count = index.count(index.entries(image.key))
            place = self._by_key[image.key] = _step(count, (2, 10, 100))
        return place


def added(mixes: Iterable[Mix], count: int) -> Mix:
    """Returns the sum of mixes of `count` categories."""
    totals = [0] * count
    for each in mixes:
        for place, size in enumerate(each):
            totals[place] += size
    return tuple(totals)


def _registry_of(image: ContainerImage) -> str:
    reference = image.reference
    return reference.registry if reference and reference.repository else ""


def _step(value: float, limits: Iterable[float]) -> int:
    return sum(value >= limit for limit in limits)
