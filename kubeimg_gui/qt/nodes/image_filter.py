"""The filter of views that show images instead of nodes."""

from collections.abc import Sequence
from operator import attrgetter

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.query import parse_query
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.nodes.row_test import RowTest

STEP = 4000
"""Number of rows whose images are read at a time: most images are on many nodes, so on these."""
PAIRS_PER_ROW = 10
"""Maximum number of pairs of image and node per row for which looking them up is faster."""


class ImageFilter:
    """Finds the images that match the text of a filter; GUI thread only.

    An image matches if it and one of the nodes that hold it match all terms together. Terms about
    nodes look at the node, terms about images at the image, and a word is found in either. The
    filter remembers nothing: search again after changes.
    """

    def __init__(self, nodes: NodeTableModel) -> None:
        self._nodes = nodes

    def search(self, text: str) -> frozenset[str] | None:
        """Returns `ContainerImage.key` of the images that match; None if the text has no terms."""
        tests = list(map(RowTest, parse_query(text).terms))
        if not tests:
            return None
        images = self._nodes.inventory.index.images
        words = [test for test in tests if test.is_about_both and not test.negated]
        others = [test for test in tests if test not in words]
        for test in others:
            images = test.select_images(images)
        found = self._with_words(images, words, [test for test in others if test.is_about_nodes])
        return frozenset(map(attrgetter("key"), found))

    def _with_words(
        self, images: list[ContainerImage], words: Sequence[RowTest], tests: Sequence[RowTest]
    ) -> list[ContainerImage]:
        """Returns the images on nodes that pass the tests and have the words an image lacks."""
        parts = _by_missing_words(images, words)
        found = [] if tests else parts.pop((), [])
        if not parts:
            return found
        rows = self._nodes.rows
        for test in tests:
            rows = test.select_rows(rows)
        index = self._nodes.inventory.index
        selected = {(): rows}
        for missing, part in parts.items():
            found += _held(index, part, _with_all(missing, selected))
        return found


def _by_missing_words(
    images: list[ContainerImage], words: Sequence[RowTest]
) -> dict[tuple[RowTest, ...], list[ContainerImage]]:
    """Returns the images, grouped by the words that they lack themselves."""
    parts = {(): images} if images else {}
    for word in words:
        divided: dict[tuple[RowTest, ...], list[ContainerImage]] = {}
        for missing, part in parts.items():
            hits = word.select_images(part)
            found = set(map(id, hits))
            rest = [image for image in part if id(image) not in found]
            divided |= {missing: hits} if hits else {}
            divided |= {(*missing, word): rest} if rest else {}
        parts = divided
    return parts


def _with_all(
    words: tuple[RowTest, ...], selected: dict[tuple[RowTest, ...], list[NodeRow]]
) -> list[NodeRow]:
    """Returns the rows that have all of the words; adds what it finds to what is known."""
    if words not in selected:
        selected[words] = words[-1].select_rows(_with_all(words[:-1], selected))
    return selected[words]


def _held(
    index: ImageIndex, images: Sequence[ContainerImage], rows: Sequence[NodeRow]
) -> list[ContainerImage]:
    """Returns those of the images that one of the nodes holds."""
    seen: set[int] = set()
    rest = images
    for start in range(0, len(rows), STEP):
        # Counting all images takes as long as reading a step of rows, so one step goes first.
        if start and index.count(rest) <= PAIRS_PER_ROW * (len(rows) - start):
            seen |= _looked_up(index, rest, rows[start:])
            break
        for row in rows[start : start + STEP]:
            seen.update(map(id, row.record.images))
        rest = [image for image in rest if id(image) not in seen]
    return [image for image in images if id(image) in seen]


def _looked_up(
    index: ImageIndex, images: Sequence[ContainerImage], rows: Sequence[NodeRow]
) -> set[int]:
    holders = index.names(images)
    names = {row.name for row in rows if row.name in holders}
    return set(map(id, index.on_any(images, names)))
