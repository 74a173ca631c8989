"""`watch` as a process: its memory does not grow with the number of images that have passed."""

import pytest

from tests.bench.growth import resident_mb

CHANGES = 30_000
GROWTH_MB = 6.0
"""Kept images alone would add 20 MB to this; a table of them is resized now and then."""


@pytest.mark.slow
def test_memory_stays_flat_while_every_change_brings_a_new_image() -> None:
    first, *_, last = resident_mb(CHANGES, samples=3)
    assert last - first < GROWTH_MB
