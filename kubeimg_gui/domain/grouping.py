"""What images can be grouped by."""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubeimg_gui.domain.image_summary import ImageSummary


class Grouping(StrEnum):
    """What images are grouped by."""

    NONE = "none"
    REPOSITORY = "repository"
    REGISTRY = "registry"

    def name_of(self, summary: "ImageSummary") -> str:
        """Returns the name of the group of an image; empty for images without a name."""
        return "" if self is Grouping.NONE else getattr(summary, self.value)
