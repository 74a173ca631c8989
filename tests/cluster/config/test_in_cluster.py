"""The configuration that a kubelet gives a pod."""

from pathlib import Path

import pytest

from kubeimg_gui.cluster.config.endpoint import address_of
from kubeimg_gui.cluster.config.in_cluster import is_in_pod, load_in_cluster
from kubeimg_gui.cluster.errors import KubeconfigError
from kubeimg_gui.cluster.target import in_cluster_target

POD = {"KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "token").write_text("the-token\n")
    (tmp_path / "ca.crt").write_text("no certificate\n")
    return tmp_path


def test_server_authority_and_token_are_those_of_the_pod(folder: Path) -> None:
    context = load_in_cluster(folder, POD)
    assert (context.name, context.cluster_name) == ("in-cluster", "in-cluster")
    assert address_of(context) == "https://10.96.0.1:443"
    assert context.cluster.certificate_authority == str(folder / "ca.crt")
    assert context.user.token_file == str(folder / "token")
    assert context.user.token == "", "it would be that of now for ever"


def test_an_address_of_ipv6_is_bracketed(folder: Path) -> None:
    six = {**POD, "KUBERNETES_SERVICE_HOST": "fd00::1"}
    assert address_of(load_in_cluster(folder, six)) == "https://[fd00::1]:443"


@pytest.mark.parametrize("missing", list(POD))
@pytest.mark.parametrize("empty", [True, False])
def test_without_an_address_there_is_no_in_cluster_configuration(
    folder: Path, missing: str, empty: bool
) -> None:
    environment = {key: value for key, value in POD.items() if key != missing}
    if empty:
        environment[missing] = ""
    assert not is_in_pod(folder, environment)
    with pytest.raises(
        KubeconfigError, match="in-cluster configuration is not available: Service host/por"
    ):
        load_in_cluster(folder, environment)


@pytest.mark.parametrize(
    ("name", "why"),
    [("token", "Service token file does not exist"), ("ca.crt", "Service certification file")],
)
def test_a_missing_file_is_named(folder: Path, name: str, why: str) -> None:
    (folder / name).unlink()
    with pytest.raises(KubeconfigError, match=why) as raised:
        load_in_cluster(folder, POD)
    assert str(folder) in str(raised.value)
    assert str(raised.value).endswith("outside of a pod use a kubeconfig")


@pytest.mark.parametrize("name", ["token", "ca.crt"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe"])
def test_an_invalid_file_is_reported(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(KubeconfigError, match="The in-cluster configuration is not available: "):
        load_in_cluster(folder, POD)


def test_a_pod_without_a_token_has_no_service_account(folder: Path) -> None:
    assert is_in_pod(folder, POD)
    (folder / "token").unlink()
    assert not is_in_pod(folder, POD)


def test_the_target_is_named_before_it_is_connected(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in POD.items():
        monkeypatch.setenv(name, value)
    target = in_cluster_target(folder)
    names = (target.context, target.cluster, target.user)
    assert names == ("in-cluster", "in-cluster", "service account")
    with pytest.raises(KubeconfigError, match="contains no certificate in PEM"):
        target.connect()
    target.close()


def test_a_target_that_is_no_pod_says_so_now_or_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in POD:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(KubeconfigError):
        in_cluster_target(folder)
    target = in_cluster_target(folder, must_exist=False)
    assert target.context == "in-cluster"
    with pytest.raises(KubeconfigError):
        target.connect()
