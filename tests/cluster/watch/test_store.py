"""The changes and states that a store publishes for lists, events and doubts."""

from typing import Any

import pytest

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.watch.node_store import NodeStore
from kubeimg_gui.domain.change import ChangeKind, NodeChange
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_list import NOTHING_LISTED, ListState
from kubeimg_gui.domain.node import NodeRecord
from tests.support.builders import image, node

REDIS, NGINX = image("redis:7"), image("nginx:1")


class Published:
    """A store and its published changes."""

    def __init__(self, doubt_seconds: float = 60.0) -> None:
        self.news: list[NodeChange | ConnectionState] = []
        self.store = NodeStore(self.news.append, doubt_seconds=doubt_seconds)

    def lists(self, *records: object) -> None:
        self.store.list_started()
        for record in records:
            self.store.listed(record)  # type: ignore[arg-type]
        self.store.list_ended()

    def take(self) -> list[tuple[ChangeKind, str]]:
        """Returns and forgets the kind and node of the changes so far."""
        taken = [(n.kind, n.record.name) for n in self.news if isinstance(n, NodeChange)]
        self.news.clear()
        return taken


def test_the_first_list_publishes_nodes_as_they_arrive() -> None:
    published = Published()
    published.store.list_started()
    published.store.listed(node("a"))
    assert published.take() == [(ChangeKind.ADDED, "a")]


def test_changes_of_the_first_list_are_initial_and_later_ones_are_not() -> None:
    published = Published()
    published.lists(node("a"))
    published.store.applied(node("b"))
    assert [n.initial for n in published.news if isinstance(n, NodeChange)] == [True, False]


def test_a_first_list_that_starts_again_drops_nodes_of_the_first_try() -> None:
    published = Published()
    published.store.list_started()
    published.store.listed(node("first-try-only"))
    published.lists(node("a"))
    assert set(published.store.snapshot()) == {"a"}


def test_a_later_list_is_compared_when_complete_and_deletions_come_first() -> None:
    published = Published()
    published.lists(node("a"), node("b"), node("c"))
    published.take()
    published.store.list_started()
    published.store.listed(node("b", [REDIS]))
    published.store.listed(node("c"))
    published.store.listed(node("d"))
    assert published.take() == []
    published.store.list_ended()
    assert published.take() == [
        (ChangeKind.DELETED, "a"),
        (ChangeKind.CHANGED, "b"),
        (ChangeKind.ADDED, "d"),
    ]


def test_a_deletion_within_a_later_list_is_published_at_its_end() -> None:
    published = Published()
    published.lists(node("a"), node("b"))
    published.take()
    published.store.list_started()
    published.store.listed(node("a"))
    published.store.listed(node("b"))
    published.store.removed("a")
    assert published.take() == []
    assert set(published.store.snapshot()) == {"a", "b"}
    published.store.list_ended()
    assert published.take() == [(ChangeKind.DELETED, "a")]


def test_a_deletion_within_the_first_list_is_published_at_once() -> None:
    published = Published()
    published.store.list_started()
    published.store.listed(node("a"))
    published.take()
    published.store.removed("a")
    assert published.take() == [(ChangeKind.DELETED, "a")]
    published.store.list_ended()
    assert published.take() == []
    assert published.store.snapshot() == {}


def test_a_late_handler_receives_initial_changes() -> None:
    published = Published()
    published.lists(node("a"))
    published.store.applied(node("b"))
    changes = published.store.initial_changes()
    assert [(change.record.name, change.initial) for change in changes] == [
        ("a", True),
        ("b", True),
    ]


def test_a_heartbeat_publishes_nothing() -> None:
    published = Published()
    published.lists(node("a", [REDIS]))
    published.take()
    before = published.store.get("a")
    published.store.applied(node("a", [REDIS]))
    assert published.take() == []
    assert published.store.get("a") is before, "the known record stays, which saves memory"


@pytest.mark.parametrize("by_list", [False, True])
def test_a_name_that_returns_with_another_uid_is_another_node(by_list: bool) -> None:
    published = Published()
    published.lists(node("a", [REDIS]))
    published.take()
    recreated = node("a", [NGINX], uid="another")
    if by_list:
        published.lists(recreated)
    else:
        published.store.applied(recreated)
    assert published.take() == [(ChangeKind.DELETED, "a"), (ChangeKind.ADDED, "a")]
    assert published.store.get("a") == recreated


def test_an_emptied_image_list_is_doubted_until_it_has_stood() -> None:
    published = Published(doubt_seconds=60.0)
    published.lists(node("a", [REDIS]))
    published.store.applied(node("a"))
    doubted = published.store.get("a")
    assert doubted is not None
    assert (doubted.images, doubted.images_doubted) == ((REDIS,), True)
    due = published.store.next_due()
    assert due is not None
    published.store.settle(due - 1)
    assert published.store.get("a") == doubted
    published.take()
    published.store.settle(due)
    assert published.take() == [(ChangeKind.CHANGED, "a")]
    believed = published.store.get("a")
    assert believed is not None
    assert (believed.images, believed.images_doubted) == ((), False)
    assert published.store.next_due() is None


def test_images_that_return_during_the_doubt_never_left() -> None:
    published = Published()
    published.lists(node("a", [REDIS]))
    published.store.applied(node("a"))
    published.store.applied(node("a", ready=False))
    published.store.applied(node("a", [REDIS]))
    assert published.store.next_due() is None
    changes = [n for n in published.news if isinstance(n, NodeChange)]
    assert not any(change.images for change in changes)


def test_deleting_a_node_ends_its_doubt() -> None:
    published = Published()
    published.lists(node("a", [REDIS]))
    published.store.applied(node("a"))
    published.store.removed("a")
    assert published.store.next_due() is None
    published.store.settle(float("inf"))
    assert published.store.get("a") is None


def test_a_node_that_never_had_images_is_not_doubted() -> None:
    published = Published()
    published.lists(node("a"))
    published.store.applied(node("a", ready=False))
    record = published.store.get("a")
    assert record is not None
    assert not record.images_doubted


def test_a_snapshot_does_not_change_afterwards() -> None:
    published = Published()
    published.lists(node("a"))
    snapshot = published.store.snapshot()
    published.store.applied(node("b"))
    assert set(snapshot) == {"a"}


# Unreadable objects.


def latest(published: Published) -> ConnectionState:
    return [news for news in published.news if isinstance(news, ConnectionState)][-1]


def test_an_unreadable_node_is_named_until_it_can_be_read_and_stays_counted() -> None:
    published = Published()
    published.lists(node("a"), node("b"))
    published.store.progressed(Phase.LIVE)
    published.store.skipped("a")
    published.store.skipped("a")
    assert (latest(published).unreadable, latest(published).skipped) == (("a",), 2)
    assert latest(published).phase is Phase.LIVE
    published.store.applied(node("a"))
    assert (latest(published).unreadable, latest(published).skipped) == ((), 2)


def test_an_unreadable_node_that_is_deleted_is_gone() -> None:
    published = Published()
    published.lists(node("a"))
    published.store.progressed(Phase.LIVE)
    published.store.skipped("a")
    published.store.removed("a")
    assert latest(published).unreadable == ()
    assert published.store.get("a") is None


def test_a_list_publishes_unreadable_marks_only_with_its_progress() -> None:
    published = Published()
    published.lists(node("a"))
    published.store.list_started()
    published.news.clear()
    published.store.skipped("a")
    published.store.removed("a")
    assert published.news == []
    published.store.list_ended()
    assert published.take() == [(ChangeKind.DELETED, "a")]


def test_a_node_whose_list_entry_is_unreadable_keeps_its_record() -> None:
    published = Published()
    published.lists(node("a", [REDIS]), node("b"))
    published.take()
    published.store.list_started()
    published.store.skipped("a")
    published.store.list_ended()
    assert published.take() == [(ChangeKind.DELETED, "b")]
    kept = published.store.get("a")
    assert kept is not None
    assert kept.images == (REDIS,)
    published.store.progressed(Phase.LIVE)
    assert latest(published).unreadable == ("a",)


def test_no_node_is_deleted_while_an_entry_without_a_name_may_be_its_entry() -> None:
    published = Published()
    published.lists(node("a"), node("b"))
    published.take()
    published.store.list_started()
    published.store.listed(node("a"))
    published.store.skipped("")
    published.store.list_ended()
    assert published.take() == []
    published.store.progressed(Phase.LIVE)
    assert latest(published).unreadable == ("", "b")


def test_a_list_is_suddenly_empty_if_it_holds_nothing_and_nodes_are_known() -> None:
    published = Published()
    published.store.list_started()
    assert not published.store.list_is_suddenly_empty, "nothing was known before"
    published.store.list_ended()
    published.lists(node("a"))
    published.store.list_started()
    assert published.store.list_is_suddenly_empty
    published.store.skipped("a")
    assert not published.store.list_is_suddenly_empty
    published.store.list_started()
    published.store.listed(node("b"))
    assert not published.store.list_is_suddenly_empty


# States.


class Reported:
    """A store on a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        clock = Clock(monotonic=lambda: self.now, wall=lambda: self.now)
        self.store = NodeStore(lambda _news: None, clock=clock)


def test_a_state_is_dated_from_the_start_of_its_phase() -> None:
    reported = Reported()
    store = reported.store
    assert (store.state.phase, store.state.since) == (Phase.CONNECTING, 1000.0)
    for now, phase, since in (
        (1001.0, Phase.LIVE, 1001.0),
        (1002.0, Phase.LIVE, 1001.0),
        (1003.0, Phase.RECONNECTING, 1003.0),
        (1004.0, Phase.LIVE, 1004.0),
    ):
        reported.now = now
        store.progressed(phase)
        assert store.state.since == since


def test_the_next_try_is_a_time_or_none() -> None:
    store = Reported().store
    for wait, next_try in ((5.0, 1005.0), (0.0, 1000.0), (None, None)):
        store.progressed(Phase.RECONNECTING, reason="it broke", wait=wait)
        assert (store.state.next_try, store.state.reason) == (next_try, "it broke")
    store.progressed(Phase.LIVE, wait=30.0, poll_seconds=30.0)
    assert (store.state.next_try, store.state.poll_seconds) == (1030.0, 30.0)


def test_progress_counts_the_nodes_of_the_current_list() -> None:
    store = Reported().store
    for _ in range(2):
        store.list_started()
        store.progressed(Phase.SYNCING)
        assert (store.state.known, store.state.total) == (0, None)
        store.listed(node("a"))
        store.progressed(Phase.SYNCING, remaining=1)
        assert (store.state.known, store.state.total) == (1, 2)
        store.progressed(Phase.SYNCING, remaining=0)
        assert store.state.total == 1
        store.listed(node("b"))
        store.list_ended()
        store.progressed(Phase.LIVE)
        assert (store.state.known, store.state.total) == (2, None)


def test_stopped_is_the_last_state() -> None:
    published = Published()
    published.lists(node("a"))
    published.store.progressed(Phase.STOPPED)
    published.store.progressed(Phase.LIVE)
    published.store.skipped("a")
    assert latest(published).phase is Phase.STOPPED
    assert published.store.state == latest(published)


def list_states(published: Published) -> list[ListState]:
    """The states of a node's list with each change so far."""
    changes = [news for news in published.news if isinstance(news, NodeChange)]
    published.news.clear()
    return [change.record.list_state for change in changes]


def lists(*held: ContainerImage, **fields: Any) -> NodeRecord:
    """A node as a decoder makes it: its list is all that is known."""
    return node("a", held, before=NOTHING_LISTED, **fields)


PAUSE = image("registry.k8s.io/pause:3.10", size=1)


def test_what_the_lists_of_a_node_have_shown_is_remembered() -> None:
    published = Published()
    published.lists(lists(REDIS, PAUSE))
    published.store.applied(lists(REDIS, NGINX))
    assert list_states(published) == [ListState.COMPLETE, ListState.CUT]
    published.store.applied(lists(REDIS, NGINX))
    assert list_states(published) == []
    published.store.applied(lists(REDIS, NGINX, ready=False))
    assert list_states(published) == [ListState.CUT]


def test_a_new_full_list_forgets_nothing() -> None:
    published = Published()
    published.lists(lists(REDIS, PAUSE))
    published.lists(lists(REDIS, NGINX))
    assert list_states(published) == [ListState.COMPLETE, ListState.CUT]


def test_another_node_of_the_same_name_starts_from_nothing() -> None:
    published = Published()
    published.lists(lists(REDIS, PAUSE))
    published.store.applied(lists(REDIS, NGINX, uid="another"))
    assert list_states(published)[-1] is ListState.PERHAPS_CUT
    published.store.removed("a")
    published.store.applied(lists(REDIS, uid="another"))
    assert list_states(published)[-1] is ListState.PERHAPS_CUT


def test_a_doubted_list_keeps_its_state_and_a_believed_one_says_nothing() -> None:
    published = Published(doubt_seconds=0.0)
    published.lists(lists(REDIS, PAUSE))
    published.store.applied(lists())
    assert list_states(published) == [ListState.COMPLETE, ListState.COMPLETE]
    published.store.settle(float("inf"))
    assert list_states(published) == [ListState.PERHAPS_CUT]
    published.store.applied(lists(REDIS, NGINX))
    assert list_states(published) == [ListState.CUT]
