"""The output formats of `nodes`."""

import csv
import io
import json

from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.headless.report import write_csv, write_json, write_table
from tests.support.builders import GIB, image, images, node

SMALL = node("small", [image("redis:7", size=5)])
LARGE = node(
    "large", [image("big:1", size=6 * GIB)], runtime="cri-o://1.33", ready=False, unschedulable=True
)


def table(*nodes: NodeRecord) -> list[str]:
    out = io.StringIO()
    write_table(nodes, out)
    return out.getvalue().splitlines()


def test_the_table_is_sorted_by_size_and_aligned() -> None:
    lines = table(SMALL, LARGE)
    assert [line.split()[0] for line in lines[:3]] == ["NAME", "large", "small"]
    column = lines[0].index("RUNTIME")
    assert lines[1][column:].startswith("cri-o 1.33")
    assert lines[2][column:].startswith("containerd 1.7.27")
    assert "NotReady,SchedulingDisabled" in lines[1]
    assert "6.0 GiB" in lines[1]


def test_the_table_says_what_its_totals_mean() -> None:
    text = "\n".join(table(SMALL, LARGE, node("capped", images(50))))
    assert "3 nodes, 2 ready, 52 distinct images, reported image size ≥ " in text
    assert "1 lists are capped" in text
    assert "Compressed and unpacked sizes are added up" in text
    assert "50+" in text
    assert "capped" not in "\n".join(table(SMALL))


def test_an_empty_table_says_so() -> None:
    assert table() == ["No nodes match."]


def test_the_table_shows_the_condition_like_kubectl() -> None:
    out = io.StringIO()
    write_table([node(pressures=("DiskPressure",), terminating=True)], out)
    assert " Ready,DiskPressure,Terminating " in out.getvalue()


def test_json_is_a_list() -> None:
    out = io.StringIO()
    write_json([SMALL, LARGE], out)
    assert [n["name"] for n in json.loads(out.getvalue())] == ["small", "large"]
    out = io.StringIO()
    write_json([], out)
    assert json.loads(out.getvalue()) == []


def test_csv_has_one_row_per_node() -> None:
    out = io.StringIO()
    write_csv([SMALL, LARGE], out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [row["name"] for row in rows] == ["small", "large"]
    assert rows[1]["reported_bytes"] == str(6 * GIB)
