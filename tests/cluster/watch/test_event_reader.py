"""What an event reader passes on, and what it remembers of the server."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from kubeimg_gui.cluster.clock import Clock
