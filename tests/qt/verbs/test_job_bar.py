"""A screen reader is informed of a countdown and of what becomes of a job."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.verbs import job_bar
from kubeimg_gui.qt.verbs.delete import WORDING
from kubeimg_gui.qt.verbs.job import Job, NodeRef, RateLimiter, Stage
from kubeimg_gui.qt.verbs.job_bar import JobBar

LEFT = (12.0, 11.2, 10.0, 9.0, 5.0, 4.0, 3.0, 2.0, 1.0)


class Played(Job):
    """A job whose countdown the test plays."""

    left_now = 12.0

    @property
    def seconds_left(self) -> float:
        return self.left_now


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    texts: list[tuple[str, bool]] = []

    def note(_widget: QWidget, text: str, *, urgent: bool = False) -> None:
        texts.append((text, urgent))

    monkeypatch.setattr(job_bar, "announce", note)
    return texts


def test_a_countdown_is_announced_in_steps_and_then_each_stage(
    qtbot: QtBot, said: list[tuple[str, bool]]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    bar = JobBar(window)
    bar.context = "prod"

    def act(_node: NodeRef) -> None:
        raise AssertionError

    job = Played(WORDING, (NodeRef("n1", "uid"),), act, RateLimiter(), countdown=12)
    job.stage = Stage.COUNTING
    bar.add(job)
    for job.left_now in LEFT:
        bar.tick()
    assert said == [(f"Deleting n1 in prod in {seconds} s", True) for seconds in (12, 10, 5, 3)]
    said.clear()
    job.stage = Stage.RUNNING
    for _ in range(3):
        bar.tick()
    assert said == [("Deleting n1 in prod", False)]
