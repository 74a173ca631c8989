from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.nodes.column_layout import ColumnLayout
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.notify.do_not_disturb import DoNotDisturb
from kubeimg_gui.qt.window.settings import (
    DEFAULT_GROUPING,
    WindowSettings,
    load_grouping,
    load_pods_wanted,
    load_settings,
    save_grouping,
    save_pods_wanted,
    save_settings,
    settings_path,
)


def test_settings_are_restored(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "window.ini"
    arrangement = WindowSettings(
        geometry=b"\x01\x00geometry",
        panel=355,
        panel_open=True,
        activity=222,
        columns=ColumnLayout(
            order=tuple(reversed(Column)),
            hidden=frozenset({Column.TREND, Column.AGE}),
            widths={Column.NODE: 222, Column.LARGEST: 333},
            sort=Column.CHANGE,
            descending=False,
            group="topology.kubernetes.io/zone",
        ),
        view="treemap",
    )
    save_settings(path, arrangement)
    assert load_settings(path) == arrangement


def test_other_groups_in_the_file_are_kept(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    silence = DoNotDisturb(path, Clocks())
    silence.begin_for_good()
    save_settings(path, WindowSettings(panel=300))
    assert DoNotDisturb(path, Clocks()).for_good
    DoNotDisturb(path, Clocks()).end()
    assert load_settings(path).panel == 300


def test_pods_are_kept_for_each_context(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    names = ["a", "a/b", "a/b/pods", "[x]", "é %2F", "\udc80", "A"]
    for name in names:
        assert not load_pods_wanted(path, name)
    for name in names[::2]:
        save_pods_wanted(path, name, wanted=True)
    save_settings(path, WindowSettings(panel=300))
    assert [load_pods_wanted(path, name) for name in names] == [True, False] * 3 + [True]
    save_pods_wanted(path, "a", wanted=False)
    assert not load_pods_wanted(path, "a")


@pytest.mark.parametrize("content", [b"", b"[images]\ngrouping=colour", b"[images]\ngrouping=a, b"])
def test_a_damaged_grouping_is_the_default(
    qapp: QApplication, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "window.ini"
    path.write_bytes(content)
    assert load_grouping(path) is DEFAULT_GROUPING
    save_grouping(path, Grouping.REGISTRY)
    assert load_grouping(path) is Grouping.REGISTRY


def test_defaults_without_a_file(qapp: QApplication, tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.ini") == WindowSettings()


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff\xfe not an ini file at all \x80",
        b"[columns]\norder=node state\nsort=nonsense\nhidden=node unknown\ndescending=maybe",
        b"[window]\ngeometry=@ByteArray(\npanel=-5\n[widths]\nnode=wide\nage=99999",
        b"[window]\npanel=@Variant(\\0\\0)\n[columns]\norder=@Invalid()",
    ],
)
def test_a_damaged_file_falls_back_to_the_defaults(
    qapp: QApplication, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "window.ini"
    path.write_bytes(content)
    found = load_settings(path)
    assert found.panel == 0
    assert found.columns == ColumnLayout()


def test_a_file_that_cannot_be_written_is_ignored(qapp: QApplication, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    save_settings(in_the_way / "window.ini", WindowSettings())


def test_settings_are_in_the_user_configuration_folder() -> None:
    assert settings_path().name == "window.ini"
    assert settings_path().parent.name == "kubeimg"
