import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.window.saved_view_dialog import SavedViewDialog
from kubeimg_gui.qt.window.saved_views import LONGEST_NAME, MOST_VIEWS, Naming

TAKEN = ("GPU", "<b>Büro</b>")


class Asked:
    """An open dialog and the names chosen in it."""

    def __init__(self, parent: QWidget, naming: Naming, name: str, taken: tuple[str, ...]) -> None:
        self.dialog = SavedViewDialog(naming, "prod", name, taken, parent)
        self.names: list[str] = []
        self.dialog.named.connect(self.names.append)
        self.dialog.show_centred()

    def type(self, text: str) -> None:
        self.dialog.field.setText(text)

    @property
    def offered(self) -> tuple[str, bool]:
        button = self.dialog.accept_button
        return button.text(), button.isEnabled()


@pytest.fixture
def parent(qtbot: QtBot, theme: Theme) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_enter_saves_under_the_typed_name(parent: QWidget) -> None:
    asked = Asked(parent, Naming.SAVE, "", TAKEN)
    assert asked.offered == ("Save", False)
    asked.type("  显卡 /  all\u00a0nodes ")
    assert asked.offered == ("Save", True)
    assert asked.dialog.hint == ""
    QTest.keyClick(asked.dialog.field, Qt.Key.Key_Return)
    assert asked.names == ["显卡 / all nodes"]
    assert not asked.dialog.isVisible()


def test_escape_and_cancel_choose_nothing(parent: QWidget) -> None:
    asked = Asked(parent, Naming.SAVE, "GPU", TAKEN)
    QTest.keyClick(asked.dialog.field, Qt.Key.Key_Escape)
    other = Asked(parent, Naming.SAVE, "GPU", TAKEN)
    other.dialog.cancel_button.click()
    assert asked.names == other.names == []
    assert not other.dialog.isVisible()


def test_a_name_in_use_replaces_and_says_so(parent: QWidget) -> None:
    asked = Asked(parent, Naming.SAVE, "", TAKEN)
    asked.type("gpu")
    assert asked.offered == ("Replace", True)
    assert asked.dialog.hint == "Replaces the saved view “GPU”."
    assert asked.dialog.field.accessibleDescription() == asked.dialog.hint
    asked.type("gpu 2")
    assert asked.offered == ("Save", True)
    asked.type("<b>büro</b>")
    assert asked.dialog.hint == "Replaces the saved view “<b>Büro</b>”."


def test_the_name_of_another_view_is_refused_when_renaming(parent: QWidget) -> None:
    asked = Asked(parent, Naming.RENAME, "GPU", TAKEN)
    asked.type("<B>BÜRO</B>")
    assert asked.offered == ("Rename", False)
    assert asked.dialog.hint == "Another saved view has this name."
    QTest.keyClick(asked.dialog.field, Qt.Key.Key_Return)
    assert asked.names == []
    asked.type("gpu")
    assert asked.offered == ("Rename", True)
    asked.dialog.accept_button.click()
    assert asked.names == ["gpu"]


def test_there_are_at_most_so_many(parent: QWidget) -> None:
    asked = Asked(parent, Naming.SAVE, "", tuple(str(n) for n in range(MOST_VIEWS)))
    asked.type("one more")
    assert asked.offered == ("Save", False)
    assert asked.dialog.hint.startswith("A context has at most 100 saved views.")
    asked.type("7")
    assert asked.offered == ("Replace", True)


def test_a_name_has_a_maximum_length(parent: QWidget) -> None:
    asked = Asked(parent, Naming.SAVE, "", TAKEN)
    QTest.keyClicks(asked.dialog.field, "x" * (LONGEST_NAME + 9))
    asked.dialog.accept_button.click()
    assert asked.names == ["x" * LONGEST_NAME]


def test_the_dialog_blocks_only_its_window(parent: QWidget) -> None:
    asked = Asked(parent, Naming.SAVE, "", TAKEN)
    assert asked.dialog.windowModality() is Qt.WindowModality.WindowModal
    assert asked.dialog.focusWidget() is asked.dialog.field
