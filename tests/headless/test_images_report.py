"""The output formats of `images`."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodImage, PodRecord
from kubeimg_gui.domain.references import Coverage, References, UnknownReason
from kubeimg_gui.headless.images_report import WRITERS, ImagesReport
from tests.support.builders import CUT, GIB, MIB, digest, image, node

A, B = digest("a"), digest("b")
WEB = image(f"quay.io/shop/web@{A}", "quay.io/shop/web:2", size=3 * GIB)
OLD = image(f"quay.io/shop/web@{B}", "quay.io/shop/web:1", size=2 * GIB)
UNPACKED = image(f"quay.io/shop/web@{A}", "quay.io/shop/web:2", size=9 * GIB)
REDIS = image("docker.io/library/redis:7", size=GIB)
PAUSE = image("registry.k8s.io/pause:3.10", size=MIB)
NAMELESS = image(size=5)
ODD = ContainerImage(("odd.example/x:1",), 0, "-1")
CRIO = "cri-o://1.33"
FLEET = (
    node("n1", [WEB, OLD, REDIS, PAUSE]),
    node("n2", [WEB, PAUSE]),
    node("n3", [UNPACKED, NAMELESS], runtime=CRIO),
)


def pod(
    name: str, wanted: str, where: str = "n1", phase: str = "Running", image_id: str = ""
) -> PodRecord:
    use = PodImage("main", wanted, "", image_id)
    return PodRecord("shop", name, f"uid-of-{name}", 0.0, False, "Job/x", where, phase, (use,))


def joined(
    nodes: Sequence[NodeRecord], *pods: PodRecord, reason: UnknownReason | None = None
) -> References:
    references = References()
    references.coverage = Coverage(0.0, reason)
    for record in nodes:
        references.update_node(None, record)
    for each in pods:
        references.update_pod(None, each)
    return references


def written(
    output: str,
    nodes: Sequence[NodeRecord] = FLEET,
    references: References | None = None,
    grouping: Grouping = Grouping.NONE,
) -> str:
    out = io.StringIO()
    WRITERS[output](ImagesReport(nodes, references, grouping), out)
    return out.getvalue()


def as_json(*arguments: Any) -> list[dict[str, Any]]:
    return json.loads(written("json", *arguments))


def rows(*arguments: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written("csv", *arguments))))


def table(*arguments: Any) -> list[str]:
    return written("table", *arguments).splitlines()


# Each image once.


def test_json_has_each_image_once_with_the_largest_total_first() -> None:
    web, old, redis, pause, nameless = as_json()
    assert web == {
        "names": [f"quay.io/shop/web@{A}", "quay.io/shop/web:2"],
        "registry": "quay.io",
        "repository": "quay.io/shop/web",
        "tags": ["2"],
        "digests": [A],
        "size_bytes": 9 * GIB,
        "total_bytes": 15 * GIB,
        "is_lower_bound": False,
        "unbelievable_sizes": 0,
        "node_count": 3,
        "nodes": ["n1", "n2", "n3"],
        "sizes": [
            {"size_bytes": 3 * GIB, "meaning": "compressed", "node_count": 2},
            {"size_bytes": 9 * GIB, "meaning": "unpacked", "node_count": 1},
        ],
    }
    assert [each["node_count"] for each in (old, redis, pause)] == [1, 1, 2]
    assert (nameless["names"], nameless["repository"], nameless["registry"]) == ([], "", "")


def test_csv_has_a_row_for_each_image() -> None:
    web, *others = rows()
    assert web["repository"] == "quay.io/shop/web"
    assert (web["tags"], web["digests"], web["meanings"]) == ("2", A, "compressed unpacked")
    assert (web["node_count"], web["total_bytes"]) == ("3", str(15 * GIB))
    assert len(others) == 4


def test_the_table_is_aligned_and_says_what_its_figures_mean() -> None:
    lines = table()
    assert lines[0].split() == ["TOTAL", "NODES", "SIZE", "MEANING", "DIGEST", "IMAGE"]
    place = lines[0].index("IMAGE")
    assert [line[place:] for line in lines[1:6]] == [
        "quay.io/shop/web:2",
        "quay.io/shop/web:1",
        "redis:7",
        "registry.k8s.io/pause:3.10",
        "(no name)",
    ]
    assert lines[1].startswith("15.0 GiB  3      3.0 GiB / 9.0 GiB  compressed / unpacked")
    assert lines[-2] == "5 images on 3 nodes, reported image size 18.0 GiB"
    assert lines[-1].startswith("Compressed and unpacked sizes are added up")


def test_the_table_shortens_many_tags() -> None:
    tagged = image(*(f"x.example/a:{number}" for number in range(5)), size=5)
    assert table([node("n1", [tagged])])[1].endswith("x.example/a:0,1,2 +2")


def test_nothing_to_print() -> None:
    assert written("table", ()) == "No nodes match.\n"
    assert written("json", ()) == "[]\n"
    assert rows(()) == []
    assert table([node("n1")])[-1] == "0 images on 1 node, reported image size 0 Bytes"


def test_what_a_cut_list_may_hide_is_a_lower_bound() -> None:
    nodes = [node("n1", [WEB, REDIS]), node("n2", [OLD], before=CUT)]
    bounds = {each["names"][-1]: each["is_lower_bound"] for each in as_json(nodes)}
    assert bounds == {
        "quay.io/shop/web:2": False,
        "quay.io/shop/web:1": False,
        "docker.io/library/redis:7": True,
    }
    lines = table(nodes)
    assert lines[3].startswith("≥ 1.0 GiB")
    assert lines[-1] == "1 list is cut: its total is a lower bound."


def test_a_size_that_is_not_believable() -> None:
    nodes = [node("n1", [ODD]), node("n2", [ODD])]
    (found,) = as_json(nodes)
    assert (found["size_bytes"], found["sizes"], found["unbelievable_sizes"]) == (0, [], 2)
    assert found["is_lower_bound"] is True
    lines = table(nodes)
    assert "not believable" in lines[1]
    assert "2 image sizes are not believable and left out of the totals: n1, n2" in lines


def test_a_node_that_lists_an_image_twice_counts_once() -> None:
    again = image(f"quay.io/shop/web@{A}", "quay.io/shop/web:3", size=3 * GIB)
    (found,) = as_json([node("n1", [WEB, again])])
    assert (found["node_count"], found["nodes"], found["total_bytes"]) == (1, ["n1"], 6 * GIB)
    assert found["tags"] == ["2", "3"]


def test_text_of_the_cluster_is_disarmed() -> None:
    nodes = [node("n1", [image("=cmd:\x1b[2J", size=5), image("@x/y:1", size=6)])]
    assert not any("\x1b" in written(output, nodes) for output in WRITERS)
    assert not any(
        cell.startswith(("=", "@")) for row in rows(nodes) for cell in row.values() if cell
    )
    assert as_json(nodes)[1]["names"] == ["=cmd:\x1b[2J"]


# Groups.


def test_json_groups_hold_their_images() -> None:
    web, redis, *_ = as_json(FLEET, None, Grouping.REPOSITORY)
    assert {key: value for key, value in web.items() if key != "images"} == {
        "group": "quay.io/shop/web",
        "image_count": 2,
        "node_count": 3,
        "total_bytes": 17 * GIB,
        "is_lower_bound": False,
    }
    assert [each["tags"] for each in web["images"]] == [["2"], ["1"]]
    assert redis["group"] == "docker.io/library/redis"


@pytest.mark.parametrize(
    ("grouping", "names"),
    [
        (
            Grouping.REPOSITORY,
            ["quay.io/shop/web", "docker.io/library/redis", "registry.k8s.io/pause", ""],
        ),
        (Grouping.REGISTRY, ["quay.io", "docker.io", "registry.k8s.io", ""]),
    ],
)
def test_csv_names_the_group_of_each_image(grouping: Grouping, names: list[str]) -> None:
    found = rows(FLEET, None, grouping)
    assert list(dict.fromkeys(row["group"] for row in found)) == names
    assert len(found) == 5


def test_the_table_indents_the_images_of_a_group() -> None:
    lines = table(FLEET, None, Grouping.REPOSITORY)
    place = lines[0].index("IMAGE")
    assert [line[place:] for line in lines[1:6]] == [
        "quay.io/shop/web: 2 versions",
        "  quay.io/shop/web:2",
        "  quay.io/shop/web:1",
        "redis: 1 version",
        "  redis:7",
    ]
    assert lines[1].startswith("17.0 GiB  3 ")
    by_registry = table(FLEET, None, Grouping.REGISTRY)
    assert by_registry[1].endswith("quay.io: 2 images")
    assert by_registry[4].endswith("docker.io: 1 image")


# With pods.

PODS = (pod("web-0", "quay.io/shop/web:2"), pod("done", "quay.io/shop/web:2", phase="Succeeded"))


def test_json_says_which_pods_refer_to_an_image_and_on_how_many_nodes() -> None:
    web, old, _, pause, nameless = as_json(FLEET, joined(FLEET, *PODS))
    assert web["references"] == {
        "state": "referenced",
        "reason": None,
        "running_pods": 1,
        "finished_pods": 1,
        "referenced_bytes": 3 * GIB,
        "at_most_not_referenced_bytes": 12 * GIB,
        "unknown_bytes": 0,
        "referenced_nodes": 1,
        "not_referenced_nodes": 2,
        "unknown_nodes": 0,
        "pods": [
            {"namespace": "shop", "pod": name, "owner": "Job/x", "node": "n1", "phase": phase}
            for name, phase in (("done", "Succeeded"), ("web-0", "Running"))
        ],
        "scaled_to_zero": [],
    }
    assert (old["references"]["state"], old["references"]["running_pods"]) == ("not-referenced", 0)
    assert (pause["references"]["state"], pause["references"]["reason"]) == (
        "unknown",
        "sandbox-image",
    )
    assert pause["references"]["running_pods"] is None
    assert nameless["references"]["reason"] == "no-name"


def test_an_image_that_is_unknown_on_one_node_is_not_called_unreferenced() -> None:
    records = [node("n1", [REDIS]), node("n2", [REDIS])]
    imported = digest("c")  # the id of an image without a digest of a repository
    stranger = pod("stranger", "elsewhere.example/x:1", where="n2", image_id=imported)
    (found,) = as_json(records, joined(records, stranger))
    assert (found["references"]["state"], found["references"]["reason"]) == (
        "unknown",
        "names-differ",
    )
    assert (found["references"]["not_referenced_nodes"], found["references"]["unknown_nodes"]) == (
        1,
        1,
    )


def test_groups_count_their_images_by_state() -> None:
    web, *_ = as_json(FLEET, joined(FLEET, *PODS), Grouping.REPOSITORY)
    assert web["references"] == {
        "referenced_bytes": 3 * GIB,
        "at_most_not_referenced_bytes": 14 * GIB,
        "unknown_bytes": 0,
        "referenced_images": 1,
        "not_referenced_images": 1,
        "unknown_images": 0,
    }


def test_csv_has_columns_for_references() -> None:
    web, old, _, pause, _ = rows(FLEET, joined(FLEET, *PODS))
    assert (web["state"], web["running_pods"], web["referenced_nodes"]) == ("referenced", "1", "1")
    assert (old["state"], old["at_most_not_referenced_bytes"]) == ("not-referenced", str(2 * GIB))
    assert (pause["state"], pause["reason"], pause["running_pods"]) == (
        "unknown",
        "sandbox-image",
        "",
    )


def test_the_table_has_columns_for_references_and_the_most_that_is_not_referenced() -> None:
    lines = table(FLEET, joined(FLEET, *PODS), Grouping.REPOSITORY)
    assert "1 version referenced  " in lines[1]
    assert " referenced  " in lines[2]
    assert "  1 + 1 finished  " in lines[2]
    assert " not referenced " in lines[3]
    pause = next(line for line in lines if line.endswith("  registry.k8s.io/pause:3.10"))
    assert "unknown: sandbox image" in pause
    assert next(line for line in lines if "pause: 1" in line).split()[3:5] == ["1", "unknown"]
    assert lines[-2] == (
        "At most 15.0 GiB of the listed images are not referenced by any pod of their node, "
        "2.0 MiB unknown."
    )
    assert "an estimate" in lines[-1]


@pytest.mark.parametrize("reason", [UnknownReason.FORBIDDEN, UnknownReason.NOT_READ])
def test_without_all_pods_nothing_is_called_unreferenced(reason: UnknownReason) -> None:
    references = joined(FLEET, reason=reason)
    for grouping in Grouping:
        assert "not referenced" not in written("table", FLEET, references, grouping)
    for found in as_json(FLEET, references):
        counts = found["references"]
        assert counts["state"] == "unknown"
        assert counts["at_most_not_referenced_bytes"] is None
        assert counts["not_referenced_nodes"] is None
        assert counts["referenced_bytes"] is None
        assert counts["unknown_bytes"] == found["total_bytes"]
    group, *_ = as_json(FLEET, references, Grouping.REPOSITORY)
    assert group["references"]["at_most_not_referenced_bytes"] is None
    assert group["references"]["not_referenced_images"] is None
    assert group["references"]["unknown_images"] == 2
    lines = table(FLEET, references)
    assert (
        lines[-1] == "Pods are not known: whether a pod refers to an image is unknown for 18.0 GiB."
    )
    row, *_ = rows(FLEET, references)
    assert (row["state"], row["reason"]) == ("unknown", reason.value)
    assert row["at_most_not_referenced_bytes"] == ""


def test_what_is_referenced_is_said_although_other_pods_are_unreadable() -> None:
    references = joined(FLEET, *PODS, reason=UnknownReason.NOT_READ)
    web, old, *_ = as_json(FLEET, references)
    assert (web["references"]["state"], web["references"]["referenced_bytes"]) == (
        "referenced",
        3 * GIB,
    )
    assert web["references"]["at_most_not_referenced_bytes"] is None
    assert old["references"]["state"] == "unknown"
