from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.watch.pod_reader import PodReader
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.images.model import HeldImage, ImageListModel, merge_images
from kubeimg_gui.qt.images.panel import ImagePanel
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow
from tests.qt.conftest import never_connected
from tests.support.builders import (
    CUT,
    GIB,
    MIB,
    PERHAPS_CUT,
    change,
    digest,
    image,
    images,
    known,
    node,
)
from tests.support.clock import Clock

TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
REDIS = image(f"docker.io/library/redis@{digest('a')}", "docker.io/library/redis:7", size=GIB)


def row(name: str, *held: object, **fields: object) -> NodeRow:
    record = node(name, held, **fields)  # pyright: ignore
    made = NodeRow(record)
    made.take(known(record)[0], now=0)
    return made


def test_images_are_merged_by_digest_and_largest_first() -> None:
    elsewhere = image(f"mirror.example/redis@{digest('a')}", size=GIB + 1)
    held = merge_images(
        [row("a", REDIS, image("small:1", size=5)), row("b", REDIS), row("c", elsewhere)]
    )
    assert [(each.image.size_bytes, each.nodes) for each in held] == [(GIB + 1, 3), (5, 1)]


def test_first_seen_is_known_only_if_the_image_arrived_on_all_nodes() -> None:
    old, new = row("a", REDIS), row("b")
    new.take(change(node("b"), node("b", (REDIS,)), at=60), now=60)
    newer = row("c")
    newer.take(change(node("c"), node("c", (REDIS,)), at=90), now=90)
    assert merge_images([old, new]) == [HeldImage(REDIS, 2, None, arrived=False)]
    assert merge_images([new, newer]) == [HeldImage(REDIS, 2, 60, arrived=True)]


def test_an_image_that_was_only_listed_since_is_not_said_to_have_arrived() -> None:
    arrived, listed = row("a"), row("b", before=CUT)
    arrived.take(change(node("a"), node("a", (REDIS,)), at=60), now=60)
    listed.take(
        change(node("b", before=PERHAPS_CUT), node("b", (REDIS,), before=CUT), at=30), now=30
    )
    assert listed.first_listed == {REDIS.key: 30}
    model = ImageListModel(0.0, Clock())
    for rows, text in (
        ([arrived], "since 1970-01-01 00:01"),
        ([listed], "in the list since 1970-01-01 00:00"),
        ([arrived, listed], "in the list since 1970-01-01 00:00"),
        ([arrived, listed, row("c", REDIS)], "before 1970-01-01 00:00"),
    ):
        (held,) = merge_images(rows)
        assert model.first_seen(held) == text
        assert held.arrived == (rows == [arrived])


def test_an_image_that_drops_off_the_list_is_forgotten() -> None:
    listed = row("b", before=PERHAPS_CUT)
    before = node("b", before=PERHAPS_CUT)
    held = node("b", (REDIS,), before=CUT)
    for old, new in ((before, held), (held, node("b", before=PERHAPS_CUT))):
        listed.take(change(old, new, at=30), now=30)
    assert not listed.first_listed


def test_a_size_that_is_not_believable_shows_what_was_reported(qapp: QApplication) -> None:
    model = ImageListModel(0.0, Clock())
    odd = ContainerImage(("huge:1",), 0, "<b>9223372036854775807</b>")
    model.show([row("a", odd, REDIS)])
    shown = model.index(1)
    assert shown.data() == "huge:1, size not believable"
    assert "size not believable" in shown.data(int(Qt.ItemDataRole.AccessibleTextRole))
    tip = shown.data(TOOLTIP)
    assert "size not believable: &lt;b&gt;9223372036854775807&lt;/b&gt;" in tip


def test_the_list_is_a_proper_model(qtmodeltester: ModelTester) -> None:
    model = ImageListModel(0.0, Clock())
    qtmodeltester.check(model)  # pyright: ignore[reportUnknownMemberType]
    assert model.show([row("a", *images(5)), row("b", *images(2))])
    assert not model.show([row("a", *images(5)), row("b", *images(2))])
    assert model.show([row("a")])


def test_the_tooltip_shows_all_details_as_plain_text(qapp: QApplication) -> None:
    model = ImageListModel(0.0, Clock())
    model.show([row("a", image("<b>x</b>:1", size=3)), row("b")])
    tip = model.index(0).data(TOOLTIP)
    assert "<b>" not in tip
    for part in ("&lt;b&gt;x&lt;/b&gt;:1", "3 bytes", "On 1 of 2 nodes", "First seen before "):
        assert part in tip


def panel_of(qtbot: QtBot, theme: Theme, *records: object) -> ImagePanel:
    nodes = NodeTableModel(Clocks(lambda: 100.0))
    nodes.apply(known(*records))  # pyright: ignore
    panel = ImagePanel(nodes, lambda: PodReader(never_connected), theme)
    nodes.setParent(panel)
    qtbot.addWidget(panel)
    panel.resize(320, 600)
    panel.show()
    return panel


def sentences(panel: ImagePanel) -> str:
    labels = [label for label in panel.findChildren(QLabel) if label.isVisible()]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    return "\n".join(label.text() for label in labels)


def test_the_panel_of_one_capped_node(qtbot: QtBot, theme: Theme) -> None:
    panel = panel_of(qtbot, theme, node("a", images(50, 100 * MIB), before=CUT))
    panel.show_nodes(["a"])
    text = sentences(panel)
    assert "50 images · ≥ 4.9 GiB reported" in text
    assert "Compressed sizes, as containerd reports them." in text
    assert "The list is cut: the kubelet lists only the largest images." in text
    assert "at the moment" not in text
    panel.grab()


def test_the_panel_of_a_node_whose_list_may_be_cut(qtbot: QtBot, theme: Theme) -> None:
    panel = panel_of(qtbot, theme, node("a", images(20), before=PERHAPS_CUT))
    panel.show_nodes(["a"])
    assert "20 images · ≥ 2.0 GiB reported" in sentences(panel)
    assert "The list may be cut: it may hold only the largest images." in sentences(panel)


def test_the_panel_of_a_node_with_a_size_that_is_not_believable(qtbot: QtBot, theme: Theme) -> None:
    odd = ContainerImage(("huge:1",), 0, "9223372036854775807")
    panel = panel_of(qtbot, theme, node("a", (odd, REDIS)), node("b", (odd,)))
    panel.show_nodes(["a"])
    assert "2 images · ≥ 1.0 GiB reported" in sentences(panel)
    assert "1 size is not believable and left out." in sentences(panel)
    panel.show_nodes(["a", "b"])
    assert "2 sizes are not believable and left out." in sentences(panel)
    panel.grab()


def test_the_panel_of_a_doubted_node(qtbot: QtBot, theme: Theme) -> None:
    panel = panel_of(qtbot, theme, node("a", images(2), images_doubted=True))
    panel.show_nodes(["a"])
    assert "The node lists no images at the moment." in sentences(panel)


def test_the_panel_of_several_nodes(qtbot: QtBot, theme: Theme) -> None:
    capped = node("a", images(50), before=CUT)
    doubted = node("b", images(2), images_doubted=True)
    panel = panel_of(qtbot, theme, capped, doubted, node("c", (), runtime="cri-o://1.31"))
    panel.show_nodes(["a", "b", "c", "no such node"])
    text = sentences(panel)
    assert "1 of 3 lists may hold only the largest images." in text
    assert "1 of 3 nodes lists no images at the moment" in text
    assert "Unpacked sizes, as cri-o reports them." in text
    panel.grab()


def test_the_panel_without_a_selection(qtbot: QtBot, theme: Theme) -> None:
    assert "Select nodes" in sentences(panel_of(qtbot, theme))


def test_the_panel_follows_its_nodes(qtbot: QtBot, theme: Theme) -> None:
    old = node("a", images(2))
    panel = panel_of(qtbot, theme, old)
    panel.show_nodes(["a"])
    nodes = panel.findChild(NodeTableModel)
    assert nodes is not None
    nodes.apply([change(old, node("a", (*old.images, image("new:1", size=5 * GIB))))])
    qtbot.waitUntil(lambda: "3 images" in sentences(panel))
    panel.grab()
