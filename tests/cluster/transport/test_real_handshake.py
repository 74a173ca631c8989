"""kubectl and kubeimg accept and refuse the same servers, but for those that OpenSSL refuses."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cluster.transport.test_handshake import TOKEN
from tests.cluster.transport.tls_case import Case
from tests.cluster.transport.tls_cases import CASES
from tests.controlplane.binaries import kubectl_command
from tests.support.forked_program import ForkedProgram
from tests.support.tls_server import TlsServer

pytestmark = [pytest.mark.slow, pytest.mark.control_plane]

OF_KUBEIMG = ("nodes", "-o", "json")
OF_KUBECTL = ("get", "--raw", "/api/v1/nodes?limit=1")
LIMIT_SECONDS = 40


def write_kubeconfig(case: Case, port: int, folder: Path) -> None:
    (folder / "ca.pem").write_bytes(case.bundle)
    cluster = {
        "server": f"https://127.0.0.1:{port}",
        "certificate-authority": "ca.pem",
        **({"tls-server-name": case.server_name} if case.server_name else {}),
    }
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "main",
        "clusters": [{"name": "main", "cluster": cluster}],
        "users": [{"name": "main", "user": {"token": TOKEN, **case.user}}],
        "contexts": [{"name": "main", "context": {"cluster": "main", "user": "main"}}],
    }
    (folder / "config").write_text(json.dumps(document))


@pytest.mark.parametrize("name", CASES)
def test_kubectl_and_kubeimg_agree(
    forked_program: ForkedProgram, tmp_path: Path, name: str
) -> None:
    kubectl = kubectl_command()
    assert kubectl is not None
    case = CASES[name]()
    server = TlsServer(case.chain, **case.server)
    server.load(tmp_path)
    options = ("--kubeconfig", str(tmp_path / "config"))
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    with server:
        write_kubeconfig(case, server.port, tmp_path)
        kubectls = subprocess.run(
            [kubectl, *OF_KUBECTL, *options],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
        kubeimgs = forked_program.run(
            *OF_KUBEIMG, *options, environment=environment, folder=tmp_path
        )
    said = f"kubectl: {kubectls.stderr}\nkubeimg: {kubeimgs.stderr}"
    assert (kubectls.returncode == 0) is (case.only_kubectl or not case.refused), said
    assert (kubeimgs.returncode == 0) is not bool(case.refused), said
