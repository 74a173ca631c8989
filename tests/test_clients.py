"""How the program makes the clients of its windows: of a context, of a chosen file, of the demo."""

from pathlib import Path

import pytest
import yaml

from kubeimg_gui.arguments import parse
from kubeimg_gui.clients import client_factory
from kubeimg_gui.cluster.config.kubeconfig_file import FileCache
from kubeimg_gui.cluster.errors import ConnectionLostError, KubeconfigError
from kubeimg_gui.cluster.resources import NODES
from kubeimg_gui.cluster.watch.pager import list_once
from kubeimg_gui.qt.app.session import ClientFactory


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    path = tmp_path / "config"
    path.write_text(
        yaml.safe_dump(
            {
                "current-context": "one",
                "contexts": [{"name": n, "context": {"cluster": n}} for n in ("one", "two")],
                "clusters": [
                    {"name": n, "cluster": {"server": f"https://{n}.example"}}
                    for n in ("one", "two")
                ],
            }
        )
    )
    return path


@pytest.fixture
def factory(kubeconfig: Path) -> ClientFactory:
    options = parse(["--kubeconfig", str(kubeconfig.with_name("missing"))])
    return client_factory(options, FileCache())


def test_a_chosen_file_is_used_instead_of_the_named_one(
    factory: ClientFactory, kubeconfig: Path
) -> None:
    client = factory.open_context(None, kubeconfig)
    assert (client.target.context, client.kubeconfig) == ("one", kubeconfig)
    assert factory.context_names(kubeconfig) == ["one", "two"]
    assert factory.open_context("two", kubeconfig).target.connect().server == "https://two.example"


def test_a_file_without_a_current_context_opens_a_window_that_says_so(
    factory: ClientFactory, kubeconfig: Path
) -> None:
    text = kubeconfig.read_text()
    kubeconfig.write_text("clusters: []")
    client = factory.open_context(None, kubeconfig)
    assert client.target.context == ""
    with pytest.raises(KubeconfigError, match="No current context"):
        client.target.connect()
    with pytest.raises(KubeconfigError, match="'three' does not exist"):
        factory.open_context("three", kubeconfig)
    kubeconfig.write_text(text)
    assert client.target.connect().server == "https://one.example"


@pytest.mark.slow
def test_the_demo_runs_until_its_client_is_closed(factory: ClientFactory) -> None:
    client = factory.open_demo()
    connection = client.target.connect()
    assert len(list_once(connection, NODES)[0]) == 40
    connection.interrupt()
    client.target.close()
    with pytest.raises(ConnectionLostError):
        client.target.connect()
