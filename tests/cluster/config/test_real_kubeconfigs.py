"""kubectl and kubeimg side by side: one kubeconfig gives both the same server, user and outcome.

Both run with the same environment and options. The servers record the destination and the user of
each request.
"""

import base64
import os
import subprocess
from collections.abc import Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template

import pytest
import trustme

from tests.cluster.config.kubeconfig_case import Case, Outcome
from tests.cluster.config.kubeconfigs import CASES
from tests.controlplane.binaries import kubectl_command
from tests.support.forked_program import ForkedProgram
from tests.support.proxies import ConnectProxy
from tests.support.recording_server import Arrival, RecordingServer

OF_KUBEIMG = ("nodes", "-o", "json")
OF_KUBECTL = ("get", "--raw", "/api/v1/nodes?limit=1")
LIMIT_SECONDS = 40
EXIT_CODES = {
    0: Outcome.OK,
    2: Outcome.CONFIGURATION,
    3: Outcome.CONNECTION,
    4: Outcome.CREDENTIALS,
}


@dataclass
class Surroundings:
    """The servers, the proxy and the names for templates."""

    servers: list[RecordingServer]
    proxy: ConnectProxy
    names: dict[str, str]

    def forget(self) -> None:
        self.proxy.asked.clear()
        for server in self.servers:
            server.came.clear()

    def arrivals(self, agent: str) -> list[Arrival]:
        """The distinct requests of a program."""
        came = (arrival for server in self.servers for who, arrival in server.came if who == agent)
        return list(dict.fromkeys(came))


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Generator[Surroundings]:
    folder = tmp_path_factory.mktemp("servers")
    authority, other = trustme.CA(), trustme.CA()
    good = authority.issue_cert("127.0.0.1", "kube.example")
    now = datetime.now(UTC)
    expired = authority.issue_cert(
        "127.0.0.1", not_before=now - timedelta(days=2), not_after=now - timedelta(days=1)
    )
    elsewhere = authority.issue_cert("elsewhere.example")
    client = authority.issue_cert("client.example", common_name="by-certificate")
    files = {
        "ca": authority.cert_pem,
        "other_ca": other.cert_pem,
        "certificate": client.cert_chain_pems[0],
        "key": client.private_key_pem,
        "other_key": other.issue_cert("other.example").private_key_pem,
    }
    names = {"path": os.environ["PATH"]}
    for name, blob in files.items():
        blob.write_to_path(folder / name)
        text = blob.bytes()
        names |= {
            name: str(folder / name),
            f"{name}_data": base64.b64encode(text).decode(),
            f"{name}_json": text.decode().replace("\n", "\\n"),
        }
    with ExitStack() as running:
        servers = {
            name: running.enter_context(RecordingServer(name, authority, certificate))
            for name, certificate in (
                ("a", good),
                ("b", good),
                ("expired", expired),
                ("elsewhere", elsewhere),
                ("plain", None),
            )
        }
        for name, server in servers.items():
            names[f"{name}_without_scheme"] = f"127.0.0.1:{server.port}"
            names[name] = f"http{'' if name == 'plain' else 's'}://127.0.0.1:{server.port}"
        proxy = running.enter_context(ConnectProxy(servers["a"].port))
        names["proxy"] = proxy.url
        names["proxy_with_password"] = proxy.url.replace("//", "//me:pass%20word@")
        yield Surroundings(list(servers.values()), proxy, names)


def write(case: Case, folder: Path, names: Mapping[str, str]) -> dict[str, str]:
    """The case's files into the folder; the environment of both programs."""

    def filled(text: str) -> str:
        return Template(text).substitute(names)

    (folder / "home").mkdir()
    (folder / "ca.pem").write_text(Path(names["ca"]).read_text())
    for name, text in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(filled(text))
        if text.startswith("#!"):
            path.chmod(0o700)
    kept = {"PATH": names["path"], "HOME": str(folder / "home")}
    return {**kept, **{name: filled(value) for name, value in case.variables.items()}}


def outcome_of_kubectl(done: subprocess.CompletedProcess[str]) -> Outcome:
    """Determined from the output, since the exit code is always 1."""
    if done.returncode == 0:
        return Outcome.OK
    words = done.stdout + done.stderr
    if any(each in words for each in MISTAKES):
        return Outcome.CONFIGURATION
    if any(each in words for each in REFUSALS):
        return Outcome.CREDENTIALS
    return Outcome.CONNECTION if any(each in words for each in FAILURES) else Outcome.CONFIGURATION


MISTAKES = (
    "localhost:8080",  # the default server
    "invalid port",
    "private key does not match",
    "unsupported protocol scheme",
)
REFUSALS = (
    "You must be logged in to the server",
    "(Forbidden)",
    "getting credentials",
    "Please enter Username",
)
FAILURES = ("Unable to connect to the server", "The connection to the server", "(BadRequest)")


@pytest.mark.parametrize("name", CASES)
def test_kubectl_and_kubeimg_choose_the_same(
    surroundings: Surroundings, forked_program: ForkedProgram, tmp_path: Path, name: str
) -> None:
    kubectl = kubectl_command()
    if kubectl is None:
        pytest.skip("there is no kubectl of 1.28 or newer: `make cluster` builds one")
    case = CASES[name]
    names = {**surroundings.names, "folder": str(tmp_path)}
    environment = write(case, tmp_path, names)
    surroundings.forget()

    with subprocess.Popen(
        [kubectl, *OF_KUBECTL, *case.options],
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as beside:
        kubeimgs = forked_program.run(
            *OF_KUBEIMG, *case.options, environment=environment, folder=tmp_path
        )
        kubectls = subprocess.CompletedProcess(
            beside.args, 0, *beside.communicate(timeout=LIMIT_SECONDS)
        )
    kubectls.returncode = beside.returncode

    said = (
        f"kubectl: {kubectls.stdout}{kubectls.stderr}\nkubeimg: {kubeimgs.stdout}{kubeimgs.stderr}"
    )
    assert outcome_of_kubectl(kubectls) is case.outcome, said
    assert EXIT_CODES.get(kubeimgs.returncode) is (case.of_kubeimg or case.outcome), said
    assert "Traceback" not in kubeimgs.stderr
    if case.outcome is Outcome.OK:
        assert surroundings.arrivals("kubectl"), said
    if not case.difference:
        assert surroundings.arrivals("kubeimg") == surroundings.arrivals("kubectl"), said
    tunnels = {Template(tunnel).substitute(names) for tunnel in case.tunnels}
    assert {destination for destination, _ in surroundings.proxy.asked} == tunnels, said
    assert len({credentials for _, credentials in surroundings.proxy.asked}) <= 1, "both the same"
