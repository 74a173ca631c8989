"""`resources/docs/json.md` documents every field that is printed, and no other."""

import io
import json
import re
from typing import Any

import pytest

from kubeimg_gui import resources_folder
from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.pod import PodImage, PodRecord
from kubeimg_gui.domain.references import Coverage, References, ReferenceState
from kubeimg_gui.domain.scaled_to_zero import ScaledToZero
from kubeimg_gui.headless.images_report import ImagesReport
from kubeimg_gui.headless.report import write_json
from tests.support.builders import image, node
from tests.support.workloads import scaled_to_zero

NODE = node("n1", [image("docker.io/library/redis:7", size=5)])


def references() -> References:
    found = References()
    found.coverage = Coverage(0.0, None)
    found.update_node(None, NODE)
    use = PodImage("main", "redis:7", "", "")
    found.update_pod(None, PodRecord("s", "p", "u", 0, False, "", "n1", "Running", (use,)))
    return found


def images(grouping: Grouping = Grouping.NONE) -> dict[str, Any]:
    out = io.StringIO()
    workloads = ScaledToZero()
    workloads.update(None, scaled_to_zero("cart", "redis:7"))
    ImagesReport([NODE], references(), grouping, workloads).write_json(out)
    (found,) = json.loads(out.getvalue())
    return found


def nodes() -> dict[str, Any]:
    out = io.StringIO()
    write_json([NODE], out, references())
    (found,) = json.loads(out.getvalue())
    return found


def tables(section: str) -> list[list[str]]:
    """The names in the first columns of a section's tables, table by table."""
    page = (resources_folder() / "docs" / "json.md").read_text(encoding="utf-8")
    text = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [
        [
            name
            for row in table.splitlines()[2:]
            for name in re.findall("`(.+?)`", row.split("|")[1])
        ]
        for table in found
    ]


def test_the_fields_of_a_node() -> None:
    assert set(tables("Nodes")[0]) == set(nodes()) - {"references"}


def test_the_fields_of_an_image_and_of_a_group() -> None:
    of_image, of_group = tables("Images")
    assert set(of_image) == set(images()) - {"references"}
    assert set(of_group) == set(images(Grouping.REGISTRY)) - {"references"}


def test_the_fields_of_references() -> None:
    states, _, fields = tables("References of pods")
    assert set(states) == {state.value for state in ReferenceState}
    assert set(fields) == set(images()["references"])


@pytest.mark.parametrize("found", [images(Grouping.REGISTRY), nodes()], ids=["group", "node"])
def test_groups_and_nodes_have_the_same_bytes_and_count_images(found: dict[str, Any]) -> None:
    of_image = images()["references"]
    assert list(found["references"]) == [
        *(field for field in of_image if field.endswith("_bytes")),
        "referenced_images",
        "not_referenced_images",
        "unknown_images",
    ]


@pytest.mark.parametrize(
    ("objects", "fields"),
    [
        (images()["sizes"], "size_bytes, meaning, node_count"),
        (images()["references"]["pods"], "namespace, pod, owner, node, phase"),
        (images()["references"]["scaled_to_zero"], "kind, namespace, name"),
    ],
)
def test_nested_objects_are_documented(objects: list[dict[str, Any]], fields: str) -> None:
    assert [", ".join(each) for each in objects] == [fields]
    page = (resources_folder() / "docs" / "json.md").read_text(encoding="utf-8")
    assert f"list of `{{{fields}}}`" in page
