"""The picture of a treemap as a file."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.qt.treemap.conftest import Shown, heard, heard_pairs


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_the_picture_is_saved_with_legend_context_and_time(
    shown: Shown, tmp_path: Path, suffix: str
) -> None:
    shown.view.set_context("prod-eu-1")
    path = tmp_path / f"treemap.{suffix}"
    saved = heard_pairs(shown.view.pictures.saved)
    assert shown.view.pictures.save(path)
    assert saved == [(str(path), True)]
    if suffix == "svg":
        text = path.read_text(encoding="utf-8")
        for words in ("prod-eu-1", "3 nodes", "referenced by a pod", "vllm"):
            assert words in text
    else:
        assert QImage(str(path)).height() > 2 * shown.view.canvas.height()


def test_a_picture_that_cannot_be_written_is_reported(shown: Shown, tmp_path: Path) -> None:
    saved = heard_pairs(shown.view.pictures.saved)
    path = tmp_path / "missing" / "x.png"
    lines = heard(shown.view.hovered)
    assert not shown.view.pictures.save(path)
    assert saved == [(str(path), False)]
    assert lines == [f"The picture is not saved: {path} cannot be written."]
