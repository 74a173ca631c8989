"""Logging: levels, formats and redaction."""

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from kubeimg_gui.logs import set_up_logging

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrdWJlaW1nIn0.c2lnbmF0dXJl"
REFLECTOR, STATES = "kubeimg_gui.cluster.watch.reflector", "kubeimg_gui.headless.state_log"

pytestmark = pytest.mark.usefixtures("restored_logging")


def fail(why: str) -> None:
    raise RuntimeError(why)


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    text = capsys.readouterr().err
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    return [json.loads(line) for line in text.splitlines()]


def test_each_record_is_a_json_object_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(0, None, as_json=True)
    logging.getLogger(REFLECTOR).warning(
        "it \n\x1b[31m\x7f broke in %s", "北京", extra={"nodes": 5}
    )
    (line,) = logged(capsys)
    assert list(line) == ["time", "level", "logger", "msg", "nodes"]
    time = line.pop("time")
    assert line == {
        "level": "WARNING",
        "logger": REFLECTOR,
        "msg": "it \n\x1b[31m\x7f broke in 北京",
        "nodes": 5,
    }
    assert len(time) == len("2026-01-01T00:00:00.000Z")
    assert time.endswith("Z")


def test_an_exception_and_a_stack_come_before_extra_fields(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logging(0, None, as_json=True)
    try:
        fail("why")
    except RuntimeError:
        logging.getLogger(REFLECTOR).exception("failed", stack_info=True, extra={"nodes": 5})
    (line,) = logged(capsys)
    assert list(line)[3:] == ["msg", "exc_info", "stack_info", "nodes"]
    assert line["exc_info"].endswith("RuntimeError: why")
    assert line["stack_info"].startswith("Stack (most recent call last):")


def test_states_are_logged_without_verbose(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(0, None, as_json=True)
    logging.getLogger(STATES).info("live")
    logging.getLogger(REFLECTOR).info("not asked for")
    assert [line["msg"] for line in logged(capsys)] == ["live"]


@pytest.mark.parametrize(
    ("verbose", "as_json", "lines"),
    [(0, False, 1), (1, False, 2), (2, False, 3), (0, True, 1), (1, True, 2), (9, True, 3)],
)
def test_verbose_selects_the_level(
    capsys: pytest.CaptureFixture[str], verbose: int, as_json: bool, lines: int
) -> None:
    set_up_logging(verbose, None, as_json=as_json)
    for level in (logging.WARNING, logging.INFO, logging.DEBUG):
        logging.getLogger(REFLECTOR).log(level, "said")
    assert capsys.readouterr().err.count("said") == lines


@pytest.mark.parametrize("as_json", [True, False])
def test_other_libraries_do_not_log(as_json: bool) -> None:
    """In its own process, because pytest handles their records."""
    code = (
        "import logging, warnings; from kubeimg_gui.logs import set_up_logging;"
        f"set_up_logging(2, None, as_json={as_json});"
        "logging.getLogger('kubernetes.client').warning('of a library')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("as_json", [True, False])
def test_no_secret_is_logged(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    set_up_logging(0, None, as_json=as_json)
    try:
        fail(f"token: {TOKEN}")
    except RuntimeError:
        logging.getLogger(REFLECTOR).exception("Bearer %s", TOKEN, extra={"reason": TOKEN})
    text = capsys.readouterr().err
    assert TOKEN not in text
    assert "RuntimeError" in text


def test_a_file_gets_info_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "log"
    set_up_logging(0, file, as_json=True)
    logging.getLogger(REFLECTOR).info("more")
    assert json.loads(file.read_text())["msg"] == "more"
    assert capsys.readouterr().err == ""
    for handler in logging.getLogger("kubeimg_gui").handlers:
        handler.close()


def test_uncaught_exceptions_are_records(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(0, None, as_json=True)

    thread = threading.Thread(target=fail, args=("in a thread",))
    thread.start()
    thread.join()
    try:
        fail("in the main thread")
    except RuntimeError:
        sys.excepthook(*sys.exc_info())  # pyright: ignore[reportArgumentType]
    first, second = logged(capsys)
    assert first["level"] == second["level"] == "CRITICAL"
    assert first["exc_info"].endswith("RuntimeError: in a thread")
    assert second["exc_info"].endswith("RuntimeError: in the main thread")
