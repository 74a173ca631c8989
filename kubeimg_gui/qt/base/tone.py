"""What the state of a line means, and the shape that stands for it beside its colour."""

from enum import Enum


class Tone(Enum):
    """What the state of a line means; the value is the shape that repeats its colour."""

    PLAIN = ""
    MUTED = " "
    REFERENCED = "●"
    NOT_REFERENCED = "○"
    UNKNOWN = "?"

    @property
    def shape(self) -> str:
        """The shape before the text, empty for none."""
        return self.value.strip()
