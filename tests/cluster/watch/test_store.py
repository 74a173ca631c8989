"""What a store tells of lists, events and doubts."""

import pytest

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.watch.node_store import NodeStore
from kubeimg_gui.domain.change import ChangeKind, NodeChange
from tests.support.builders import image, node

REDIS, NGINX = image("redis:7"), image("nginx:1")


class Told:
    """A store with what it told."""

    def __init__(self, doubt_seconds: float = 60.0) -> None:
        self.news: list[NodeChange | ConnectionState] = []
        self.store = NodeStore(self.news.append, doubt_seconds=doubt_seconds)

    def lists(self, *records: object) -> None:
        self.store.list_started()
        for record in records:
            self.store.listed(record)  # type: ignore[arg-type]
        self.store.list_ended()

    def take(self) -> list[tuple[ChangeKind, str]]:
        """Kind and node of the changes told since the last time."""
        taken = [(n.kind, n.record.name) for n in self.news if isinstance(n, NodeChange)]
        self.news.clear()
        return taken


def test_the_first_list_shows_nodes_as_they_come() -> None:
    told = Told()
    told.store.list_started()
    told.store.listed(node("a"))
    assert told.take() == [(ChangeKind.ADDED, "a")]


def test_the_first_list_is_no_news_and_what_follows_is() -> None:
    told = Told()
    told.lists(node("a"))
    told.store.applied(node("b"))
    assert [n.initial for n in told.news if isinstance(n, NodeChange)] == [True, False]


def test_a_first_list_that_was_begun_twice_leaves_no_ghost() -> None:
    told = Told()
    told.store.list_started()
    told.store.listed(node("ghost"))
    told.lists(node("a"))
    assert set(told.store.snapshot()) == {"a"}


def test_a_later_list_is_compared_when_complete_and_departures_come_first() -> None:
    told = Told()
    told.lists(node("a"), node("b"), node("c"))
    told.take()
    told.store.list_started()
    told.store.listed(node("b", [REDIS]))
    told.store.listed(node("c"))
    told.store.listed(node("d"))
    assert told.take() == []
    told.store.list_ended()
    assert told.take() == [
        (ChangeKind.DELETED, "a"),
        (ChangeKind.CHANGED, "b"),
        (ChangeKind.ADDED, "d"),
    ]


def test_a_heartbeat_tells_nothing() -> None:
    told = Told()
    told.lists(node("a", [REDIS]))
    told.take()
    told.store.applied(node("a", [REDIS]))
    assert told.take() == []


@pytest.mark.parametrize("by_list", [False, True])
def test_a_name_that_returns_with_another_uid_is_another_node(by_list: bool) -> None:
    told = Told()
    told.lists(node("a", [REDIS]))
    told.take()
    reborn = node("a", [NGINX], uid="another")
    if by_list:
        told.lists(reborn)
    else:
        told.store.applied(reborn)
    assert told.take() == [(ChangeKind.DELETED, "a"), (ChangeKind.ADDED, "a")]
    assert told.store.get("a") == reborn


def test_a_list_that_is_suddenly_empty_is_doubted_until_it_has_stood() -> None:
    told = Told(doubt_seconds=60.0)
    told.lists(node("a", [REDIS]))
    told.store.applied(node("a"))
    doubted = told.store.get("a")
    assert doubted is not None
    assert (doubted.images, doubted.images_doubted) == ((REDIS,), True)
    due = told.store.next_due()
    assert due is not None
    told.store.settle(due - 1)
    assert told.store.get("a") == doubted
    told.take()
    told.store.settle(due)
    assert told.take() == [(ChangeKind.CHANGED, "a")]
    believed = told.store.get("a")
    assert believed is not None
    assert (believed.images, believed.images_doubted) == ((), False)
    assert told.store.next_due() is None


def test_a_doubted_list_that_comes_back_changed_nothing() -> None:
    told = Told()
    told.lists(node("a", [REDIS]))
    told.store.applied(node("a"))
    told.store.applied(node("a", ready=False))
    told.store.applied(node("a", [REDIS]))
    assert told.store.next_due() is None
    changes = [n for n in told.news if isinstance(n, NodeChange)]
    assert not any(change.images for change in changes)


def test_a_doubted_node_that_is_deleted_is_forgotten() -> None:
    told = Told()
    told.lists(node("a", [REDIS]))
    told.store.applied(node("a"))
    told.store.removed("a")
    assert told.store.next_due() is None
    told.store.settle(float("inf"))
    assert told.store.get("a") is None


def test_a_node_that_never_had_images_is_not_doubted() -> None:
    told = Told()
    told.lists(node("a"))
    told.store.applied(node("a", ready=False))
    record = told.store.get("a")
    assert record is not None
    assert not record.images_doubted


def test_a_snapshot_does_not_change_afterwards() -> None:
    told = Told()
    told.lists(node("a"))
    snapshot = told.store.snapshot()
    told.store.applied(node("b"))
    assert set(snapshot) == {"a"}


# What cannot be read.


def latest(told: Told) -> ConnectionState:
    return [news for news in told.news if isinstance(news, ConnectionState)][-1]


def test_what_cannot_be_read_is_counted_and_named_until_it_can() -> None:
    told = Told()
    told.lists(node("a"), node("b"))
    told.store.progressed(Phase.LIVE)
    told.store.skipped("a")
    told.store.skipped("a")
    assert (latest(told).unreadable, latest(told).skipped) == (("a",), 2)
    assert latest(told).phase is Phase.LIVE
    told.store.applied(node("a"))
    assert (latest(told).unreadable, latest(told).skipped) == ((), 2)


def test_an_unreadable_node_that_is_deleted_is_gone() -> None:
    told = Told()
    told.lists(node("a"))
    told.store.progressed(Phase.LIVE)
    told.store.skipped("a")
    told.store.removed("a")
    assert latest(told).unreadable == ()
    assert told.store.get("a") is None


def test_a_node_that_a_list_holds_but_nobody_can_read_stays_as_it_was() -> None:
    told = Told()
    told.lists(node("a", [REDIS]), node("b"))
    told.take()
    told.store.list_started()
    told.store.skipped("a")
    told.store.list_ended()
    assert told.take() == [(ChangeKind.DELETED, "b")]
    kept = told.store.get("a")
    assert kept is not None
    assert kept.images == (REDIS,)
    told.store.progressed(Phase.LIVE)
    assert latest(told).unreadable == ("a",)


def test_no_node_is_gone_while_an_entry_without_a_name_may_be_its_own() -> None:
    told = Told()
    told.lists(node("a"), node("b"))
    told.take()
    told.store.list_started()
    told.store.listed(node("a"))
    told.store.skipped("")
    told.store.list_ended()
    assert told.take() == []
    told.store.progressed(Phase.LIVE)
    assert latest(told).unreadable == ("", "b")


def test_a_list_is_suddenly_empty_where_it_is_empty_and_nodes_are_known() -> None:
    told = Told()
    told.store.list_started()
    assert not told.store.list_is_suddenly_empty, "nothing was known before"
    told.store.list_ended()
    told.lists(node("a"))
    told.store.list_started()
    assert told.store.list_is_suddenly_empty
    told.store.skipped("a")
    assert not told.store.list_is_suddenly_empty
    told.store.list_started()
    told.store.listed(node("b"))
    assert not told.store.list_is_suddenly_empty
