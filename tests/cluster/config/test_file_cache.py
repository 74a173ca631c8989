"""Each kubeconfig file is read once, and again when it has changed."""

import os
from pathlib import Path

import pytest

from kubeimg_gui.cluster.config.kubeconfig import context_names, load_context
from kubeimg_gui.cluster.config.kubeconfig_file import SETTLE_SECONDS, FileCache
from kubeimg_gui.cluster.errors import KubeconfigError
from tests.support.clock import Clock

TEXT = """\
current-context: {context}
contexts: [{{name: {context}, context: {{cluster: c}}}}]
clusters: [{{name: c, cluster: {{server: https://a}}}}]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def write(path: Path, context: str, at: float) -> None:
    path.write_text(TEXT.format(context=context))
    os.utime(path, (at, at))


def test_a_file_is_read_once(path: Path, clock: Clock) -> None:
    files = FileCache(clock)
    write(path, "prod", clock() - SETTLE_SECONDS)
    assert files.read(path) is files.read(path)
    assert load_context(file=path, read=files.read).name == "prod"
    assert context_names(file=path, read=files.read) == ["prod"]


def test_a_changed_file_is_read_again(path: Path, clock: Clock) -> None:
    files = FileCache(clock)
    write(path, "prod", clock() - 60)
    assert files.read(path).current_context == "prod"
    write(path, "test", clock() - 30)
    assert files.read(path).current_context == "test"
    path.unlink()
    with pytest.raises(KubeconfigError, match="cannot be read"):
        files.read(path)


def test_a_file_that_takes_anothers_place_is_read(path: Path, clock: Clock) -> None:
    files = FileCache(clock)
    write(path, "prod", clock() - 60)
    assert files.read(path).current_context == "prod"
    other = path.with_name("other")
    write(other, "test", clock() - 60)
    other.replace(path)
    assert files.read(path).current_context == "test"


def test_two_changes_at_the_same_time_are_both_seen(path: Path, clock: Clock) -> None:
    files = FileCache(clock)
    write(path, "prod", clock())
    assert files.read(path).current_context == "prod"
    write(path, "test", clock())
    assert files.read(path).current_context == "test"


def test_a_broken_file_is_an_error_each_time(path: Path, clock: Clock) -> None:
    files = FileCache(clock)
    path.write_text("clusters: [")
    os.utime(path, (clock() - 60, clock() - 60))
    for _ in range(2):
        with pytest.raises(KubeconfigError, match="not valid YAML"):
            files.read(path)


def test_a_pipe_is_read_once(clock: Clock) -> None:
    reading, writing = os.pipe()
    os.write(writing, TEXT.format(context="prod").encode())
    os.close(writing)
    files, path = FileCache(clock), Path(f"/dev/fd/{reading}")
    assert files.read(path).current_context == "prod"
    assert files.read(path).current_context == "prod"
    os.close(reading)
