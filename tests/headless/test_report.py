"""The output formats of `nodes`."""

import csv
import io
import json

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodImage, PodRecord
from kubeimg_gui.domain.references import Coverage, References, UnknownReason
from kubeimg_gui.headless.report import write_csv, write_json, write_table
from tests.support.builders import CUT, GIB, PERHAPS_CUT, image, images, node

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
    text = "\n".join(table(SMALL, LARGE, node("cut", images(20), before=CUT)))
    assert "3 nodes, 2 ready, 22 distinct images, reported image size ≥ " in text
    assert "\n1 list is cut: its total is a lower bound.\n" in text
    assert "Compressed and unpacked sizes are added up" in text
    assert " 20+ " in text


def test_the_table_tells_cut_lists_from_doubtful_ones() -> None:
    cut = [node(name, images(20), before=CUT) for name in "ab"]
    doubtful = node("c", images(3), before=PERHAPS_CUT)
    assert table(doubtful)[-1] == "1 list may be cut: its total is a lower bound."
    assert table(*cut)[-1] == "2 lists are cut: totals are lower bounds."
    assert (
        table(*cut, doubtful)[-1]
        == "2 lists are cut and 1 list may be cut: totals are lower bounds."
    )


def test_the_table_of_a_single_node_is_singular() -> None:
    assert table(SMALL)[-1] == "1 node, 1 ready, 1 distinct image, reported image size 5 Bytes"


def test_the_table_names_nodes_with_sizes_that_are_not_believable() -> None:
    odd = ContainerImage(("huge:1",), 0, "9223372036854775807")
    lines = table(node("huge-one", [odd, image("ok:1", size=5)]))
    assert "≥ 5 Bytes" in lines[1]
    assert "ok:1 5 Bytes" in lines[1]
    assert lines[-2].endswith("reported image size ≥ 5 Bytes")
    assert lines[-1] == "1 image size is not believable and left out of the totals: huge-one"
    text = "\n".join(table(*(node(f"n{i:02}", [odd, odd]) for i in range(12))))
    assert "24 image sizes are not believable and left out of the totals: n00, n01, " in text
    assert text.endswith("n09, …")


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
    assert (rows[1]["list_state"], rows[1]["unbelievable_sizes"]) == ("complete", "0")


# With pods.


def with_pods(*nodes: NodeRecord, reason: UnknownReason | None = None) -> References:
    """One pod that uses redis:7 on the node `small`."""
    references = References()
    references.coverage = Coverage(0.0, reason)
    for each in nodes:
        references.update_node(None, each)
    use = PodImage("main", "", "redis:7", "")
    references.update_pod(None, PodRecord("s", "p", "u", 0, False, "", "small", "Running", (use,)))
    return references


def test_with_pods_each_node_says_how_much_is_referenced() -> None:
    out = io.StringIO()
    write_json([SMALL, LARGE], out, with_pods(SMALL, LARGE))
    small, large = json.loads(out.getvalue())
    assert small["references"] == {
        "referenced_bytes": 5,
        "at_most_not_referenced_bytes": 0,
        "unknown_bytes": 0,
        "referenced_images": 1,
        "not_referenced_images": 0,
        "unknown_images": 0,
    }
    assert large["references"]["at_most_not_referenced_bytes"] == 6 * GIB
    assert [(each["state"], each["reason"]) for each in large["images"]] == [
        ("not-referenced", None)
    ]


def test_with_pods_csv_has_their_columns() -> None:
    out = io.StringIO()
    write_csv([SMALL, LARGE], out, with_pods(SMALL, LARGE))
    small, large = csv.DictReader(io.StringIO(out.getvalue()))
    assert (small["referenced_bytes"], small["referenced_images"]) == ("5", "1")
    assert (large["at_most_not_referenced_bytes"], large["unknown_images"]) == (str(6 * GIB), "0")


def test_with_pods_the_table_has_their_columns_and_a_total() -> None:
    out = io.StringIO()
    write_table([SMALL, LARGE], out, with_pods(SMALL, LARGE))
    heads, large, small, *rest = out.getvalue().splitlines()
    place = heads.index("REFERENCED")
    assert heads[place:].split("  ")[0] == "REFERENCED"
    assert " ".join(large[place:].split()) == "0 Bytes (0) 6.0 GiB (1) 0 Bytes (0) big:1 6.0 GiB"
    assert small[place:].startswith("5 Bytes (1)")
    assert (
        "At most 6.0 GiB of the listed images are not referenced by any pod of their node, 0 Bytes"
        in rest[-2]
    )


def test_without_all_pods_the_table_calls_nothing_unreferenced() -> None:
    out = io.StringIO()
    write_table([SMALL, LARGE], out, with_pods(SMALL, LARGE, reason=UnknownReason.NOT_READ))
    _, large, small, *rest = out.getvalue().splitlines()
    assert large.split()[-8:] == ["unknown", "unknown", "6.0", "GiB", "(1)", "big:1", "6.0", "GiB"]
    assert "≥ 5 Bytes (1)  unknown" in small
    assert rest[-1].startswith("Pods are not known: ")
