"""The window while it is not, or not fully, connected."""

import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import yaml
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.errors import KubeconfigError
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.target import Badge, BadgeKind, Target, kubeconfig_target
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.watch import reflector
from kubeimg_gui.cluster.watch.backoff import Backoff
from kubeimg_gui.cluster.watch.informers import NodeHandler, NodeInformer
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.qt.app.session import ClusterClient, Session
from kubeimg_gui.qt.base.theme import DARK, LIGHT, Theme, pill_style
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.qt.driver import event_loop, press, until
from tests.qt.window.windows import state
from tests.support.builders import images, known, node
from tests.support.clock import Clock
from tests.support.fake_informer import FakeInformer

INSECURE = Badge(BadgeKind.INSECURE)
AS_ADMIN = Badge(BadgeKind.ACTING_AS, "system:admin-" + "x" * 300)
AS_BOB = Badge(BadgeKind.ACTING_AS, "bob")
BY_PROXY = Badge(BadgeKind.PROXY, "http://proxy.example:3128")
WHY_POLLED = "You may list nodes, but not watch them."


def sync(window: MainWindow, **fields: object) -> None:
    window.take_changes(known(node("a", images(3))))
    state(window, Phase.LIVE, **fields)


def buttons(window: MainWindow) -> list[QPushButton]:
    """The visible buttons of banner and notice page."""
    return [
        each
        for part in (window.banner, window.notice_page)
        for each in part.findChildren(QPushButton)
        if each.isVisible()
    ]


def click(window: MainWindow, words: str) -> None:
    (button,) = buttons(window)
    assert button.text() == words
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_names_that_become_known_later_are_shown(window: MainWindow, target: Target) -> None:
    emitted: list[str] = []
    window.renamed.connect(lambda: emitted.append(window.context))
    target.context = target.cluster = target.user = ""
    state(window, Phase.MISCONFIGURED, reason="No kubeconfig found at ~/.kube/config")
    assert window.windowTitle() == "no context — kubeimg"
    assert window.toolbar.pill.text() == "no context"
    assert window.toolbar.pill.accessibleName() == "no context"
    assert "Cluster" not in window.toolbar.pill.toolTip()
    assert window.notice_page.notice.headline == "No cluster to watch"
    target.context, target.cluster, target.user = "prod", "prod-1", "dana"
    assert window.context == "", "not before a state arrives"
    state(window, Phase.SYNCING)
    assert window.windowTitle() == "prod — kubeimg"
    assert window.toolbar.pill.text() == "prod"
    assert window.toolbar.pill.styleSheet() == pill_style("prod", LIGHT)
    for fact in ("Context prod", "Cluster prod-1", "User dana"):
        assert fact in window.toolbar.pill.toolTip()
    assert window.job_bar.context == "prod"
    state(window, Phase.SYNCING)
    assert emitted == ["", "prod"]
    window.set_theme(DARK)
    assert window.toolbar.pill.styleSheet() == pill_style("prod", DARK)


def test_a_narrow_window_shows_one_badge_and_the_whole_phase(
    qtbot: QtBot, window: MainWindow, target: Target
) -> None:
    target.badges = (INSECURE, AS_BOB, BY_PROXY)
    state(window, Phase.RECONNECTING, reason="Gone.", next_try=60.0)
    badges = window.toolbar.badges

    def shown() -> list[str]:
        return [label.text() for label in badges.findChildren(QLabel) if label.isVisible()]

    window.resize(1440, 900)
    assert sorted(shown()) == ["as bob", "insecure", "via proxy"]
    window.setMinimumSize(0, 0)
    window.resize(679, 400)
    window.toolbar.pause.click()
    assert sorted(shown()) == ["+2", "insecure"]
    labels = [*badges.findChildren(QLabel), window.toolbar.pill]
    visible = [label for label in labels if label.isVisible()]
    qtbot.waitUntil(lambda: not [b for b in visible if b.width() < b.sizeHint().width()])
    window.resize(1440, 900)
    assert "via proxy" in shown()


def test_badges_follow_the_target(window: MainWindow, target: Target) -> None:
    assert not window.toolbar.badges.isVisible()
    target.badges = (INSECURE, AS_BOB, BY_PROXY)
    state(window, Phase.SYNCING)
    assert window.toolbar.badges.texts == ("insecure", "as bob", "via proxy")
    described = window.toolbar.pill.accessibleDescription()
    assert "certificate is not verified" in described
    assert "impersonate bob" in described
    assert "http://proxy.example:3128" in described
    assert "not verified" in window.toolbar.badges.findChildren(QLabel)[0].toolTip()
    target.badges = ()
    state(window, Phase.LIVE)
    assert not window.toolbar.badges.isVisible()
    described = window.toolbar.pill.accessibleDescription()
    assert not [word for word in ("verified", "bob", "proxy") if word in described]
    assert described.startswith("Context prod-eu-1\n"), "without badges, the text of the tooltip"


@pytest.mark.parametrize(
    ("width", "badges"),
    [
        (1440, (INSECURE, AS_ADMIN, BY_PROXY)),
        (1000, (INSECURE, AS_ADMIN, BY_PROXY)),
        (820, (INSECURE,)),
    ],
)
def test_badges_and_texts_have_room(
    qtbot: QtBot, window: MainWindow, target: Target, width: int, badges: tuple[Badge, ...]
) -> None:
    target.badges = badges
    sync(window, poll_seconds=30.0, reason=WHY_POLLED, unreadable=("b", "c"), skipped=7)
    window.resize(width, 700)
    labels = [each for each in window.toolbar.findChildren(QLabel) if each.isVisible()]
    assert (
        window.toolbar.badges.texts
        == ("insecure", "as system:admin-xxxx…", "via proxy")[: len(badges)]
    )
    qtbot.waitUntil(lambda: all(each.width() >= each.sizeHint().width() for each in labels))
    assert window.width() == width


def test_a_login_can_be_cancelled(window: MainWindow, retries: list[str]) -> None:
    state(window, Phase.LOGGING_IN, reason="The plugin kubelogin runs.")
    assert window.notice_page.notice.sentence == "The plugin kubelogin runs."
    click(window, "Cancel")
    sync(window)
    state(window, Phase.LOGGING_IN, reason="The plugin kubelogin runs.")
    assert window.banner.text == "Logging in · The plugin kubelogin runs."
    click(window, "Cancel")
    assert retries == ["cancelled", "cancelled"]
    state(window, Phase.LOGIN_NEEDED, reason="The login was cancelled")
    assert "Not retried automatically" in window.banner.text
    click(window, "Retry now")
    assert retries[2:] == ["now"]


def test_a_connection_attempt_without_progress_can_be_replaced(
    window: MainWindow, retries: list[str], clock: Clock
) -> None:
    assert window.table.isVisible()
    clock.now += 12
    window.tick()
    assert window.toolbar.state_text == "Connecting · 12 s"
    assert window.notice_page.notice.headline == "No connection to prod-eu-1"
    click(window, "Retry now")
    assert retries == ["reconnect"]


def test_a_hanging_retry_can_be_replaced(
    window: MainWindow, retries: list[str], clock: Clock
) -> None:
    sync(window)
    state(window, Phase.RECONNECTING, next_try=clock() + 2)
    clock.now += 8
    window.tick()
    assert window.banner.text == "Reconnecting · Retrying for 6 s"
    click(window, "Retry now")
    assert retries == ["reconnect"]


def test_the_polling_notice_stays_until_dismissed(window: MainWindow) -> None:
    sync(window, poll_seconds=30.0, reason=WHY_POLLED)
    assert window.toolbar.state_text == "Polling every 30 s · 0.4 s ago"
    assert window.status.text.startswith("Polling every 30 s · 1 of 1 node")
    assert WHY_POLLED in window.toolbar.state_tip
    assert window.banner.text == f"Polling every 30 s · {WHY_POLLED}"
    click(window, "Dismiss")
    state(window, Phase.LIVE, poll_seconds=30.0, reason=WHY_POLLED)
    window.tick()
    assert not window.banner.isVisible()
    state(window, Phase.RECONNECTING, reason="Gone.")
    assert window.banner.isVisible()
    state(window, Phase.LIVE, poll_seconds=30.0, reason="For another reason.")
    assert window.banner.isVisible()


def test_unreadable_nodes_are_counted_and_named(window: MainWindow) -> None:
    state(window, Phase.LIVE, unreadable=("x", "y"), skipped=5)
    assert window.notice_page.notice.headline == "All nodes are unreadable"
    assert "x, y" in window.notice_page.notice.sentence
    sync(window, unreadable=("x", "y"), skipped=5)
    assert window.status.text.endswith(" · 2 nodes unreadable")
    assert "x, y" in window.status.tip
    assert "5 nodes or events" in window.status.tip
    state(window, Phase.LIVE, skipped=5)
    assert "not understood" not in window.status.text
    assert "5 nodes or events" in window.status.tip


# Through the real informer.


class Shown:
    def __init__(self, window: MainWindow) -> None:
        self.window = window

    async def phase(self, phase: Phase) -> None:
        await until(lambda: self.window.state.phase is phase, f"{phase}, not {self.window.state}")


Live = Callable[[ClusterClient, Callable[[Shown], Awaitable[None]]], None]


@pytest.fixture
def live(qapp: QApplication, theme: Theme) -> Iterator[Live]:
    """Runs a session while a coroutine looks at it."""
    with event_loop(qapp) as loop:

        def run(client: ClusterClient, look: Callable[[Shown], Awaitable[None]]) -> None:
            async def see() -> None:
                session = Session(client, theme, None)
                session.window.resize(1440, 900)
                session.start()
                try:
                    await look(Shown(session.window))
                finally:
                    await session.stop()

            loop.run_until_complete(see())

        yield run


def client_on(target: Target) -> ClusterClient:
    informer = NodeInformer(target.connect, options=WatchOptions(files=target.files))
    return ClusterClient(target, informer, NodeActions(target.connect))


def test_a_window_without_a_kubeconfig_connects_as_soon_as_there_is_one(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reflector, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(reflector, "Backoff", partial(Backoff, first=1000.0))
    path = tmp_path / "config"

    async def look(shown: Shown) -> None:
        await shown.phase(Phase.MISCONFIGURED)
        window = shown.window
        await until(lambda: window.notice_page.isVisible())
        assert window.notice_page.notice.headline == "No cluster to watch"
        assert str(path) in window.notice_page.notice.sentence
        assert window.windowTitle() == "no context — kubeimg"
        texts = [each.text() for each in buttons(window)]
        assert texts[1:] == ["Open a kubeconfig…", "Start the demo"]
        path.write_text(
            "contexts: [{name: fixed, context: {cluster: c, user: u}}]\n"
            "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n"
            "users: [{name: u, user: {}}]\ncurrent-context: fixed\n"
        )
        await shown.phase(Phase.RECONNECTING)
        assert len(buttons(window)) == 1
        assert window.windowTitle() == "fixed — kubeimg"
        assert window.notice_page.notice.headline == "No connection to fixed"

    live(client_on(kubeconfig_target(None, path, must_exist=False)), look)


def test_cancel_reaches_the_informer(live: Live) -> None:
    def story(handler: NodeHandler, ended: threading.Event) -> None:
        handler.on_state(ConnectionState(Phase.LOGGING_IN, 0.0, reason="The plugin waits."))
        ended.wait()

    informer = FakeInformer(story)

    def connect() -> Connection:
        raise KubeconfigError("never")

    async def look(shown: Shown) -> None:
        await shown.phase(Phase.LOGGING_IN)
        (cancel,) = buttons(shown.window)
        press(cancel)
        assert informer.cancelled == 1
        shown.window.toolbar.filter.setText("typing still works")

    live(ClusterClient(Target("c", "c", "u", connect), informer, NodeActions(connect)), look)


def plugin_config(folder: Path, script: str) -> Path:
    """A kubeconfig whose user logs in with a plugin that runs a Python script."""
    path, program = folder / "config", folder / "login.py"
    program.write_text(script, encoding="utf-8")
    path.write_text(
        yaml.safe_dump(
            {
                "current-context": "prod",
                "contexts": [{"name": "prod", "context": {"cluster": "c", "user": "dana"}}],
                "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
                "users": [
                    {
                        "name": "dana",
                        "user": {
                            "exec": {
                                "apiVersion": "client.authentication.k8s.io/v1",
                                "command": sys.executable,
                                "args": [str(program)],
                                "interactiveMode": "IfAvailable",
                            }
                        },
                    }
                ],
            }
        )
    )
    return path


def test_a_waiting_plugin_is_shown_and_cancelled(live: Live, tmp_path: Path) -> None:
    path = plugin_config(tmp_path, "import time\ntime.sleep(600)\n")

    async def look(shown: Shown) -> None:
        await shown.phase(Phase.LOGGING_IN)
        await until(lambda: shown.window.notice_page.isVisible())
        assert shown.window.notice_page.notice.headline == "Logging in to prod"
        assert shown.window.notice_page.notice.sentence
        (cancel,) = buttons(shown.window)
        assert cancel.text() == "Cancel"
        press(cancel)
        await shown.phase(Phase.LOGIN_NEEDED)
        assert "Not retried automatically" in shown.window.notice_page.notice.sentence
        (again,) = buttons(shown.window)
        press(again)
        await shown.phase(Phase.LOGGING_IN)

    live(client_on(kubeconfig_target(None, path)), look)


def test_plugin_output_is_shown_as_plain_text(live: Live, tmp_path: Path) -> None:
    complaint = "错误：<b>无法</b>打开浏览器\u202e\x1b[31m"
    script = f"import sys\nsys.stderr.buffer.write({complaint!r}.encode())\nsys.exit(3)\n"
    path = plugin_config(tmp_path, script)

    async def look(shown: Shown) -> None:
        await shown.phase(Phase.LOGIN_NEEDED)
        await until(lambda: shown.window.notice_page.isVisible())
        sentence = shown.window.notice_page.notice.sentence
        assert "错误：<b>无法</b>打开浏览器" in sentence
        assert not set("\u202e\x1b") & set(sentence)

    live(client_on(kubeconfig_target(None, path)), look)
