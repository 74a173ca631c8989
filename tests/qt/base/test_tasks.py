import asyncio
import sys
import threading

import pytest

from kubeimg_gui.qt.base.tasks import DaemonThreads, Tasks


def test_what_a_coroutine_does_not_catch_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[BaseException] = []

    def report(_kind: type[BaseException], error: BaseException, _trace: object) -> None:
        reported.append(error)

    monkeypatch.setattr(sys, "excepthook", report)

    async def fail() -> None:
        raise ValueError("what it was")

    async def act() -> None:
        task = Tasks().start(fail())
        await asyncio.wait([task])
        await asyncio.sleep(0)

    asyncio.run(act())
    assert [str(error) for error in reported] == ["what it was"]


def test_cancelling_all_tasks_reports_no_error() -> None:
    async def act() -> list[bool]:
        tasks = Tasks()
        running = [tasks.start(asyncio.sleep(60)) for _ in range(3)]
        await asyncio.sleep(0)
        tasks.cancel()
        await asyncio.wait(running)
        return [task.cancelled() for task in running]

    assert asyncio.run(act()) == [True, True, True]


def test_a_call_runs_in_a_daemon_thread_and_its_result_comes_back() -> None:
    future = DaemonThreads().submit(lambda: threading.current_thread().daemon)
    assert future.result(5) is True


def test_a_call_that_fails_fails_where_it_is_awaited() -> None:
    future = DaemonThreads().submit(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        future.result(5)
    assert not future.cancel(), "what has been started cannot be taken back"


def test_results_after_shutdown_are_discarded() -> None:
    threads, asked, go_on = DaemonThreads(), threading.Event(), threading.Event()

    def call() -> None:
        asked.set()
        go_on.wait(10)

    future = threads.submit(call)
    assert asked.wait(10)
    (thread,) = [each for each in threading.enumerate() if each.name == "call-call"]
    threads.shutdown()
    go_on.set()
    thread.join(10)
    assert not future.done()
