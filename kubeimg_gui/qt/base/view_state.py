"""What the user arranged in a view, as texts that an INI file can hold."""

from collections.abc import Mapping

ViewState = Mapping[str, str]
"""Texts by name. Only the view interprets them, and validates each: they may come from a damaged
file, or from another version of kubeimg."""

LABEL = "label"
"""The name of a label of nodes in the state of any view that depends on one."""
MAX_PIXELS = 4000


def pixels(value: object) -> int:
    """Returns a number of pixels from a file; 0 for one that is invalid or too large."""
    text = str(value)
    # The length first: Python refuses to convert thousands of digits.
    number = int(text) if len(text) <= len(str(MAX_PIXELS)) and text.isdecimal() else 0
    return number if number <= MAX_PIXELS else 0
