"""The output of `watch`."""

import io
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import NodeChange, compare_nodes
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.headless.state_log import write_state
from kubeimg_gui.headless.watch import STUCK_SECONDS, ChangeWriter, describe_change
from kubeimg_gui.text.sanitize import plain
from tests.support.builders import CUT, MIB, digest, image, images, node

REDIS, NGINX = image("redis:7", size=5 * MIB), image("docker.io/library/nginx:1", size=2 * MIB)


def changed(old: NodeRecord | None, new: NodeRecord | None, **more: bool) -> NodeChange:
    change = compare_nodes(old, new, at=0.0, **more)
    assert change is not None
    return change


def writer(
    *,
    as_json: bool = True,
    out: io.StringIO | None = None,
    report: Callable[[ConnectionState], None] = lambda _: None,
    cluster: str = "prod",
    clock: Callable[[], float] = time.monotonic,
) -> ChangeWriter:
    return ChangeWriter(out or io.StringIO(), report, cluster=cluster, as_json=as_json, clock=clock)


def test_json_has_one_object_per_line_for_changes_of_storage_only() -> None:
    out = io.StringIO()
    writer(out=out).on_changes(
        [
            changed(None, node("old", [REDIS]), initial=True),
            changed(node("n"), node("n", ready=False)),
            changed(node("n", [REDIS]), node("n", [REDIS, NGINX])),
            changed(None, node("new")),
        ]
    )
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(line["event"], line["node"]) for line in lines] == [("changed", "n"), ("added", "new")]
    assert lines[0]["cluster"] == "prod"


def test_text_lists_images_by_change() -> None:
    tagged = image(f"x@{digest('a')}", "x:1", size=1)
    old = node("n", [REDIS, image(f"x@{digest('a')}", size=1)])
    line = describe_change(changed(old, node("n", [NGINX, tagged])))
    assert line.startswith("1970-01-01T00:00:00.000Z  n  5.0 MiB → 2.0 MiB (-3,145,728 bytes)")
    assert "arrived: nginx:1 (2.0 MiB)" in line
    assert "left: redis:7 (5.0 MiB)" in line
    assert "retagged: x:1 (1 Byte)" in line


def test_text_of_a_cut_list_says_only_what_is_certain() -> None:
    full = images(50)
    old = node(held=full, before=CUT)
    new = node(held=[image(size=10**12), *full[:-1]], before=CUT)
    line = describe_change(changed(old, new))
    assert "no longer listed: app-49:v1" in line
    assert "left:" not in line
    assert "  ≥ 4.9 GiB → ≥ 936 GiB (" in line
    assert "arrived: unnamed image" in line
    back = describe_change(changed(new, old))
    assert "listed now: app-49:v1 (100 MiB)" in back
    assert "left: unnamed image (931 GiB)" in back
    assert "arrived:" not in back


def test_text_of_an_image_whose_size_is_not_believable() -> None:
    odd = ContainerImage(("huge:1",), 0, "-1")
    line = describe_change(changed(node("n"), node("n", [odd])))
    assert line.endswith("  0 Bytes → ≥ 0 Bytes (+0 bytes)  arrived: huge:1 (size not believable)")


def test_text_of_a_deleted_node() -> None:
    assert "node deleted  5.0 MiB → 0 Bytes" in describe_change(changed(node("n", [REDIS]), None))


LIVE = ConnectionState(Phase.LIVE, 0.0, known=3)
BROKEN = ConnectionState(Phase.RECONNECTING, 0.0, 3, reason="It broke", next_try=1.0)


REFUSALS = [Phase.MISCONFIGURED, Phase.LOGIN_NEEDED, Phase.FORBIDDEN]


@pytest.mark.parametrize("phase", REFUSALS)
def test_a_fatal_phase_ends_a_watch_that_was_never_live(phase: Phase) -> None:
    reported: list[ConnectionState] = []
    watching = writer(report=reported.append)
    watching.on_state(BROKEN)
    assert not watching.closed.is_set()
    refusal = ConnectionState(phase, 0.0, reason="No", next_try=1.0)
    watching.on_state(refusal)
    assert watching.closed.is_set()
    watching.on_state(ConnectionState(Phase.STOPPED, 0.0))
    assert watching.refused is refusal
    assert reported == [BROKEN], "the caller prints the fatal state"


@pytest.mark.parametrize("phase", REFUSALS)
def test_a_fatal_phase_does_not_end_a_watch_that_was_live(phase: Phase) -> None:
    watching = writer()
    watching.on_state(LIVE)
    watching.on_state(ConnectionState(phase, 0.0, reason="No", next_try=1.0))
    assert not watching.closed.is_set()
    assert watching.refused is None


HOSTILE = "n\x1b]0;owned\x07\n\u202e\x9b\ud800"


@given(st.text(st.characters(codec=None)) | st.just(HOSTILE), st.booleans())
def test_names_and_reasons_are_safe_for_a_terminal(name: str, as_json: bool) -> None:
    out, errors = io.StringIO(), io.StringIO()
    watching = writer(as_json=as_json, out=out, report=partial(write_state, errors), cluster=name)
    watching.on_state(ConnectionState(Phase.RECONNECTING, 0.0, reason=name))
    watching.on_state(replace(LIVE, unreadable=(name,)))
    watching.on_changes([changed(node(name), node(name, [image(name)]))])
    states, changes = errors.getvalue().split("\n"), out.getvalue().split("\n")
    assert (len(states), len(changes)) == (3, 2)
    for line in (*states, *changes):
        assert plain(line) == line
    if as_json:
        line = json.loads(changes[0])
        assert (line["cluster"], line["node"]) == (name, name)
        assert line["arrived"][0]["names"] == [name]


class Failing(io.StringIO):
    def write(self, _text: str, /) -> int:
        raise OSError(28, "No space left on device")


class Unread(io.StringIO):
    """A pipe that is full until it is read."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.read_now = threading.Event(), threading.Event()

    def write(self, _text: str, /) -> int:
        self.reached.set()
        self.read_now.wait()
        return 0


def test_output_that_is_not_read_counts_as_stuck() -> None:
    out, now = Unread(), 0.0
    writing = writer(out=out, clock=lambda: now)
    assert not writing.is_stuck
    thread = threading.Thread(target=writing.on_changes, args=([changed(None, node())],))
    thread.start()
    out.reached.wait()
    assert not writing.is_stuck
    now = STUCK_SECONDS + 1
    assert writing.is_stuck
    out.read_now.set()
    thread.join()
    assert not writing.is_stuck


class Closed(io.StringIO):
    def write(self, _text: str, /) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("out", [Closed(), Failing()])
def test_an_output_error_ends_the_watch(as_json: bool, out: io.StringIO) -> None:
    closing = writer(out=out, as_json=as_json)
    closing.on_changes([changed(None, node())])
    assert closing.closed.is_set()
    assert isinstance(closing.unwritable, OSError)
