"""A term of the filter, ready to be applied to rows and images."""

from collections.abc import Sequence
from itertools import compress, filterfalse, repeat
from operator import attrgetter, contains, not_

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.query import Term, TextTerm
from kubeimg_gui.domain.query_match import image_test, needle, record_test
from kubeimg_gui.qt.nodes.row import NodeRow


class RowTest:
    """One term of a filter, applied to rows.

    Attributes:
        negated: whether what the methods find is what the term leaves out.
        is_about_nodes, is_about_images, is_about_both: what the term looks at; a word at both.
        order: sorts tests so that those that are fast and leave few rows come first.
    """

    def __init__(self, term: Term) -> None:
        self.negated = term.negated
        self._needle, self._record, self._image = needle(term), record_test(term), image_test(term)
        self.is_about_nodes = self._needle is not None or self._record is not None
        self.is_about_images = self._image is not None
        self.is_about_both = self.is_about_nodes and self.is_about_images
        length = len(term.text) if isinstance(term, TextTerm) else 0
        self.order = (self.is_about_images, -length)

    def matches(self, row: NodeRow) -> bool:
        """Returns whether a row, with its images, satisfies the term."""
        found = self._finds(row) or (
            self._image is not None and any(map(self._image, row.record.images))
        )
        return found is not self.negated

    def mask(self, rows: Sequence[NodeRow]) -> list[bool]:
        """Returns for each row whether the node itself, without its images, has what is sought."""
        if self._needle is not None:
            # Half the time of a loop in Python.
            return list(map(contains, map(attrgetter("haystack"), rows), repeat(self._needle)))
        if self._record is not None:
            return list(map(self._record, map(attrgetter("record"), rows)))
        return [False] * len(rows)

    def hits(self, images: list[ContainerImage]) -> list[ContainerImage]:
        """Returns those of the images that have what is sought."""
        return [] if self._image is None else list(filter(self._image, images))

    def select_rows(self, rows: list[NodeRow]) -> list[NodeRow]:
        """Returns the rows whose nodes, without their images, satisfy the term."""
        mask = self.mask(rows)
        return list(compress(rows, map(not_, mask) if self.negated else mask))

    def select_images(self, images: list[ContainerImage]) -> list[ContainerImage]:
        """Returns the images that satisfy the term, all of them for a term about nodes."""
        if self._image is None:
            return images
        return list((filterfalse if self.negated else filter)(self._image, images))

    def _finds(self, row: NodeRow) -> bool:
        if self._needle is not None:
            return self._needle in row.haystack
        return self._record is not None and self._record(row.record)
