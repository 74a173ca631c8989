"""A verb is one descriptor: menu, shortcut, access review and read-only mode follow from it."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from kubeimg_gui.cluster.actions.access_review import Permission
from kubeimg_gui.qt.verbs.job import Job, JobWording, NodeRef
from kubeimg_gui.qt.verbs.registry import VERBS
from kubeimg_gui.qt.verbs.verb import Verb, permissions_of
from kubeimg_gui.qt.verbs.verb_context import VerbContext
from tests.qt.driver import Driver, Play, entry, press_entry, until
from tests.support.scripted_server import Request, ScriptedServer

POLISH = Permission("update", "nodes", subresource="shine")
TOOLTIP = "Missing permission: update nodes/shine. Ask a cluster administrator to grant it."


class Toy:
    """A verb that changes nothing and records what it was run on."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.wording = JobWording(
            running=lambda: "Polishing {nodes}",
            done=lambda: "Polished {nodes} in {context}",
            entry=lambda result: f"polished by you: {result}",
        )
        self.verb = Verb(
            name="polish",
            label=lambda: "Polish…",
            run=self.run,
            shortcut="Ctrl+Shift+P",
            permissions=(POLISH,),
            wording=self.wording,
            writes=True,
        )

    async def run(self, context: VerbContext, nodes: Sequence[NodeRef]) -> None:
        def act(node: NodeRef) -> str:
            self.ran.append(node.name)
            return "bright"

        await context.run_job(Job(self.wording, nodes, act, context.limiter))


@pytest.fixture
def toy() -> Toy:
    return Toy()


def test_it_is_in_both_menus(play: Play, toy: Toy) -> None:
    async def scenario(driver: Driver) -> None:
        menu = await driver.right_click("n1")
        assert driver.window.toolbar.verbs.menu() is menu
        press_entry(menu, entry(menu, "Polish…"))
        await until(lambda: toy.ran == ["n1"], "a polished node")

    play(scenario, verbs=(*VERBS, toy.verb))


def test_its_shortcut_runs_it_on_the_selected_nodes(play: Play, toy: Toy) -> None:
    async def scenario(driver: Driver) -> None:
        driver.click("n1")
        driver.click("n3", more=True)
        modifiers = Qt.KeyboardModifier
        await driver.key(Qt.Key.Key_P, modifiers.ControlModifier, modifiers.ShiftModifier)
        await driver.line("Polished 2 nodes in prod-eu-1.")
        assert toy.ran == ["n1", "n3"]
        entries = driver.window.activity.model
        assert {entries.entry_at(0).node, entries.entry_at(1).node} == {"n1", "n3"}
        assert entries.entry_at(0).text == "polished by you: bright"

    play(scenario, verbs=(*VERBS, toy.verb))


def test_a_refused_permission_disables_it_and_says_why(play: Play, toy: Toy) -> None:
    reviewed: list[Permission] = []

    def review(request: Request) -> None:
        permission = Permission(**request.document["spec"]["resourceAttributes"])
        reviewed.append(permission)
        request.answer({"status": {"allowed": permission != POLISH}}, 201)

    async def scenario(driver: Driver) -> None:
        action = driver.window.menu.actions["polish"]
        await until(lambda: not action.isEnabled(), "a disabled verb")
        assert action.text() == "Polish… (you may not update nodes/shine)"
        assert TOOLTIP in action.toolTip()
        assert driver.window.menu.menu.toolTipsVisible()
        assert driver.window.menu.actions["delete"].isEnabled()
        modifiers = Qt.KeyboardModifier
        await driver.key(Qt.Key.Key_P, modifiers.ControlModifier, modifiers.ShiftModifier)

    verbs = (*VERBS, toy.verb)
    with ScriptedServer(review) as server:
        play(scenario, act_on=server.url, verbs=verbs)
    assert tuple(reviewed) == permissions_of(verbs)
    assert not toy.ran


def test_a_read_only_window_does_not_offer_it(play: Play, toy: Toy) -> None:
    async def scenario(driver: Driver) -> None:
        assert set(driver.window.menu.actions) == {"cancel-deletion", "copy-name", "view-yaml"}
        modifiers = Qt.KeyboardModifier
        await driver.key(Qt.Key.Key_P, modifiers.ControlModifier, modifiers.ShiftModifier)

    play(scenario, read_only=True, verbs=(*VERBS, toy.verb))
    assert not toy.ran


def test_names_and_shortcuts_are_unique() -> None:
    names = [verb.name for verb in VERBS]
    shortcuts = [QKeySequence(verb.shortcut).toString() for verb in VERBS if verb.shortcut]
    assert len(set(names)) == len(names)
    assert len(set(shortcuts)) == len(shortcuts)


def test_a_verb_that_writes_needs_a_permission_and_describes_its_jobs() -> None:
    for verb in VERBS:
        assert bool(verb.wording) is verb.writes
        assert bool(verb.permissions) or not verb.writes
