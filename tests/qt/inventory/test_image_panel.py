"""The panel of one image: its nodes, the other nodes, its pods, owners and other versions."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.pod import ImageUse
from kubeimg_gui.domain.query import image_term
from kubeimg_gui.qt.base import slices
from kubeimg_gui.qt.base.theme import DARK, Theme
from kubeimg_gui.qt.base.tone import Tone
from kubeimg_gui.qt.inventory.image_tabs import Tab
from kubeimg_gui.qt.pods import wording
from tests.qt.inventory.panel_scene import OLD, OTHER, WEB, Scene, lines, pod, said
from tests.support.builders import COMPLETE, CUT, GIB, PERHAPS_CUT, digest, image, node
from tests.support.mouse import double_click
from tests.support.widget_texts import texts_of

A, B, C = node("a", (WEB, OTHER)), node("b", (WEB,)), node("c", (OLD,))

Open = Callable[..., Scene]


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme) -> Iterator[Open]:
    scenes: list[Scene] = []

    def open_scene(*records: object, tab: Tab = Tab.HOLDERS) -> Scene:
        scene = Scene(*records)  # pyright: ignore
        scenes.append(scene)
        qtbot.addWidget(scene.panel)
        scene.panel.tabs.bar.setCurrentIndex(tab)
        scene.panel.show()
        scene.panel.show_image(WEB.key)
        return scene

    yield open_scene
    for scene in scenes:
        scene.panel.show_image("")


def states(scene: Scene) -> dict[str, str]:
    return {line.title: line.shown_state for line in lines(scene.panel.tabs.holders.lines)}


def test_the_head_says_what_the_image_is(opened: Open) -> None:
    scene = opened(A, B, C)
    text = said(scene.panel)
    assert "quay.io · sha256:aaaaaaaaaaaa · 3.0 GiB compressed" in text
    assert "First seen before " in text
    assert "last" not in text
    bar = scene.panel.tabs.bar
    assert bar.tabText(Tab.HOLDERS).startswith("On 2 ")
    assert bar.tabText(Tab.OTHERS) == "Not on 1"
    assert bar.tabText(Tab.PODS) == "Pods", "not 0 pods: they are unknown"


def test_sizes_of_different_meanings_are_all_shown(opened: Open) -> None:
    unpacked = image(*WEB.names, size=7 * GIB)
    scene = opened(A, node("d", (unpacked,), runtime="cri-o://1.31"))
    assert "3.0 GiB compressed" in said(scene.panel)
    assert "7.0 GiB unpacked" in said(scene.panel)


def test_nodes_that_got_it_last_come_first(opened: Open) -> None:
    scene = opened(A, B, C, node("d"))
    scene.apply(C, node("c", (WEB, OLD)))
    scene.apply(node("d"), node("d", (WEB,)))
    scene.panel.refresh()
    shown = lines(scene.panel.tabs.holders.lines)
    assert [line.title for line in shown] == ["d", "c", "a", "b"]
    assert shown[0].detail.startswith("since ")
    assert shown[3].detail.startswith("before ")
    assert "last arrived on a node" in said(scene.panel)


def test_each_node_says_whether_its_pods_refer_to_it(opened: Open) -> None:
    scene = opened(A, B, C)
    assert set(states(scene).values()) == {"? unknown"}
    assert lines(scene.panel.tabs.holders.lines)[0].note == "pods not read"
    scene.live(pod("web-0", "a"))
    scene.panel.refresh()
    assert states(scene) == {"a": f"● {wording.pods(1)}", "b": "○ not referenced"}


def test_the_other_nodes_say_where_a_cut_list_may_hide_it(opened: Open) -> None:
    larger = image("huge:1", size=9 * GIB)
    scene = opened(
        A,
        node("complete", (larger,), before=COMPLETE),
        node("cut", (larger,), before=CUT),
        node("empty", (), before=PERHAPS_CUT),
        node("sure", (OTHER,), before=PERHAPS_CUT),
        node("unpacked", (OTHER,), before=CUT, runtime="cri-o://1.31"),
        node("unknown", (OTHER,), before=CUT, runtime="other://1"),
        tab=Tab.OTHERS,
    )
    shown = {line.title: line.shown_state for line in lines(scene.panel.tabs.others.lines)}
    assert shown == {
        "complete": "not there",
        "cut": "? list is cut",
        "empty": "? no list",
        "sure": "not there",
        "unpacked": "not there",
        "unknown": "? list is cut",
    }, "a list with a smaller image would show it, unless its sizes mean something unknown"
    assert scene.panel.tabs.sentence.startswith("3 of these lists may hide it")


def test_pods_say_what_they_use_it_for_and_whether_they_still_run(opened: Open) -> None:
    uses = (("prepare", ImageUse.INIT), ("models", ImageUse.VOLUME), ("main", ImageUse.CONTAINER))
    scene = opened(A, B, C, tab=Tab.PODS)
    scene.live(
        pod("done", "a", phase="Succeeded", owner="Job/once"),
        pod("web-1", "b", phase="Pending"),
        pod("web-0", "a", uses=uses),
        pod("stranger", "a", OTHER),
    )
    scene.panel.refresh()
    first, second, last = lines(scene.panel.tabs.pods.lines)
    assert (first.title, first.state, first.detail) == (
        "shop/web-0",
        "running",
        "StatefulSet shop/web",
    )
    assert first.note == "init container prepare, image volume models, container main"
    assert (second.title, second.state) == ("shop/web-1", "pending")
    assert (last.title, last.state) == ("shop/done", "finished, holds it")
    assert scene.panel.tabs.bar.tabText(Tab.PODS) == wording.pods(3)


def test_owners_come_with_their_numbers_of_pods(opened: Open) -> None:
    scene = opened(A, B, C)
    scene.live(
        pod("once", "a", phase="Failed", owner=""),
        pod("web-0", "a"),
        pod("web-1", "b", phase="Pending"),
    )
    scene.panel.refresh()
    shown = [(line.title, line.state) for line in lines(scene.panel.usage.owners.lines)]
    assert shown == [
        ("StatefulSet shop/web", "1 running, 1 pending"),
        ("shop, without an owner", "1 finished"),
    ]


def test_other_versions_of_the_repository_lie_beside_it(opened: Open) -> None:
    scene = opened(A, B, C)
    scene.live(pod("old", "c", OLD))
    scene.panel.refresh()
    (line,) = lines(scene.panel.usage.versions.lines)
    assert line.title == "1"
    assert line.detail == "1 node · 2.0 GiB"
    assert line.tone is Tone.REFERENCED
    assert "safe to delete" in said(scene.panel)


def test_without_the_permission_it_says_which_one_to_ask_for(opened: Open) -> None:
    scene = opened(A, B, C)
    scene.forbid()
    scene.panel.refresh()
    assert "Ask for the permission to list and watch pods" in said(scene.panel)
    assert "(verbs list, watch on pods)" in scene.panel.usage.sentence
    assert "safe to delete" not in said(scene.panel), "nothing is called not referenced"
    scene.panel.tabs.bar.setCurrentIndex(Tab.PODS)
    assert said(scene.panel).count("Ask for the permission") == 1


def test_where_pods_are_known_and_none_refers_to_it_that_is_said(opened: Open) -> None:
    scene = opened(A, tab=Tab.PODS)
    scene.live()
    scene.panel.refresh()
    assert scene.panel.tabs.sentence == "No pod refers to it."


def test_it_follows_nodes_and_pods(qtbot: QtBot, opened: Open) -> None:
    scene = opened(A, B, C)
    scene.live()
    scene.apply(B, node("b", (OTHER,)))
    qtbot.waitUntil(lambda: states(scene) == {"a": "○ not referenced"})
    scene.add(pod("web-0", "a"))
    qtbot.waitUntil(lambda: states(scene) == {"a": f"● {wording.pods(1)}"})
    scene.apply(None, node("d"))
    qtbot.waitUntil(lambda: scene.panel.tabs.bar.tabText(Tab.OTHERS) == "Not on 3")
    scene.apply(C, node("c", (OLD, image("quay.io/org/web:3"))))
    qtbot.waitUntil(lambda: scene.panel.usage.versions.lines.rowCount() == 2)


def test_an_image_that_left_the_cluster_stays_with_a_sentence(qtbot: QtBot, opened: Open) -> None:
    scene = opened(B)
    scene.apply(B, node("b"))
    qtbot.waitUntil(lambda: "No node lists it any more." in said(scene.panel))
    assert states(scene) == {}


def test_nothing_is_computed_while_it_is_hidden(opened: Open) -> None:
    scene = opened(A, B, C)
    scene.panel.hide()
    scene.apply(B, node("b"))
    scene.panel.refresh()
    assert len(states(scene)) == 2
    scene.panel.show()
    assert set(states(scene)) == {"a"}


@pytest.fixture
def _short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "CHUNK", 2)
    monkeypatch.setattr(slices, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(slices, "SLICE_SECONDS", 0.0)


MANY = [node(f"n{number}", (WEB, OLD) if number % 2 else (OTHER,)) for number in range(20)]
HOLDERS, OTHERS = sorted(each.name for each in MANY[1::2]), sorted(each.name for each in MANY[::2])


@pytest.mark.usefixtures("_short_slices")
def test_an_image_of_many_nodes_is_shown_whole_after_some_slices(
    qtbot: QtBot, opened: Open
) -> None:
    scene = opened(*MANY)
    scene.live(*(pod(f"p{number}", f"n{number}") for number in range(1, 20, 2)))
    panel, tabs = scene.panel, scene.panel.tabs
    assert said(panel) == "Select an image to see which nodes hold it.", "not a part of it"
    qtbot.waitUntil(lambda: [line.title for line in lines(tabs.holders.lines)] == HOLDERS)
    qtbot.waitUntil(lambda: tabs.bar.tabText(Tab.PODS) == wording.pods(10))
    (owner,) = lines(panel.usage.owners.lines)
    assert owner.state == "10 running"
    assert panel.usage.versions.lines.rowCount() == 1
    tabs.bar.setCurrentIndex(Tab.OTHERS)
    qtbot.waitUntil(lambda: [line.title for line in lines(tabs.others.lines)] == OTHERS)
    tabs.bar.setCurrentIndex(Tab.PODS)
    expected = sorted(f"shop/p{number}" for number in range(1, 20, 2))
    qtbot.waitUntil(lambda: [line.title for line in lines(tabs.pods.lines)] == expected)


@pytest.mark.usefixtures("_short_slices")
def test_what_changes_between_slices_is_shown_after_them(qtbot: QtBot, opened: Open) -> None:
    scene = opened(*MANY)
    scene.live()
    scene.panel.show_image(OTHER.key)
    scene.panel.show_image(WEB.key)
    scene.add(*(pod(f"p{number}", f"n{number}") for number in range(1, 20, 2)))
    scene.apply(MANY[0], node("n0", (WEB, OTHER)))
    scene.apply(MANY[1], None)
    expected = ["n0", *HOLDERS[1:]]
    holders, bar = scene.panel.tabs.holders, scene.panel.tabs.bar
    qtbot.waitUntil(lambda: [line.title for line in lines(holders.lines)] == expected)
    qtbot.waitUntil(lambda: bar.tabText(Tab.PODS) == wording.pods(9))
    assert bar.tabText(Tab.OTHERS) == "Not on 9"
    assert "quay.io · sha256:aaaaaaaaaaaa" in said(scene.panel)


def test_the_current_node_stays_current_while_it_changes(opened: Open) -> None:
    scene = opened(A, B, C, tab=Tab.OTHERS)
    others = scene.panel.tabs.others
    others.setCurrentIndex(others.lines.index(0))
    scene.apply(C, node("c", (OLD, OTHER)))
    scene.apply(None, node("b2"))
    scene.panel.refresh()
    assert others.current == "c"
    assert others.currentIndex().row() == 1


def test_nothing_selected_is_a_sentence(opened: Open) -> None:
    scene = opened(A)
    scene.panel.show_image("")
    assert said(scene.panel) == "Select an image to see which nodes hold it."
    scene.panel.show_image("no such key")
    assert not scene.panel.key


def test_double_click_and_enter_ask_for_nodes_and_versions(opened: Open) -> None:
    scene = opened(A, B, C)
    scene.live(pod("web-0", "b"))
    scene.panel.refresh()
    nodes: list[str] = []
    images: list[str] = []
    scene.panel.node_requested.connect(nodes.append)
    scene.panel.image_selected.connect(images.append)
    tabs = scene.panel.tabs
    at = tabs.holders.visualRect(tabs.holders.lines.index(1)).center()
    double_click(tabs.holders.viewport(), at)
    for tab, view in ((Tab.OTHERS, tabs.others), (Tab.PODS, tabs.pods)):
        tabs.bar.setCurrentIndex(tab)
        view.setCurrentIndex(view.lines.index(0))
        QTest.keyClick(view, Qt.Key.Key_Return)
    versions = scene.panel.usage.versions
    versions.setCurrentIndex(versions.lines.index(0))
    QTest.keyClick(versions, Qt.Key.Key_Return)
    assert nodes == ["b", "c", "b"]
    assert images == [OLD.key]


@pytest.mark.parametrize("tab", [Tab.HOLDERS, Tab.OTHERS])
def test_the_nodes_of_a_list_can_be_shown_in_the_table(opened: Open, tab: Tab) -> None:
    scene = opened(A, B, C, tab=tab)
    filters: list[str] = []
    scene.panel.filter_requested.connect(filters.append)
    scene.panel.tabs.show_nodes.click()
    assert filters == [image_term(WEB, without=tab is Tab.OTHERS)]


def test_hostile_names_are_shown_literally_and_on_one_line(opened: Open) -> None:
    hostile = "<b>x</b>\u202e\n\x1b&" + "y" * 10_000
    held = image(f"{hostile}/{hostile}@{digest('e')}", f"{hostile}/{hostile}:{hostile}")
    beside = image(f"{hostile}/{hostile}@{digest('f')}", f"{hostile}/{hostile}:2")
    scene = opened(node(hostile, (held, beside)), node(f"{hostile}2", (beside,)))
    scene.live(pod(hostile, hostile, held, owner=f"{hostile}/{hostile}"))
    scene.panel.show_image(held.key)
    for tab in Tab:
        scene.panel.tabs.bar.setCurrentIndex(tab)
    scene.panel.grab()
    texts = list(texts_of(scene.panel))
    assert any("<b>x</b>" in text or "&lt;b&gt;x&lt;/b&gt;" in text for text in texts)
    assert not any(harm in text for text in texts for harm in ("\u202e", "\x1b", "y" * 1000))


def test_in_a_low_panel_the_list_has_the_room(qtbot: QtBot, opened: Open) -> None:
    scene = opened(A, B, C)
    scene.live(pod("web-0", "a"))
    scene.panel.refresh()
    usage = scene.panel.usage
    assert usage.owners.isVisible()
    assert usage.versions.isVisible()
    scene.panel.resize(300, 360)
    assert not usage.owners.isVisible()
    assert not usage.versions.isVisible()
    qtbot.waitUntil(lambda: scene.panel.tabs.holders.height() > 60)
    assert "safe to delete" in said(scene.panel), "where a person would conclude it"
    scene.panel.resize(300, 700)
    assert usage.owners.isVisible()


def test_it_can_be_repainted_in_another_theme_and_on_another_day(opened: Open) -> None:
    scene = opened(A, B, C)
    light = scene.panel.grab().toImage()
    scene.panel.set_theme(DARK)
    assert scene.panel.grab().toImage() != light
    scene.clock.now += 24 * 3600
    scene.panel.show_new_day()
    scene.panel.refresh()
    assert "First seen before Nov " in said(scene.panel)
