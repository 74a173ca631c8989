"""Jobs and their words; no window, no server: what is called is a function."""

import asyncio
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from kubeimg_gui.cluster.actions.node_actions import Deletion
from kubeimg_gui.cluster.errors import ConnectionLostError, StoppedError, UnreachableError
from kubeimg_gui.domain.annotation import AnnotationEdit
from kubeimg_gui.qt.verbs.job import Job, NodeRef, Pace, Stage, Verb
from kubeimg_gui.qt.verbs.wording import SLOW_SECONDS, deed, failures, sentence
from tests.qt.driver import until

QUICK = 10_000.0
NODES = [NodeRef(name, f"uid-of-{name}") for name in ("a", "b", "c")]
MADE = (AnnotationEdit("team", None, "blue"),)


def make_job(act: Callable[[NodeRef], object], verb: Verb = Verb.ANNOTATE, **options: Any) -> Job:
    return Job(verb, options.pop("nodes", NODES), act, Pace(QUICK), **options)


def fail_for(*names: str) -> Callable[[NodeRef], object]:
    def act(node: NodeRef) -> object:
        if node.name in names:
            raise UnreachableError(f"no {{way}} to {node.name}")
        return MADE

    return act


def test_one_failure_does_not_hide_the_others() -> None:
    job = make_job(fail_for("b"))
    asyncio.run(job.run())
    assert list(job.results) == ["a", "c"]
    assert sentence(job, "prod") == ("Annotated 2 of 3 nodes in prod; b failed: no {way} to b.")
    assert failures(job) == "b: no {way} to b"


def test_several_failures_are_counted() -> None:
    job = make_job(fail_for("b", "c"))
    asyncio.run(job.run())
    assert sentence(job, "prod") == (
        "Annotated 1 of 3 nodes in prod; 2 failed, first b: no {way} to b."
    )


def test_at_most_ten_calls_a_second_are_made() -> None:
    times: list[float] = []
    job = Job(Verb.DELETE, NODES, lambda _: times.append(time.monotonic()), Pace(), calls=2)
    asyncio.run(job.run())
    gaps = [after - before for before, after in pairwise(times)]
    assert all(gap > 0.19 for gap in gaps), gaps


def test_what_was_called_off_while_counting_was_never_called() -> None:
    called: list[NodeRef] = []

    async def act() -> Job:
        job = make_job(called.append, Verb.DELETE, countdown=30.0)
        run = asyncio.create_task(job.run())
        await asyncio.sleep(0)
        assert sentence(job, "prod") == "Deleting 3 nodes in prod in 30 s"
        job.call_off()
        await run
        return job

    job = asyncio.run(act())
    assert not called
    assert job.stage is Stage.DONE
    assert sentence(job, "prod") == "Called off: nothing was done to 3 nodes in prod."


def test_a_spared_node_is_left_alone_and_the_others_are_not() -> None:
    async def act() -> Job:
        job = make_job(lambda _: Deletion.GONE, Verb.DELETE, countdown=0.05)
        run = asyncio.create_task(job.run())
        await asyncio.sleep(0)
        job.cancel_deletion("b")
        await run
        return job

    job = asyncio.run(act())
    assert list(job.results) == ["a", "c"]
    assert not job.called_off
    assert sentence(job, "prod") == "Deleted 2 of 3 nodes in prod; 1 node left alone."


def test_calling_off_waits_for_the_answer_that_is_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = asyncio.Event()

    async def act() -> Job:
        loop = asyncio.get_running_loop()

        def slow(node: NodeRef) -> object:
            asyncio.run_coroutine_threadsafe(answered.wait(), loop).result()
            return MADE

        job = make_job(slow)
        run = asyncio.create_task(job.run())
        await until(lambda: job.current)
        assert sentence(job, "prod") == "Annotating 3 nodes in prod · 0 of 3"
        job.call_off()
        job.asked_at -= SLOW_SECONDS + 7
        assert sentence(job, "prod") == (
            "Annotating 3 nodes in prod · 0 of 3 · stopping · waiting 9 s for the answer about a"
        )
        answered.set()
        await run
        return job

    job = asyncio.run(act())
    assert list(job.results) == ["a"]
    assert sentence(job, "prod") == "Annotated 1 of 3 nodes in prod; 2 nodes left alone."


def test_a_connection_that_was_closed_ends_the_job() -> None:
    def act(_: NodeRef) -> object:
        raise StoppedError

    job = make_job(act)
    asyncio.run(job.run())
    assert job.called_off
    assert not job.failures


def test_where_no_answer_came_nobody_says_that_nothing_was_done() -> None:
    def act(_: NodeRef) -> object:
        raise ConnectionLostError("The server did not respond in time (prod)")

    job = make_job(act, Verb.DELETE, nodes=NODES[:1])
    asyncio.run(job.run())
    assert sentence(job, "prod") == (
        "a failed: The server did not respond in time (prod). Whether it was done is not known."
    )


def test_a_mistake_with_one_node_is_reported_and_the_others_have_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reported: list[BaseException] = []

    def report(_kind: type[BaseException], error: BaseException, _trace: object) -> None:
        reported.append(error)

    def act(node: NodeRef) -> object:
        if node.name == "b":
            raise KeyError("missing")
        return MADE

    monkeypatch.setattr(sys, "excepthook", report)
    job = make_job(act)
    asyncio.run(job.run())
    assert list(job.results) == ["a", "c"]
    assert [type(error) for error in reported] == [KeyError]
    assert "b failed: kubeimg made a mistake" in sentence(job, "prod")


def test_what_failed_can_be_tried_again() -> None:
    broken = {"b"}

    def act(node: NodeRef) -> object:
        if node.name in broken:
            raise UnreachableError("no")
        return MADE

    job = make_job(act)
    asyncio.run(job.run())
    broken.clear()
    again = job.again()
    asyncio.run(again.run())
    assert list(again.results) == ["b"]
    assert sentence(again, "prod") == "Annotated b in prod."


@pytest.mark.parametrize(
    ("verb", "result", "summary", "told"),
    [
        (Verb.ANNOTATE, MADE, "Annotated a in prod.", "annotated by you: team"),
        (
            Verb.ANNOTATE,
            (),
            "a had it so already.",
            "annotations were so already",
        ),
        (
            Verb.UNDO,
            MADE,
            "Undid the annotations of a in prod.",
            "annotations set back by you: team",
        ),
        (Verb.DELETE, Deletion.GONE, "Deleted a in prod.", "deleted by you"),
        (
            Verb.DELETE,
            Deletion.TERMINATING,
            "Deleted a in prod; it is terminating until its finalizers are done.",
            "deleted by you, a finalizer holds it",
        ),
    ],
)
def test_what_was_done_to_one_node(verb: Verb, result: object, summary: str, told: str) -> None:
    job = make_job(lambda _: result, verb, nodes=NODES[:1])
    asyncio.run(job.run())
    assert sentence(job, "prod") == summary
    assert deed(verb, result) == told
