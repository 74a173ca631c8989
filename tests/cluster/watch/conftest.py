"""Servers with streaming lists."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.cluster.watch.streaming import Play, Streams
from tests.support.scripted_server import (
    Request,
    ScriptedServer,
)


@pytest.fixture
def streams() -> Iterator[Streams]:
    """Starts servers with streaming lists that play each step in turn and then hang."""
    with ExitStack() as servers:

        def start(*plays: Play) -> ScriptedServer:
            left = iter(plays)

            def script(request: Request) -> None:
                play = next(left, None)
                if play is None:
                    request.start_stream()
                    request.hang()
                else:
                    play(request)

            return servers.enter_context(ScriptedServer(script, streams=True))

        yield start
