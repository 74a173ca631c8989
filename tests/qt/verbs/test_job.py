"""Jobs and their texts, without window or server: a function takes the place of the call."""

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
from kubeimg_gui.qt.verbs import annotate, delete
from kubeimg_gui.qt.verbs.job import Job, JobWording, NodeRef, RateLimiter, Stage
from kubeimg_gui.qt.verbs.wording import SLOW_SECONDS, failures_text, job_text
from tests.qt.driver import until

QUICK = 10_000.0
NODES = [NodeRef(name, f"uid-of-{name}") for name in ("a", "b", "c")]
MADE = (AnnotationEdit("team", None, "blue"),)


def make_job(
    act: Callable[[NodeRef], object], wording: JobWording = annotate.WORDING, **options: Any
) -> Job:
    limiter = RateLimiter(QUICK, options.pop("clock", time.monotonic))
    return Job(wording, options.pop("nodes", NODES), act, limiter, **options)


def fail_for(*names: str) -> Callable[[NodeRef], object]:
    def act(node: NodeRef) -> object:
        if node.name in names:
            raise UnreachableError(f"no {{way}} to {node.name}")
        return MADE

    return act


def test_one_failure_does_not_stop_the_others() -> None:
    job = make_job(fail_for("b"))
    asyncio.run(job.run())
    assert list(job.results) == ["a", "c"]
    assert job_text(job, "prod") == ("Annotated 2 of 3 nodes in prod; b failed: no {way} to b.")
    assert failures_text(job) == "b: no {way} to b"


def test_several_failures_are_counted() -> None:
    job = make_job(fail_for("b", "c"))
    asyncio.run(job.run())
    assert job_text(job, "prod") == (
        "Annotated 1 of 3 nodes in prod; 2 failed, first b: no {way} to b."
    )


def test_at_most_ten_calls_a_second_are_made() -> None:
    times: list[float] = []
    job = Job(
        delete.WORDING, NODES, lambda _: times.append(time.monotonic()), RateLimiter(), calls=2
    )
    asyncio.run(job.run())
    gaps = [after - before for before, after in pairwise(times)]
    assert all(gap > 0.19 for gap in gaps), gaps


def test_a_job_cancelled_during_the_countdown_calls_nothing() -> None:
    called: list[NodeRef] = []

    async def act() -> Job:
        job = make_job(called.append, delete.WORDING, countdown=30.0)
        run = asyncio.create_task(job.run())
        await asyncio.sleep(0)
        assert job_text(job, "prod") == "Deleting 3 nodes in prod in 30 s"
        job.cancel()
        await run
        return job

    job = asyncio.run(act())
    assert not called
    assert job.stage is Stage.DONE
    assert job_text(job, "prod") == "Cancelled: 3 nodes in prod not changed."


def test_a_cancelled_node_is_skipped() -> None:
    async def act() -> Job:
        job = make_job(lambda _: Deletion.GONE, delete.WORDING, countdown=0.05)
        run = asyncio.create_task(job.run())
        await asyncio.sleep(0)
        job.cancel_node("b")
        await run
        return job

    job = asyncio.run(act())
    assert list(job.results) == ["a", "c"]
    assert not job.cancelled
    assert job_text(job, "prod") == "Deleted 2 of 3 nodes in prod; 1 node skipped."


def test_cancelling_waits_for_the_call_in_progress(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = asyncio.Event()

    async def act() -> Job:
        loop = asyncio.get_running_loop()

        def slow(node: NodeRef) -> object:
            asyncio.run_coroutine_threadsafe(answered.wait(), loop).result()
            return MADE

        now = 0.0
        job = make_job(slow, clock=lambda: now)
        run = asyncio.create_task(job.run())
        await until(lambda: job.current)
        assert job_text(job, "prod") == "Annotating 3 nodes in prod · 0 of 3"
        job.cancel()
        now = SLOW_SECONDS + 7
        assert job_text(job, "prod") == (
            "Annotating 3 nodes in prod · 0 of 3 · cancelling · waiting 9 s for a"
        )
        answered.set()
        await run
        return job

    job = asyncio.run(act())
    assert list(job.results) == ["a"]
    assert job_text(job, "prod") == "Annotated 1 of 3 nodes in prod; 2 nodes skipped."


def test_a_closed_connection_cancels_the_job() -> None:
    def act(_: NodeRef) -> object:
        raise StoppedError

    job = make_job(act)
    asyncio.run(job.run())
    assert job.cancelled
    assert not job.failures


def test_without_an_answer_the_outcome_is_unknown() -> None:
    def act(_: NodeRef) -> object:
        raise ConnectionLostError("The server did not respond in time (prod)")

    job = make_job(act, delete.WORDING, nodes=NODES[:1])
    asyncio.run(job.run())
    assert job_text(job, "prod") == (
        "a failed: The server did not respond in time (prod). The outcome is unknown."
    )


def test_an_unexpected_error_is_reported_and_the_others_continue(
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
    assert "b failed: unexpected error (KeyError" in job_text(job, "prod")


def test_failures_can_be_retried() -> None:
    broken = {"b"}

    def act(node: NodeRef) -> object:
        if node.name in broken:
            raise UnreachableError("no")
        return MADE

    job = make_job(act)
    asyncio.run(job.run())
    broken.clear()
    again = job.retry()
    asyncio.run(again.run())
    assert list(again.results) == ["b"]
    assert job_text(again, "prod") == "Annotated b in prod."


@pytest.mark.parametrize(
    ("wording", "result", "summary", "entry"),
    [
        (annotate.WORDING, MADE, "Annotated a in prod.", "annotated by you: team"),
        (
            annotate.WORDING,
            (),
            "a already up to date.",
            "annotations already up to date",
        ),
        (
            annotate.UNDO_WORDING,
            MADE,
            "Restored the annotations of a in prod.",
            "annotations restored by you: team",
        ),
        (delete.WORDING, Deletion.GONE, "Deleted a in prod.", "deleted by you"),
        (
            delete.WORDING,
            Deletion.TERMINATING,
            "Deleted a in prod; it is terminating until its finalizers are removed.",
            "deleted by you, waiting for its finalizers",
        ),
    ],
)
def test_summary_and_activity_entry(
    wording: JobWording, result: object, summary: str, entry: str
) -> None:
    job = make_job(lambda _: result, wording, nodes=NODES[:1])
    asyncio.run(job.run())
    assert job_text(job, "prod") == summary
    assert wording.entry(result) == entry
