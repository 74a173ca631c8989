"""An empty home to start kubeimg in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fresh_home import FreshHome


@pytest.fixture
def home(tmp_path: Path) -> Iterator[FreshHome]:
    home = FreshHome(tmp_path)
    with home.stack:
        yield home
