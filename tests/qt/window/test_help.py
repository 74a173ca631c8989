from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from kubeimg_gui import resources_folder
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.window.help import DocumentationWindow, HelpMenu, anchor
from kubeimg_gui.qt.window.main_window import MainWindow

FILLING = "Some words.\n\n" * 200
PAGES = {
    "index.md": "# Start\n\nSee [limits](limits.md#a-heading), the\n"
    "[web](https://example.org), [nothing](none.md), [a picture](../picture.png).\n",
    "limits.md": f"# Limits\n\n{FILLING}## A heading\n\nThe last words: ≥ µs\n",
}


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, words in PAGES.items():
        (folder / name).write_text(words, encoding="utf-8")
    return folder


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme, documents: Path) -> Iterator[DocumentationWindow]:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    menu = HelpMenu(documents, window)
    menu.documentation.trigger()
    assert menu.window is not None
    yield menu.window
    menu.window.close()


@pytest.fixture
def visited(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the desktop was asked to open."""
    addresses: list[str] = []

    def visit(url: QUrl) -> bool:
        addresses.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", visit)
    return addresses


def click(opened: DocumentationWindow, link: str) -> None:
    opened.browser.anchorClicked.emit(QUrl(link))


def words(opened: DocumentationWindow) -> str:
    return opened.browser.toPlainText()


def test_it_opens_the_shipped_pages_from_the_menu_and_the_keyboard(window: MainWindow) -> None:
    actions = window.toolbar.help.menu().actions()
    assert [action.text() for action in actions] == ["Documentation"]
    QTest.keyClick(window, Qt.Key.Key_F1)
    opened = window.help.window
    assert opened is not None
    assert opened.isVisible()
    assert not opened.isModal()
    assert opened.browser.isReadOnly()
    assert Path(opened.browser.source().toLocalFile()) == resources_folder() / "docs" / "index.md"
    assert "kubeimg" in words(opened)
    actions[0].trigger()
    assert window.help.window is opened
    opened.close()
    assert window.help.window is None
    actions[0].trigger()
    assert window.help.window is not None
    window.help.window.close()


def test_a_link_leads_to_a_heading_of_another_page_and_back(opened: DocumentationWindow) -> None:
    assert not opened.back.isEnabled()
    click(opened, "limits.md#a-heading")
    assert opened.page == "limits.md"
    assert "The last words: ≥ µs" in words(opened)
    assert opened.browser.verticalScrollBar().value() > 0
    QTest.mouseClick(opened.back, Qt.MouseButton.LeftButton)
    assert opened.page == "index.md"
    click(opened, "limits.md")
    QTest.mouseClick(opened.contents, Qt.MouseButton.LeftButton)
    assert opened.page == "index.md"


def test_web_addresses_and_other_files_are_for_the_desktop(
    opened: DocumentationWindow, documents: Path, visited: list[str]
) -> None:
    picture = documents.parent / "picture.png"
    picture.write_bytes(b"")
    click(opened, "https://example.org")
    click(opened, "../picture.png")
    assert visited == ["https://example.org", QUrl.fromLocalFile(str(picture)).toString()]
    assert opened.page == "index.md"
    assert opened.problem == ""


def test_a_missing_page_is_a_sentence(opened: DocumentationWindow, visited: list[str]) -> None:
    click(opened, "none.md")
    assert opened.problem == "none.md is not part of this installation of kubeimg."
    assert opened.page == "index.md"
    click(opened, "limits.md")
    assert opened.problem == ""
    assert not visited


def test_missing_documentation_is_a_sentence(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = HelpMenu(tmp_path / "nowhere", window)
    menu.open()
    assert menu.window is not None
    assert menu.window.problem == "index.md is not part of this installation of kubeimg."
    assert menu.window.page == ""
    menu.window.close()


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("What fails?", "what-fails"),
        ("JSON for `watch`", "json-for-watch"),
        ("kubeimg beside k9s, Headlamp and kubectl", "kubeimg-beside-k9s-headlamp-and-kubectl"),
    ],
)
def test_headings_are_named_as_on_github(heading: str, name: str) -> None:
    assert anchor(heading) == name
