import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui import __version__, resources_folder
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.window.about import LICENCE, about_text
from kubeimg_gui.qt.window.documentation import DocumentationWindow, anchor
from kubeimg_gui.qt.window.help import HelpMenu
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
    menu = HelpMenu(documents, None, window)
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


def test_the_menu_opens_the_shipped_pages(window: MainWindow) -> None:
    actions = window.toolbar.help.menu().actions()[-3:]
    assert [action.text() for action in actions] == ["Keys", "Documentation", "About kubeimg"]
    actions[1].trigger()
    opened = window.help.window
    assert opened is not None
    assert opened.isVisible()
    assert not opened.isModal()
    assert opened.browser.isReadOnly()
    assert Path(opened.browser.source().toLocalFile()) == resources_folder() / "docs" / "index.md"
    assert "kubeimg" in words(opened)
    actions[1].trigger()
    assert window.help.window is opened
    opened.close()
    assert window.help.window is None
    actions[1].trigger()
    assert window.help.window is not None
    window.help.window.close()


@pytest.mark.parametrize("key", ["F1", "?"])
def test_a_key_opens_the_keys_and_the_help(window: MainWindow, key: str) -> None:
    type_key(window.table, key)
    opened = window.help.window
    assert opened is not None
    assert opened.page == "window.md"
    assert opened.browser.verticalScrollBar().value() > 0, "it shows the heading of the keys"
    QTest.mouseClick(opened.contents, Qt.MouseButton.LeftButton)
    assert opened.page == "index.md"
    type_key(window.table, key)
    assert window.help.window is opened
    assert opened.page == "window.md"
    opened.close()


def type_key(widget: QWidget, key: str) -> None:
    QTest.keyClick(widget, Qt.Key.Key_F1 if key == "F1" else Qt.Key.Key_Question)


def test_a_question_mark_in_a_text_field_is_text(window: MainWindow) -> None:
    for field in (window.toolbar.filter, window.activity.filter):
        field.setFocus()
        QTest.keyClicks(field, "a?")
        assert field.text() == "a?"
        field.clear()
    assert window.help.window is None


def test_every_key_of_the_window_is_on_its_page(window: MainWindow) -> None:
    page = (resources_folder() / "docs" / "window.md").read_text(encoding="utf-8")
    table = page.partition("## Keys and clicks")[2].partition("\n## ")[0]
    keys = [shortcut.key() for shortcut in window.findChildren(QShortcut)]
    for action in (*window.findChildren(QAction), *window.menu.menu.actions()):
        keys += action.shortcuts()
    texts = {key.toString() for key in keys if not key.isEmpty()}
    assert {"F1", "?", "/", "Ctrl+P", "Return"} <= texts
    for text in texts - {"Return"}:
        assert text in table, text


def test_about_has_facts_that_can_be_copied(window: MainWindow, tmp_path: Path) -> None:
    menu = HelpMenu(tmp_path, tmp_path / "window.ini", window)
    menu.about.trigger()
    dialog = menu.dialog
    assert dialog is not None
    assert dialog.isVisible()
    assert not dialog.isModal()
    shown = dialog.text.toPlainText()
    assert f"Version: {__version__}" in shown
    assert "Licence: Apache-2.0" in shown
    assert f"Settings: {tmp_path}/window.ini" in shown
    assert "Log: standard error" in shown
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == shown
    menu.about.trigger()
    assert menu.dialog is dialog
    QTest.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    assert menu.dialog is None


def test_about_names_the_file_of_the_log(tmp_path: Path) -> None:
    handler = logging.FileHandler(tmp_path / "a<b>\x1b.log", delay=True)
    logger = logging.getLogger("kubeimg_gui")
    logger.addHandler(handler)
    try:
        lines = about_text(None).splitlines()
    finally:
        logger.removeHandler(handler)
    assert lines[-2:] == ["Settings: not saved", f"Log: {tmp_path}/a<b>\\x1b.log"]


def test_the_licence_is_that_of_the_package() -> None:
    text = (Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'license = "{LICENCE}"' in text


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
    menu = HelpMenu(tmp_path / "nowhere", None, window)
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


def test_a_list_keeps_its_last_item_before_a_heading(
    opened: DocumentationWindow, documents: Path
) -> None:
    (documents / "lists.md").write_text("# A\n\n- one\n- two\n\n## B\n\nWords.\n", encoding="utf-8")
    opened.open_page("lists.md")
    document = opened.browser.document()
    block = document.find("two").block()
    assert block.textList() is not None
    assert block.blockFormat().headingLevel() == 0
    assert document.find("B").block().blockFormat().headingLevel() == 2
