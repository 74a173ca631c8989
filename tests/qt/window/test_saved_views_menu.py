"""The saved views of a context: names, deletion, other windows, damage, narrow windows."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.target import Target
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.saved_views import (
    Arrangement,
    SavedView,
    load_views,
    remove_view,
    save_view,
)
from tests.qt.window.conftest import OpenViews
from tests.qt.window.saving import (
    arrange,
    arranged,
    choose,
    listed,
    name_in_dialog,
    opened,
    save_as,
)
from tests.qt.window.windows import order, press, quiet_source
from tests.support.recorder import connection_to


@pytest.fixture
def window(open_views: OpenViews) -> MainWindow:
    return opened(open_views)


def test_saving_under_another_name_keeps_the_first(window: MainWindow, settings_file: Path) -> None:
    save_as(window, "one")
    arrange(window)
    save_as(window, "two")
    save_as(window, "TWO")
    assert listed(window) == ["&1  one", "&2  TWO"]
    assert [view.name for view in load_views(settings_file, "prod-eu-1")] == ["one", "TWO"]


@pytest.mark.parametrize("name", ["mine 2", "MINE"])
def test_a_renamed_view_is_the_same(window: MainWindow, settings_file: Path, name: str) -> None:
    arrange(window)
    save_as(window, "mine")
    kept = load_views(settings_file, "prod-eu-1")[0].arrangement
    window.toolbar.filter.clear()
    window.saved.button.rename.trigger()
    name_in_dialog(window, name)
    assert load_views(settings_file, "prod-eu-1") == [SavedView(name, kept)]
    assert window.saved.button.text() == f"{name} · changed"


def test_a_view_is_not_renamed_to_another_one(window: MainWindow) -> None:
    save_as(window, "one")
    save_as(window, "two")
    window.saved.rename("ONE")
    assert window.saved.names == ["one", "two"]


def test_a_deletion_can_be_undone(qtbot: QtBot, window: MainWindow, settings_file: Path) -> None:
    arrange(window)
    save_as(window, "mine")
    expected = arranged(window)
    kept = load_views(settings_file, "prod-eu-1")
    window.saved.button.delete.trigger()
    assert load_views(settings_file, "prod-eu-1") == []
    assert listed(window) == ["No saved views of this context"]
    assert arranged(window) == expected, "the window stays as it is"
    assert window.saved.button.text() == "Saved views"
    assert window.page.views_banner.text == "The saved view “mine” is deleted."
    press(qtbot, window, "Undo")
    assert load_views(settings_file, "prod-eu-1") == kept
    assert window.saved.button.text() == "mine"
    assert not window.page.views_banner.isVisible()


def test_escape_ends_the_offer_to_undo_before_it_clears_the_filter(
    qtbot: QtBot, window: MainWindow
) -> None:
    arrange(window)
    save_as(window, "mine")
    window.saved.delete()
    qtbot.waitExposed(window)
    window.activateWindow()
    window.table.setFocus()
    QTest.keyClick(window.table, Qt.Key.Key_Escape)
    assert not window.page.views_banner.isVisible()
    assert window.toolbar.filter.text() == "-node:b"
    QTest.keyClick(window.table, Qt.Key.Key_Escape)
    assert window.toolbar.filter.text() == ""
    window.saved.restore_deleted()
    assert window.saved.names == []


def test_only_the_applied_view_is_renamed_and_deleted(window: MainWindow) -> None:
    button = window.saved.button
    assert not button.rename.isEnabled()
    assert not button.delete.isEnabled()
    window.saved.delete()
    save_as(window, "one")
    assert button.rename.text() == "Rename “one”…"
    assert button.delete.isEnabled()


def test_each_context_has_its_own_views(open_views: OpenViews) -> None:
    one = opened(open_views)
    save_as(one, "mine")
    other = opened(open_views, "stage")
    assert listed(other) == ["No saved views of this context"]
    save_as(other, "mine")
    other.saved.delete()
    assert listed(one) == ["&1  mine"]


def test_a_window_follows_its_context(
    qtbot: QtBot, theme: Theme, clocks: Clocks, settings_file: Path
) -> None:
    save_view(settings_file, "prod", SavedView("of prod", Arrangement("nodes", "node:a")))
    save_view(settings_file, "stage", SavedView("of stage", Arrangement("nodes", "b")))
    target = Target("", "", "", lambda: connection_to(""))
    window = MainWindow(quiet_source(target), theme, settings_file, clocks)
    qtbot.addWidget(window)
    window.show()
    assert listed(window) == ["No context to save views of"]
    assert not window.saved.button.save.isEnabled()
    target.context = "prod"
    window.tick()
    assert listed(window) == ["&1  of prod"]
    choose(window, "of prod")
    window.saved.button.save.trigger()
    target.context = "stage"
    window.tick()
    assert window.saved.dialog is None, "it would save for another context"
    assert window.saved.applied == ""
    assert listed(window) == ["&1  of stage"]
    assert [view.name for view in load_views(settings_file, "prod")] == ["of prod"]
    window.close_now()


def test_views_of_another_window_are_offered(window: MainWindow, settings_file: Path) -> None:
    save_as(window, "mine")
    save_view(settings_file, "prod-eu-1", SavedView("theirs", Arrangement("nodes")))
    assert listed(window) == ["&1  mine", "&2  theirs"]
    remove_view(settings_file, "prod-eu-1", "mine")
    assert listed(window) == ["&1  theirs"]
    assert window.saved.button.text() == "Saved views"


def test_a_damaged_file_costs_only_the_damaged_view(
    open_views: OpenViews, settings_file: Path
) -> None:
    save_view(settings_file, "prod-eu-1", SavedView("good", Arrangement("nodes", "node:a")))
    damage = b"[context%20prod-eu-1]\nview%2520bad\\view=@Variant(\\0\\0\nview%2520worse=3\n"
    settings_file.write_bytes(
        settings_file.read_bytes().replace(b"[context%20prod-eu-1]\n", damage)
    )
    window = opened(open_views)
    assert listed(window) == ["&1  good"]
    choose(window, "good")
    assert order(window) == ["a"]


def test_a_file_that_cannot_be_written_is_reported(window: MainWindow, settings_file: Path) -> None:
    settings_file.unlink(missing_ok=True)
    settings_file.mkdir()
    save_as(window, "mine")
    assert window.page.views_banner.text == (
        "The settings file cannot be written: saved views end with this window."
    )
    assert listed(window) == ["&1  mine"]
    settings_file.rmdir()


def test_names_are_shown_as_they_are(window: MainWindow) -> None:
    name = "<b>R&D</b> \u202e {x}"
    save_as(window, name)
    button = window.saved.button
    assert button.text() == "<b>R&&D</b> \\u202e {x}"
    assert "&lt;b&gt;" in button.toolTip()
    assert listed(window)[0].endswith("<b>R&&D</b> \\u202e {x}")
    choose(window, listed(window)[0])
    assert window.saved.applied == name


@pytest.mark.parametrize("view", ["nodes", "plain"])
@pytest.mark.parametrize("width", [900, 820])
def test_a_long_name_fits_a_narrow_window(
    qtbot: QtBot, open_views: OpenViews, width: int, view: str
) -> None:
    window = opened(open_views)
    window.resize(width, 600)
    window.views.show(view)
    window.model.group_by("failure-domain.kubernetes.io/zone-of-the-rack")
    save_as(window, "显卡节点的镜像与标签，华东一区生产环境，包含全部版本，按大小排序，每天检查")
    window.toolbar.filter.setText("a")
    bar, button = window.page.view_bar, window.saved.button
    assert button.text().endswith(" · changed")
    assert "按大小排序，每天检查" in button.accessibleDescription()
    qtbot.waitUntil(lambda: minimum_width(button) <= button.width() <= button.sizeHint().width())
    assert window.width() == bar.width() == width
    others = [bar.tabs, *(each for each in at_end(window) if each.isVisible())]
    assert len(others) == 2
    assert others[0].geometry().right() < button.geometry().left()
    assert button.geometry().right() < others[1].geometry().left()
    assert others[1].geometry().right() < width
    painted = button.painted_text
    assert painted.startswith("显")
    assert painted.endswith(" · changed")
    assert (painted == button.text()) is (button.size() == button.sizeHint())
    frame = button.sizeHint().width() - button.fontMetrics().horizontalAdvance(button.text())
    assert button.fontMetrics().horizontalAdvance(painted) + frame <= button.width()


def minimum_width(widget: QWidget) -> int:
    return widget.minimumSizeHint().width()


def at_end(window: MainWindow) -> list[QWidget]:
    """What the views have at the right end of the bar."""
    parts = window.views.images
    return [window.page.grouping, *([parts.switch] if parts is not None else [])]
