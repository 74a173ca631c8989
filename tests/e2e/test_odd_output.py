"""Terminals that cannot show everything, disks that are full, streams that are closed."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from kubeimg_gui.demo.serve import DemoCluster
from tests.support.api import NODES, Api
from tests.support.fresh_home import LIMIT_SECONDS, FreshHome, answer
from tests.support.scripted_server import list_json, node_json


def test_an_ascii_terminal_shows_other_characters_escaped(home: FreshHome) -> None:
    held = node_json("n0", images=[{"names": ["a", "机"], "sizeBytes": 1}] * 50)
    url = home.serve(lambda request: request.answer(list_json(held)))
    arguments = ("--kubeconfig", home.kubeconfig(url))
    code, out, errors = home.run("nodes", *arguments, PYTHONIOENCODING="ascii")
    assert (code, errors) == (0, "")
    assert r"\u2265 50 Bytes" in out
    code, out, errors = home.run("nodes", "-o", "json", *arguments, PYTHONIOENCODING="ascii")
    assert (code, errors) == (0, "")
    assert "机" in yaml.safe_load(out)[0]["images"][0]["names"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_full_error_stream_does_not_delay_the_end(
    home: FreshHome, number: signal.Signals
) -> None:
    reading, writing = os.pipe()
    size = fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writing, b"x" * size)
    with subprocess.Popen(
        [sys.executable, "-m", "kubeimg_gui", "watch", "--kubeconfig", "nowhere"],
        stderr=writing,
        env={**os.environ, "HOME": str(home.folder)},
    ) as process:
        where = Path(f"/proc/{process.pid}/wchan")
        end = time.monotonic() + LIMIT_SECONDS
        while "pipe_write" not in where.read_text():
            assert time.monotonic() < end
        process.send_signal(number)
        try:
            assert process.wait(2) != 0
        finally:
            process.kill()
    os.close(reading)
    os.close(writing)


def in_a_shell(home: FreshHome, redirection: str, *arguments: str | Path) -> tuple[int, str]:
    """The exit code and the rest of standard error."""
    command = [sys.executable, "-m", "kubeimg_gui", *map(str, arguments)]
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", *command],
        capture_output=True,
        env={**os.environ, "HOME": str(home.folder)},
        text=True,
        check=False,
        timeout=LIMIT_SECONDS,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("redirection", "code", "words"),
    [
        (">&-", 0, ""),
        (">&- 2>&-", 0, ""),
        ("<&- >&- 2>&-", 0, ""),
        (
            ">/dev/full",
            1,
            "kubeimg-gui: Standard output cannot be used: No space left on device\n",
        ),
        (">/dev/full 2>/dev/full", 1, ""),
    ],
)
def test_output_that_cannot_be_written_ends_without_a_traceback(
    home: FreshHome, redirection: str, code: int, words: str
) -> None:
    kubeconfig = home.kubeconfig(home.serve(answer))
    assert in_a_shell(home, redirection, "nodes", "--kubeconfig", kubeconfig) == (code, words)


def test_a_closed_error_stream_leaves_the_exit_code(home: FreshHome) -> None:
    assert in_a_shell(home, "2>&-", "nodes") == (2, "")
    assert in_a_shell(home, "2>/dev/full", "nodes") == (2, "")


def test_a_log_on_a_full_disk_is_ignored(home: FreshHome) -> None:
    kubeconfig = home.kubeconfig(home.serve(answer))
    code, _, errors = home.run("nodes", "--kubeconfig", kubeconfig, "--log-file", "/dev/full")
    assert (code, errors) == (0, "")


def test_a_watch_whose_output_is_full_says_so_and_ends(
    home: FreshHome, cluster: DemoCluster, api: Api
) -> None:
    kubeconfig = cluster.write_kubeconfig(home.folder / "demo")
    with (
        Path("/dev/full").open("w", encoding="utf-8") as full,
        home.start("watch", "--kubeconfig", kubeconfig, stdout=full) as process,
    ):
        assert process.stderr is not None
        assert any("live" in line for line in process.stderr)
        api.set_images("n0", [])
        api.call("DELETE", f"{NODES}/n1")
        _, errors = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 1
    assert errors.splitlines()[-1] == (
        "kubeimg-gui: Standard output cannot be used: No space left on device"
    )
