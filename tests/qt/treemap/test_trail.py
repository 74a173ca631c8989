"""The breadcrumb fits every width and leads to each level."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from kubeimg_gui.qt.treemap.trail import Trail
from tests.qt.treemap.conftest import Shown, fleet

LONG = "arn:aws:eks:eu-central-1:012345678901:cluster/production-eu-central-1"


def crumbs(shown: Shown) -> list[QPushButton]:
    trail = shown.view.findChild(Trail)
    assert trail is not None
    return [each for each in trail.findChildren(QPushButton) if each.isVisible()]


@pytest.mark.parametrize("width", [1440, 900, 780])
def test_no_name_is_clipped(make_view: Callable[[], Shown], width: int) -> None:
    shown = make_view()
    shown.know(fleet())
    shown.window.resize(width, 600)
    shown.view.resize(width, 600)
    shown.show()
    shown.view.set_context(LONG)
    shown.view.show_node("gpu-1.example")
    shown.wait()
    assert shown.view.width() == width
    assert len(crumbs(shown)) == 3
    right = 0
    for crumb in crumbs(shown):
        assert crumb.width() >= crumb.fontMetrics().horizontalAdvance(crumb.text())
        assert crumb.x() >= right
        right = crumb.x() + crumb.width()
    trail = shown.view.findChild(Trail)
    assert trail is not None
    assert right <= trail.width()
    assert crumbs(shown)[0].accessibleName() == LONG


def test_a_click_on_a_name_leads_there(shown: Shown) -> None:
    shown.view.show_node("gpu-1.example")
    shown.wait()
    QTest.mouseClick(crumbs(shown)[1], Qt.MouseButton.LeftButton)
    shown.wait()
    assert shown.view.path == ("pool gpu",)
    texts = [each.text() for each in shown.view.findChildren(QLabel) if each.isVisible()]
    assert any(text.endswith("· 45.0 GiB") for text in texts)
