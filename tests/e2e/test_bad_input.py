"""Errors before the first node is listed: each ends with one sentence and an exit code."""

import datetime
import os
import signal
import socket
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from kubeimg_gui.demo.serve import DemoCluster
from tests.support.fresh_home import LIMIT_SECONDS, FreshHome, Script, answer, is_safe
from tests.support.scripted_server import Request, status_json

PLUGIN = {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never"}


@dataclass(frozen=True, slots=True)
class Bad:
    """Arguments of kubeimg and the expected error. `heals`: waiting may help, so kubeimg waits."""

    code: int
    words: tuple[str, ...]
    arguments: tuple[str | Path, ...] = ()
    heals: bool = False


# What the kubeconfig says.


def no_kubeconfig(_: FreshHome) -> Bad:
    return Bad(2, ("No kubeconfig found at", "--kubeconfig"))


def an_unknown_context(home: FreshHome) -> Bad:
    path = home.kubeconfig("http://127.0.0.1:1")
    return Bad(
        2, ("context 'typo' does not exist", "here"), ("--kubeconfig", path, "--context", "typo")
    )


def broken_yaml(home: FreshHome) -> Bad:
    path = home.write("contexts:\n- name: [here\n")
    return Bad(2, (str(path), "not valid YAML (line"), ("--kubeconfig", path))


def a_kubeconfig_of_bytes(home: FreshHome) -> Bad:
    path = home.folder / "config"
    path.write_bytes(b"\xff\xfe\x00\x9b\x00")
    return Bad(2, (str(path), "not"), ("--kubeconfig", path))


def a_directory(home: FreshHome) -> Bad:
    return Bad(2, (str(home.folder), "cannot be read"), ("--kubeconfig", home.folder))


def an_unreadable_file(home: FreshHome) -> Bad:
    path = home.kubeconfig("http://127.0.0.1:1")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("nothing is unreadable for root")
    return Bad(2, (str(path), "cannot be read"), ("--kubeconfig", path))


def an_empty_file(home: FreshHome) -> Bad:
    return Bad(2, ("No current context", "--context"), ("--kubeconfig", home.write("")))


def a_name_that_acts_on_terminals(home: FreshHome) -> Bad:
    arguments = ("--kubeconfig", home.kubeconfig("http://127.0.0.1:1"))
    return Bad(2, (r"\x1b[31m", r"\u202e"), (*arguments, "--context", "\x1b[31m\u202e"))


# The way to the server.


def a_port_that_is_closed(home: FreshHome) -> Bad:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    path = home.kubeconfig(url)
    return Bad(3, ("here: ", "refused the connection", url), ("--kubeconfig", path), heals=True)


def a_name_that_does_not_resolve(home: FreshHome) -> Bad:
    path = home.kubeconfig("https://kubeimg.invalid:6443")
    words = ("cannot be resolved", "kubeimg.invalid")
    return Bad(3, words, ("--kubeconfig", path), heals=True)


def a_certificate_of_another_authority(home: FreshHome) -> Bad:
    trusted, other = trustme.CA(), trustme.CA()
    url = home.serve(answer, other.issue_cert("127.0.0.1"))
    path = home.kubeconfig(url, authority=trusted)
    return Bad(3, ("The TLS connection failed", "certificate"), ("--kubeconfig", path), True)


def an_expired_certificate(home: FreshHome) -> Bad:
    authority = trustme.CA()
    yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    url = home.serve(answer, authority.issue_cert("127.0.0.1", not_after=yesterday))
    path = home.kubeconfig(url, authority=authority)
    return Bad(3, ("certificate has expired", url), ("--kubeconfig", path), heals=True)


def plain_http_where_https_is_meant(home: FreshHome) -> Bad:
    path = home.kubeconfig(home.serve(answer).replace("http:", "https:"))
    return Bad(3, ("The TLS connection failed",), ("--kubeconfig", path), heals=True)


# What the server says.


def refusing(code: int, reason: str, message: str) -> Script:
    return lambda request: request.answer(status_json(code, reason, message), code)


def a_token_that_is_unknown(home: FreshHome) -> Bad:
    url = home.serve(refusing(401, "Unauthorized", "Unauthorized"))
    path = home.kubeconfig(url, {"token": "secret-of-the-test"})
    return Bad(4, ("here: ", "Unauthorized (401)", "log in"), ("--kubeconfig", path))


def no_right_to_list(home: FreshHome) -> Bad:
    url = home.serve(refusing(403, "Forbidden", "nodes is forbidden"))
    path = home.kubeconfig(url)
    return Bad(4, ("nodes is forbidden (403)", "ask for permission"), ("--kubeconfig", path))


def a_selector_that_does_not_parse(home: FreshHome) -> Bad:
    url = home.serve(refusing(400, "BadRequest", "unable to parse requirement"))
    arguments = ("--kubeconfig", home.kubeconfig(url), "-l", "a=b=c")
    return Bad(2, ("unable to parse requirement (400)", "selector"), arguments)


def a_server_in_trouble(home: FreshHome) -> Bad:
    url = home.serve(refusing(503, "ServiceUnavailable", "no\nbackend\x1b[2J"))
    path = home.kubeconfig(url)
    return Bad(3, (r"no\nbackend\x1b[2J (503)", "later"), ("--kubeconfig", path), heals=True)


def no_api_server(home: FreshHome) -> Bad:
    path = home.kubeconfig(home.serve(lambda request: request.answer(b"<html>Hello")))
    return Bad(3, ("not a NodeList",), ("--kubeconfig", path), heals=True)


# What a plugin does.


def a_plugin_that_is_missing(home: FreshHome) -> Bad:
    return plugin(home, "kubeimg-no-such-plugin", "kubeimg-no-such-plugin")


def a_plugin_that_fails(home: FreshHome) -> Bad:
    return plugin(home, executable(home, "echo 'your login\x1b[2J expired' >&2; exit 3"), "expired")


def a_plugin_that_prints_rubbish(home: FreshHome) -> Bad:
    return plugin(home, executable(home, "echo rubbish"), "plugin")


def plugin(home: FreshHome, command: str, word: str) -> Bad:
    authority = trustme.CA()
    url = home.serve(answer, authority.issue_cert("127.0.0.1"))  # without TLS none is asked
    user = {"exec": {**PLUGIN, "command": command}}
    return Bad(4, (word,), ("--kubeconfig", home.kubeconfig(url, user, authority)))


def executable(home: FreshHome, script: str) -> str:
    path = home.folder / "plugin"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


SITUATIONS = [
    no_kubeconfig,
    an_unknown_context,
    broken_yaml,
    a_kubeconfig_of_bytes,
    a_directory,
    an_unreadable_file,
    an_empty_file,
    a_name_that_acts_on_terminals,
    a_port_that_is_closed,
    a_name_that_does_not_resolve,
    a_certificate_of_another_authority,
    an_expired_certificate,
    plain_http_where_https_is_meant,
    a_token_that_is_unknown,
    no_right_to_list,
    a_selector_that_does_not_parse,
    a_server_in_trouble,
    no_api_server,
    a_plugin_that_is_missing,
    a_plugin_that_fails,
    a_plugin_that_prints_rubbish,
]
situations = pytest.mark.parametrize("situation", SITUATIONS, ids=lambda made: made.__name__)


@situations
def test_nodes_ends_with_a_sentence_and_a_code(
    home: FreshHome, situation: Callable[[FreshHome], Bad]
) -> None:
    bad = situation(home)
    code, out, errors = home.run("nodes", *bad.arguments)
    assert (code, out) == (bad.code, ""), errors
    assert errors.startswith("kubeimg-gui: ")
    assert len(errors.splitlines()) == 1
    assert is_safe(errors)
    for word in bad.words:
        assert word in errors


@situations
def test_watch_ends_in_the_same_way_unless_waiting_can_help(
    home: FreshHome, situation: Callable[[FreshHome], Bad]
) -> None:
    bad = situation(home)
    with home.start("watch", *bad.arguments) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        said = ""
        while bad.heals and "next try at" not in said:
            said = process.stderr.readline()
            assert said, "it ended"
        if bad.heals:
            process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=LIMIT_SECONDS)
    said = said if bad.heals else errors.splitlines()[-1]
    assert (process.returncode, rest) == (0 if bad.heals else bad.code, ""), errors
    assert is_safe(said + errors)
    for word in bad.words:
        if word not in ("here: ", "later"):
            assert word in said


@pytest.mark.parametrize(
    "situation",
    [
        no_kubeconfig,
        an_unknown_context,
        broken_yaml,
        a_port_that_is_closed,
        a_token_that_is_unknown,
        no_right_to_list,
    ],
    ids=lambda made: made.__name__,
)
def test_a_picture_of_an_empty_window_ends_in_the_same_way(
    home: FreshHome, situation: Callable[[FreshHome], Bad]
) -> None:
    bad = situation(home)
    picture = home.folder / "picture.png"
    code, out, errors = home.run("--grab", picture, "--timeout", "3", *bad.arguments)
    assert (code, out) == (bad.code, ""), errors
    assert len(errors.splitlines()) == 1
    assert is_safe(errors)
    assert bad.words[0].removeprefix("here: ") in errors
    assert not picture.exists()


@pytest.mark.parametrize("command", ["nodes", "watch"])
@pytest.mark.parametrize("selector", [("-l", "a=b=c"), ("--field-selector", "nonsense=x")])
def test_the_demo_cluster_rejects_a_selector_as_a_real_one_does(
    home: FreshHome, cluster: DemoCluster, command: str, selector: tuple[str, str]
) -> None:
    kubeconfig = cluster.write_kubeconfig(home.folder / "demo")
    code, out, errors = home.run(command, "--kubeconfig", kubeconfig, *selector)
    assert (code, out) == (2, "")
    assert "(400); fix the kubeconfig or the selector" in errors
    assert is_safe(errors)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nodes", "-o", "yaml"), "invalid choice: 'yaml'"),
        (("watch", "-o", "csv"), "invalid choice: 'csv'"),
        (("watch", "--poll", "-1"), "'-1' is not a number of 1 or more"),
        (("watch", "--poll", "0.5"), "'0.5' is not a number of 1 or more"),
        (("watch", "--poll", "nan"), "'nan' is not a number"),
        (("nodes", "--poll", "5"), "unrecognized arguments: --poll"),
        (("--size", "0"), "--size"),
        (("nodes", "--context"), "expected one argument"),
        (("node",), "invalid choice: 'node'"),
    ],
)
def test_invalid_arguments_have_the_code_of_usage(
    home: FreshHome, arguments: tuple[str, ...], words: str
) -> None:
    code, out, errors = home.run(*arguments)
    assert (code, out) == (2, "")
    assert errors.startswith("usage: kubeimg-gui")
    assert words in errors.splitlines()[-1]
    assert is_safe(errors)


def test_interrupting_the_wait_for_a_silent_server_has_the_code_of_an_interruption(
    home: FreshHome,
) -> None:
    asked = threading.Event()

    def script(request: Request) -> None:
        asked.set()
        request.hang()

    kubeconfig = home.kubeconfig(home.serve(script))
    with home.start("nodes", "--kubeconfig", kubeconfig) as process:
        assert asked.wait(LIMIT_SECONDS)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=LIMIT_SECONDS) == ("", "")
    assert process.returncode == 130
