"""One way into a worker thread: a pool would be joined at exit, and a call may hang."""

from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "kubeimg_gui"


def test_blocking_calls_run_in_threads_by_in_thread_alone() -> None:
    allowed = PACKAGE / "qt" / "base" / "tasks.py"
    others = [path for path in (PACKAGE / "qt").rglob("*.py") if path != allowed]
    text = {path: path.read_text(encoding="utf-8") for path in others}
    assert not [path for path in others if "to_thread" in text[path]]
    assert not [path for path in others if "run_in_executor" in text[path]]
