"""What `watch` writes, and where."""

import io
import json

import pytest
from builders import MIB, digest, image, images, node

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import NodeChange, compare_nodes
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.headless.watch import ChangeWriter, describe_change, describe_state

REDIS, NGINX = image("redis:7", size=5 * MIB), image("docker.io/library/nginx:1", size=2 * MIB)


def changed(old: NodeRecord | None, new: NodeRecord | None, **more: bool) -> NodeChange:
    change = compare_nodes(old, new, at=0.0, **more)
    assert change is not None
    return change


def writer(*, as_json: bool = True, out: io.StringIO | None = None) -> ChangeWriter:
    return ChangeWriter(out or io.StringIO(), io.StringIO(), cluster="prod", as_json=as_json)


def test_one_json_object_a_line_for_changes_of_storage_only() -> None:
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


def test_text_says_what_did_what() -> None:
    tagged = image(f"x@{digest('a')}", "x:1", size=1)
    old = node("n", [REDIS, image(f"x@{digest('a')}", size=1)])
    line = describe_change(changed(old, node("n", [NGINX, tagged])))
    assert line.startswith("1970-01-01T00:00:00.000Z  n  5.0 MiB → 2.0 MiB (-3,145,728 bytes)")
    assert "arrived: nginx:1 (2.0 MiB)" in line
    assert "left: redis:7 (5.0 MiB)" in line
    assert "retagged: x:1 (1 Byte)" in line


def test_text_of_a_capped_list_claims_no_departure() -> None:
    full = images(50)
    line = describe_change(changed(node(held=full), node(held=[image(size=10**12), *full[:-1]])))
    assert "no longer listed: app-49:v1" in line
    assert "left:" not in line
    assert "→ ≥ " in line
    assert "arrived: unnamed image" in line


def test_text_of_a_node_that_left() -> None:
    assert "node deleted  5.0 MiB → 0 Bytes" in describe_change(changed(node("n", [REDIS]), None))


def test_states_go_to_standard_error_once() -> None:
    out, errors = io.StringIO(), io.StringIO()
    telling = ChangeWriter(out, errors, cluster="prod", as_json=True)
    telling.on_state(ConnectionState(Phase.LIVE, 0.0, nodes=3))
    telling.on_state(ConnectionState(Phase.LIVE, 0.0, nodes=4))
    telling.on_state(
        ConnectionState(Phase.RECONNECTING, 0.0, nodes=4, reason="It broke", next_try=1.0)
    )
    assert out.getvalue() == ""
    assert errors.getvalue().splitlines() == [
        "kubeimg: live, 3 nodes",
        "kubeimg: reconnecting: It broke; next try at 1970-01-01T00:00:01.000Z",
    ]
    assert describe_state(ConnectionState(Phase.STOPPED, 0.0)) == "stopped"


class Closed(io.StringIO):
    def write(self, _text: str, /) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize("as_json", [True, False])
def test_a_reader_that_went_away_ends_the_watch(as_json: bool) -> None:
    closing = writer(out=Closed(), as_json=as_json)
    closing.on_changes([changed(None, node())])
    assert closing.closed.is_set()
