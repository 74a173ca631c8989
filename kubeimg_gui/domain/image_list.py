"""What the image lists of a node say about the images that they leave out.

A kubelet sorts its images by size, largest first, and lists the first `nodeStatusMaxImages` of
them: 50 by default, any number or all by configuration. The API reports neither the maximum nor
whether anything was left out. (`pkg/kubelet/images/image_gc_manager.go`, `imageCache.set`;
`pkg/kubelet/nodestatus/setters.go`, `Images`)

The evidence that remains:

- The pause image is on every node, is never collected and is usually the smallest. A list that
  ends with it is complete; one that lost it is cut.
- A list that is shorter than an earlier one of the same node is below the maximum.
- An image that is larger than a listed one would be listed too.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from kubeimg_gui.domain.image import ContainerImage


class ListState(StrEnum):
    """Whether a list holds all images of its node.

    The total of a list that is not complete is a lower bound.
    """

    COMPLETE = "complete"
    CUT = "cut"
    PERHAPS_CUT = "perhaps-cut"


class Listing(NamedTuple):
    """What the lists of one node have shown so far; sizes are believable ones, in bytes.

    Attributes:
        state: of the newest list.
        least: the smallest size in the newest list, which is its last; None where it has none.
        longest: the maximum is at least this number of images.
        smallest: the smallest size listed since a list was complete, None before the first.
        pause: the size of the pause image, None until it was the smallest image of a list.
    """

    state: ListState = ListState.PERHAPS_CUT
    least: int | None = None
    longest: int = 0
    smallest: int | None = None
    pause: int | None = None

    def may_hide(self, image: ContainerImage) -> bool:
        """Returns whether the node may hold an image that the newest list lacks.

        The size of the image must have the meaning that it has on the node.
        """
        if self.state is ListState.COMPLETE:
            return False
        return self.least is None or image.size_bytes <= self.least

    def after(self, images: Sequence[ContainerImage]) -> "Listing":
        """Returns what is known after the next list of the node; the same list changes nothing.

        An empty list says nothing: a kubelet that has just started posts one, and so does a
        kubelet with a maximum of 0.
        """
        least, count = _least_size(images), len(images)
        if least is None:
            return self._replace(state=ListState.PERHAPS_CUT, least=None)
        longest = count if count > self.longest else self.longest
        smallest = least if self.smallest is None or least < self.smallest else self.smallest
        last = images[-1]
        if last.is_pause and last.size_is_believable and least == smallest:
            return Listing(ListState.COMPLETE, least, longest, least, least)
        pause = self.pause
        if pause is not None and not any(image.is_pause for image in images):
            if pause <= least:
                return Listing(ListState.CUT, least, count, smallest, pause)
            pause = None  # it would be listed, so it is gone
        if count < longest:
            return Listing(ListState.COMPLETE, least, longest, least, pause)
        return Listing(ListState.PERHAPS_CUT, least, longest, smallest, pause)


NOTHING_LISTED = Listing()
"""Before the first list of a node."""


def _least_size(images: Sequence[ContainerImage]) -> int | None:
    """Returns the last believable size, None where there is none."""
    for image in reversed(images):
        if image.size_is_believable:
            return image.size_bytes
    return None
