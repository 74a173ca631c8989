"""The command line over real HTTP: requests, output, errors and exit codes."""

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme
import yaml

from kubeimg_gui import __version__, clients
from kubeimg_gui.__main__ import main
from tests.support.command_line import run
from tests.support.fresh_home import FreshHome
from tests.support.scripted_server import Request, ScriptedServer, list_json, node_json, status_json

pytestmark = pytest.mark.usefixtures("restored_logging")


@pytest.fixture
def servers() -> Iterator[dict[str, ScriptedServer]]:
    """Two clusters, each with one node named after it, and one that answers 403."""

    def answers(name: str) -> ScriptedServer:
        def script(request: Request) -> None:
            if name == "forbids":
                request.answer(status_json(403, "Forbidden", "nodes is forbidden"), 403)
            else:
                request.answer(list_json(node_json(f"node-of-{name}")))

        return stack.enter_context(ScriptedServer(script))

    with ExitStack() as stack:
        yield {name: answers(name) for name in ("one", "two", "forbids")}


@pytest.fixture
def kubeconfig(servers: dict[str, ScriptedServer], tmp_path: Path) -> Path:
    urls = {name: server.url for name, server in servers.items()}
    path = tmp_path / "config"
    path.write_text(
        yaml.safe_dump(
            {
                "current-context": "one",
                "contexts": [{"name": n, "context": {"cluster": n}} for n in urls],
                "clusters": [{"name": n, "cluster": {"server": url}} for n, url in urls.items()],
            }
        ),
        encoding="utf-8",
    )
    return path


def point_to(kubeconfig: Path, url: str) -> None:
    """Gives the cluster of the current context another server."""
    config = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
    config["clusters"][0]["cluster"]["server"] = url
    kubeconfig.write_text(yaml.safe_dump(config), encoding="utf-8")


def names(out: str) -> list[str]:
    return [node["name"] for node in json.loads(out)]


def test_the_current_context_is_used(kubeconfig: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, errors = run(capsys, "nodes", "-o", "json", "--kubeconfig", kubeconfig)
    assert (code, names(out), errors) == (0, ["node-of-one"], "")


@pytest.mark.parametrize(
    ("before", "after", "asked"),
    [
        (["--context", "two"], [], "two"),
        ([], ["--context", "two"], "two"),
        (["--context", "one"], ["--context", "two"], "two"),
        (["--context", "two"], ["--context", "one"], "one"),
    ],
)
def test_options_may_stand_before_or_after_the_command_and_the_last_wins(
    kubeconfig: Path,
    capsys: pytest.CaptureFixture[str],
    before: list[str],
    after: list[str],
    asked: str,
) -> None:
    _, out, _ = run(
        capsys, *before, "--kubeconfig", kubeconfig, "nodes", "--output", "json", *after
    )
    assert names(out) == [f"node-of-{asked}"]


def test_selectors_reach_the_server(
    kubeconfig: Path, servers: dict[str, ScriptedServer], capsys: pytest.CaptureFixture[str]
) -> None:
    run(
        capsys,
        *("-l", "pool=gpu", "--kubeconfig", kubeconfig, "nodes"),
        *("--field-selector", "spec.unschedulable=true"),
    )
    query = servers["one"].requests[0].query
    assert query["labelSelector"] == "pool=gpu"
    assert query["fieldSelector"] == "spec.unschedulable=true"


@pytest.mark.parametrize("output", ["table", "json", "csv"])
def test_every_output_names_the_node(
    kubeconfig: Path, capsys: pytest.CaptureFixture[str], output: str
) -> None:
    code, out, _ = run(capsys, "nodes", "-o", output, "--kubeconfig", kubeconfig)
    assert code == 0
    assert "node-of-one" in out


def test_unreadable_nodes_are_named(kubeconfig: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = list_json(node_json("well"), node_json("sick", images=5))
    with ScriptedServer(lambda request: request.answer(answer)) as server:
        point_to(kubeconfig, server.url)
        code, out, errors = run(capsys, "nodes", "-o", "json", "--kubeconfig", kubeconfig)
    assert (code, names(out)) == (5, ["well"])
    assert "1 node is unreadable: sick; the output does not include it" in errors


@pytest.mark.parametrize("size", [2**63 - 1, 2**53, -1, "12", 1e30])
def test_a_size_that_is_not_believable_costs_no_node(
    kubeconfig: Path, capsys: pytest.CaptureFixture[str], size: object
) -> None:
    held = [{"names": ["huge:1"], "sizeBytes": size}, {"names": ["ok:1"], "sizeBytes": 5000}]
    answer = list_json(node_json("huge-one", images=held))
    with ScriptedServer(lambda request: request.answer(answer)) as server:
        point_to(kubeconfig, server.url)
        code, out, errors = run(capsys, "nodes", "-o", "json", "--kubeconfig", kubeconfig)
        _, table, _ = run(capsys, "nodes", "--kubeconfig", kubeconfig)
    (node,) = json.loads(out)
    assert (code, errors) == (0, "")
    assert (node["reported_bytes"], node["unbelievable_sizes"]) == (5000, 1)
    assert node["images"][0]["size_believable"] is False
    assert "1 image size is not believable and left out of the totals: huge-one" in table


def test_no_permission(kubeconfig: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, errors = run(capsys, "nodes", "--kubeconfig", kubeconfig, "--context", "forbids")
    assert (code, out) == (4, "")
    assert errors.startswith(
        "kubeimg-gui: forbids: The server says: nodes is forbidden (403); ask "
    )


def test_pages_that_expire_are_listed_again_without_paging(
    kubeconfig: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def script(request: Request) -> None:
        if "continue" in request.query:
            request.answer(status_json(410, "Expired", "too old"), 410)
        elif "limit" in request.query:
            page = list_json(node_json("stale"))
            page["metadata"]["continue"] = "token"
            request.answer(page)
        else:
            request.answer(list_json(node_json("fresh")))

    with ScriptedServer(script) as server:
        point_to(kubeconfig, server.url)
        _, out, _ = run(capsys, "nodes", "-o", "json", "--kubeconfig", kubeconfig)
    assert names(out) == ["fresh"]


def test_an_unknown_context(kubeconfig: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, errors = run(capsys, "nodes", "--kubeconfig", kubeconfig, "--context", "typo")
    assert code == 2
    assert "'typo'" in errors
    assert "one, two, forbids" in errors


def test_a_server_that_is_not_running(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ScriptedServer(lambda request: None) as gone:
        url = gone.url
    path = tmp_path / "config"
    path.write_text(
        yaml.safe_dump(
            {
                "current-context": "c",
                "contexts": [{"name": "c", "context": {"cluster": "c"}}],
                "clusters": [{"name": "c", "cluster": {"server": url}}],
            }
        ),
        encoding="utf-8",
    )
    code, _, errors = run(capsys, "nodes", "--kubeconfig", path)
    assert code == 3
    assert f"refused the connection ({url})" in errors


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["nodes", "-o", "yaml"],
        ["--size", "wide"],
        ["--size", "0x0"],
        ["--size", "99999999999x5"],
        ["--demo=many", "nodes"],
        ["--timeout", "-1"],
        ["--poll", "5"],
        ["watch", "--poll", "0"],
        ["demo-cluster", "--port", "70000"],
        ["demo-cluster", "--nodes", "-3"],
    ],
)
def test_invalid_arguments_are_usage_errors(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert "usage: kubeimg-gui" in capsys.readouterr().err


def test_an_unwritable_log_is_an_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, errors = run(capsys, "nodes", "--log-file", tmp_path / "none" / "log")
    assert code == 2
    assert "cannot be written" in errors


def test_no_secret_reaches_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    main(["nodes", "--log-file", str(log), "--kubeconfig", str(tmp_path / "none")])
    error = ValueError("Authorization: Bearer abcdef0123456789")
    logging.getLogger("kubeimg_gui.test").error("failed with password=hunter22", exc_info=error)
    logger = logging.getLogger("kubeimg_gui")
    for handler in tuple(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    text = log.read_text(encoding="utf-8")
    assert "failed with password=" in text
    assert "ValueError: Authorization: " in text
    assert "abcdef0123456789" not in text
    assert "hunter22" not in text


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"kubeimg {__version__}\n"


# In a pod.


@pytest.fixture
def pod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A service account folder and environment as a kubelet provides, and no kubeconfig."""

    def script(request: Request) -> None:
        assert request.headers["authorization"] == "Bearer token-of-the-pod"
        request.answer(list_json(node_json("node-of-the-pod")))

    authority = trustme.CA()
    home = FreshHome(tmp_path)
    with home.stack:
        parts = urlsplit(home.serve(script, authority.issue_cert("127.0.0.1")))
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", str(parts.hostname))
        monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(parts.port))
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.delenv("KUBECONFIG", raising=False)
        folder = tmp_path / "account"
        folder.mkdir()
        (folder / "token").write_text("token-of-the-pod")
        authority.cert_pem.write_to_path(str(folder / "ca.crt"))
        yield folder


def test_in_cluster_is_the_pods_own_cluster(pod: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, errors = run(capsys, f"--in-cluster={pod}", "nodes", "-o", "json")
    assert (code, names(out), errors) == (0, ["node-of-the-pod"], "")


def test_a_pod_without_a_kubeconfig_needs_no_option(
    pod: Path,
    kubeconfig: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nodes = ("nodes", "-o", "json")
    assert run(capsys, *nodes)[0] == 2, "the default folder does not exist here"
    monkeypatch.setattr(clients, "SERVICE_ACCOUNT_FOLDER", pod)
    assert names(run(capsys, *nodes)[1]) == ["node-of-the-pod"]
    assert run(capsys, *nodes, "--context", "one")[0] == 2, "a context belongs to a kubeconfig"
    assert names(run(capsys, *nodes, "--kubeconfig", kubeconfig)[1]) == ["node-of-one"]
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))
    assert names(run(capsys, *nodes)[1]) == ["node-of-one"]


def test_in_cluster_outside_of_a_pod_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    code, out, errors = run(capsys, "watch", "--in-cluster")
    assert (code, out) == (2, "")
    assert errors.startswith(
        "kubeimg-gui: The in-cluster configuration is not available: Service ho"
    )


@pytest.mark.parametrize("other", ["--kubeconfig=f", "--context=c", "--demo"])
def test_in_cluster_excludes_other_clusters(capsys: pytest.CaptureFixture[str], other: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([other, "watch", "--in-cluster"])
    assert ended.value.code == 2
    assert "--in-cluster: not allowed with" in capsys.readouterr().err


def test_with_a_json_log_the_final_message_is_a_log_record(
    kubeconfig: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, errors = run(
        capsys,
        *("--log-format", "json", "watch", "--kubeconfig", kubeconfig, "--context", "forbids"),
    )
    lines = [json.loads(line) for line in errors.splitlines()]
    assert (code, out) == (4, "")
    assert [line.get("phase") for line in lines] == ["connecting", "syncing", None]
    assert lines[-1]["level"] == "ERROR"
    assert lines[-1]["msg"].startswith("forbids: The server says: nodes is forbidden (403); ask")


@pytest.mark.parametrize(
    "address", ["8080", "host:", "::1:80", "[::1:80", ":70000", "host:x", "机:80"]
)
def test_an_invalid_listen_address_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], address: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["watch", "--listen", address])
    assert ended.value.code == 2
    assert "argument --listen:" in capsys.readouterr().err


def test_an_address_in_use_is_one_sentence(
    servers: dict[str, ScriptedServer], kubeconfig: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = urlsplit(servers["one"].url).port
    code, _, errors = run(
        capsys, "watch", "--kubeconfig", kubeconfig, "--listen", f"127.0.0.1:{port}"
    )
    assert (code, errors) == (
        1,
        f"kubeimg-gui: The address 127.0.0.1:{port} cannot be used: Address already in use\n",
    )
