"""An empty home to start kubeimg in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stranger import Place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    with place.stack:
        yield place
