"""What the table of images exports as numbers: bytes and seconds since the epoch, or nothing."""

import json
from collections.abc import Mapping

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.qt.base.table_export import Form, export_text
from kubeimg_gui.qt.inventory.columns import COLUMNS
from kubeimg_gui.qt.inventory.model import ImageTreeModel
from tests.qt.inventory.tables import CHAT_1, CHAT_2, DB, WEB, Table, uses
from tests.support.builders import GIB, node

Exported = Mapping[str, object]
NUMBERED = ("Size", "Nodes", "Total over nodes", "References", "First seen", "Changed")


def exported(model: ImageTreeModel) -> dict[str, Exported]:
    """The exported rows, groups too, by the text of their first column."""
    rows = json.loads("".join(export_text(model, range(COLUMNS), Form.JSON)))
    return {row["Repository / image"]: row for row in rows}


def numbers(row: Exported) -> list[object]:
    return [row[f"{title} (number)"] for title in NUMBERED]


def test_numbers_are_bytes_and_seconds_since_the_epoch(table: Table) -> None:
    table.hold(node("a", (CHAT_1, CHAT_2)), node("b", (CHAT_2, WEB)), node("c", ()))
    table.run(uses("chat", "a", CHAT_1))
    table.clock.now += 60
    table.change(node("c", (DB,)))
    table.view.settle()
    rows, at = exported(table.model), table.clock.now
    assert numbers(rows["v1"]) == [11 * GIB, 1, 11 * GIB, 0, None, None]
    assert numbers(rows["v2"]) == [12 * GIB, 2, 24 * GIB, 24 * GIB, None, None]
    assert numbers(rows["docker.io/vllm/chat"])[2:] == [35 * GIB, 24 * GIB, None, None]
    assert numbers(rows["9"]) == [2 * GIB, 1, 2 * GIB, 2 * GIB, at, at]
    assert {title for title in rows["v1"] if title.endswith(" (number)")} == {
        f"{title} (number)" for title in NUMBERED
    }, "names and tags have none"


def test_what_is_not_known_is_no_number(table: Table) -> None:
    odd = ContainerImage(("ghcr.io/shop/odd:1",), 0, "-1")
    table.hold(node("a", (odd,)))
    rows = exported(table.model)
    assert set(rows) == {"ghcr.io/shop/odd", "1"}
    for row in rows.values():
        assert numbers(row) == [None, 1, None, None, None, None]
