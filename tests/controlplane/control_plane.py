"""A real control plane for tests: etcd and kube-apiserver as processes on loopback.

It has TLS, RBAC and users of every kind, but no kubelet, scheduler or controllers: what happens
on it is what a test writes. Linux only, because its processes must end with the test's, however it
ends.
"""

import base64
import json
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3
import yaml

from tests.controlplane.users import (
    ADMIN,
    DEPUTY,
    ROLES,
    SERVICE_ACCOUNT,
    TOKEN_USERS,
    VIEWER,
    Credentials,
)
from tests.support.api import NODES, Api, JsonObject, Login
from tests.support.token_webhook import TokenWebhook

HOST = "127.0.0.1"
READY_SECONDS = 40.0
STOP_SECONDS = 10.0
CLOSE_SECONDS = 0.7
ATTEMPTS = 2
"""A free port may be taken between its choice and its use."""


class StartError(Exception):
    """A process did not become ready; the text holds the end of its log."""


class Server:
    """One process that serves on a port of loopback.

    The kernel kills it when the thread that started it ends, and so also when that crashes: start
    it in the main thread.
    """

    def __init__(self, command: Sequence[str], log: Path, ready: str, ca: Path | None) -> None:
        self._command = command
        self._log = log
        self._ready = ready
        self._pool = urllib3.PoolManager(ca_certs=str(ca) if ca else None, retries=False)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._process is not None
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether it was started and still runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and wait until it is ready. Raises StartError."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *self._command], stdout=log, stderr=log
            )
        self.wait_until(self._is_ready)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait while the process runs. Raises StartError, also where it takes too long."""
        assert self._process is not None
        end = time.monotonic() + READY_SECONDS
        while not condition():
            if _ended(self._process, within=0.05) or time.monotonic() > end:
                self.stop()
                raise StartError(f"{self._command[0]} did not start:\n{self._log_end()}")

    def stop(self, within: float = STOP_SECONDS) -> None:
        """Ask it to end; kill it if it does not end within this many seconds."""
        if self._process is None:
            return
        self._process.terminate()
        if not _ended(self._process, within=within):
            self.kill()
        self._pool.clear()

    def kill(self) -> None:
        """End it at once, as a crash does: its open connections break."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._pool.clear()

    def _is_ready(self) -> bool:
        try:
            return self._pool.request("GET", self._ready, timeout=5.0).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def _log_end(self) -> str:
        return self._log.read_text(errors="replace")[-4000:]


class ControlPlane:
    """etcd and kube-apiserver with users; a context manager, for the main thread.

    `options` are further arguments of the API server.

    Attributes:
        url, port: of the API server.
        credentials: certificates and tokens.
        tokens: of the users, by name.
        webhook: accepts short-lived tokens, as the viewer's.
    """

    def __init__(self, assets: Path, folder: Path, *options: str) -> None:
        self._assets = assets
        self._options = options
        self._folder = folder
        self._audit_log = folder / "audit.log"
        self.credentials = Credentials(folder)
        self.tokens = {user.name: user.token for user in TOKEN_USERS}
        self.webhook = TokenWebhook(VIEWER)
        self.credentials.write_webhook(self.webhook.url)

    def __enter__(self) -> "ControlPlane":
        self.webhook.start()
        for attempts_left in reversed(range(ATTEMPTS)):
            try:
                self._start()
                break
            except BaseException as error:
                self._stop()
                if not (isinstance(error, StartError) and attempts_left):
                    self.webhook.stop()
                    raise
        return self

    def _start(self) -> None:
        etcd_port, peer_port, self.port = free_ports(3)
        self._data = self._folder / f"etcd-{etcd_port}"
        self._etcd_api = Api(f"http://{HOST}:{etcd_port}")
        self._etcd = self._new_etcd(etcd_port, peer_port)
        self._api_server = self._new_api_server(etcd_port)
        self._etcd.start()
        self._api_server.start()
        self._add_roles()

    def _stop(self) -> None:
        for server in (self._api_server, self._etcd):
            server.stop()
        self._etcd_api.close()

    def __exit__(self, *_: object) -> None:
        self._stop()
        self.webhook.stop()

    @property
    def url(self) -> str:
        """Of the API server."""
        return f"https://{HOST}:{self.port}"

    @property
    def pids(self) -> list[int]:
        """Of the running processes."""
        return [self._etcd.pid, self._api_server.pid]

    def reset(self, nodes: Iterable[JsonObject]) -> None:
        """Leave these nodes, no pods and no events; start the API server if it does not run."""
        if not self._api_server.runs:
            self.start_api_server()
        api = self.api()
        for item in api.get(NODES)[1]["items"]:
            if item["metadata"].get("finalizers"):
                api.patch(item["metadata"]["name"], {"metadata": {"finalizers": None}})
        namespace = "/api/v1/namespaces/default"
        for collection, prefix in (
            (NODES, "/registry/minions/"),
            (f"{namespace}/pods", "/registry/pods/"),
            (f"{namespace}/events", "/registry/events/"),
        ):
            if self._holds(prefix):
                code, answer = api.call("DELETE", collection, {"gracePeriodSeconds": 0})
                assert code == 200, answer
        for node in nodes:
            code, answer = api.call("POST", NODES, node)
            assert code == 201, answer
        api.close()

    def stop_api_server(self) -> None:
        """End the API server and break its connections; its port stays its own.

        A server that is asked to end stops listening, then waits long for its watches; it is killed
        after a moment. Killed while it listens, it would reset connections before their handshake,
        and Python's ssl leaves such a socket open until it is collected.
        """
        self._api_server.stop(within=CLOSE_SECONDS)

    def start_api_server(self) -> None:
        """Start it again on the same port, with an empty watch cache."""
        self._api_server.start()

    @contextmanager
    def stopped(self) -> Generator[Path, None, None]:
        """Stop both servers, yield etcd's data folder, start them on the same ports.

        What the folder holds then is the cluster: a copy made earlier restores a backup, no folder
        is an empty cluster.
        """
        self.stop_api_server()
        self._etcd.stop()
        yield self._data
        self._etcd.start()
        self._api_server.start()
        self._add_roles()

    def renew_authority(self) -> None:
        """Replace all certificates and keys, while stopped; the files keep their names."""
        self.credentials = Credentials(self._folder)

    def forget_history(self) -> None:
        """Expire every resource version so far, in etcd and in the API server's cache."""
        api = self.api()
        api.call("POST", "/api/v1/namespaces", {"metadata": {"generateName": "forgotten-"}})
        api.close()
        _, status = self._etcd_api.call("POST", "/v3/kv/range", {"key": "AA=="})
        compaction = {"revision": status["header"]["revision"], "physical": True}
        code, answer = self._etcd_api.call("POST", "/v3/kv/compaction", compaction)
        assert code == 200, answer
        self.stop_api_server()
        self.start_api_server()

    def login(self, user: str = ADMIN) -> Login:
        """A user's token, and the certificate authority of the server."""
        token = self.mint_token(user) if user == SERVICE_ACCOUNT else self.tokens[user]
        return Login(self.credentials.ca_file, token)

    def mint_token(self, account: str, secret: str = "") -> str:
        """A new token of a service account `namespace/name`, good for an hour.

        With `secret`, it is valid only while that secret exists in the namespace.
        """
        namespace, name = account.split("/")
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
        spec: JsonObject = {"expirationSeconds": 3600}
        if secret:
            spec["boundObjectRef"] = {"kind": "Secret", "apiVersion": "v1", "name": secret}
        api = self.api()
        code, answer = api.call("POST", path, {"spec": spec})
        api.close()
        assert code == 201, answer
        return answer["status"]["token"]

    def api(self, user: str = ADMIN) -> Api:
        """A plain client for a user; the caller closes it."""
        return Api(self.url, self.login(user))

    def audited(self, user: str = DEPUTY) -> list[JsonObject]:
        """The requests of one of AUDITED so far, from the audit log."""
        log = self._audit_log.read_text() if self._audit_log.exists() else ""
        done = [json.loads(line) for line in log.splitlines()]
        return [each for each in done if each["user"]["username"] == user]

    def write_kubeconfig(
        self,
        path: Path,
        user: str = ADMIN,
        *,
        certificate: bool = False,
        identity: Mapping[str, Any] | None = None,
        server: str | None = None,
    ) -> Path:
        """A kubeconfig whose only context `real` is a user's, by token or by certificate.

        `identity` is a user entry in place of either; `server` another way to the same server.
        """
        cluster = {
            "server": server or self.url,
            "certificate-authority": str(self.credentials.ca_file),
        }
        if certificate:
            identity = self.credentials.admin_certificate()
        elif identity is None:
            identity = {"token": self.login(user).token}
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "real",
            "contexts": [{"name": "real", "context": {"cluster": "real", "user": user}}],
            "clusters": [{"name": "real", "cluster": cluster}],
            "users": [{"name": user, "user": dict(identity)}],
        }
        path.touch(mode=0o600)
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        return path

    def _holds(self, prefix: str) -> bool:
        """Whether etcd holds a key with that prefix.

        The API server answers the same only after its cache of that resource has caught up with
        the writes to all others, which takes up to 100 ms.
        """
        begin, end = prefix.encode(), prefix[:-1].encode() + bytes([ord(prefix[-1]) + 1])
        keys = {"key": _base64(begin), "range_end": _base64(end), "count_only": True}
        code, answer = self._etcd_api.call("POST", "/v3/kv/range", keys)
        assert code == 200, answer
        return int(answer.get("count", 0)) > 0

    def _new_etcd(self, port: int, peer_port: int) -> Server:
        own, peer = f"http://{HOST}:{port}", f"http://{HOST}:{peer_port}"
        command = [
            str(self._assets / "etcd"),
            f"--data-dir={self._data}",
            f"--listen-client-urls={own}",
            f"--advertise-client-urls={own}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            "--unsafe-no-fsync",
        ]
        return Server(command, self._folder / "etcd.log", f"{own}/health", None)

    def _new_api_server(self, etcd_port: int) -> Server:
        credentials = self.credentials
        command = [
            str(self._assets / "kube-apiserver"),
            f"--bind-address={HOST}",
            f"--secure-port={self.port}",
            f"--advertise-address={HOST}",
            "--endpoint-reconciler-type=none",
            f"--etcd-servers=http://{HOST}:{etcd_port}",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            # The first rejects pods without a service account, which no controller creates here;
            # the second taints every new node, and no controller removes the taint.
            "--disable-admission-plugins=ServiceAccount,TaintNodesByCondition",
            f"--client-ca-file={credentials.ca_file}",
            f"--token-auth-file={credentials.tokens_file}",
            f"--authentication-token-webhook-config-file={credentials.webhook_kubeconfig}",
            "--authentication-token-webhook-version=v1",
            "--authentication-token-webhook-cache-ttl=1ms",
            f"--audit-policy-file={credentials.audit_policy}",
            f"--audit-log-path={self._audit_log}",
            f"--tls-cert-file={credentials.server_certificate}",
            f"--tls-private-key-file={credentials.server_key}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={credentials.service_account_key}",
            f"--service-account-signing-key-file={credentials.service_account_key}",
            "--delete-collection-workers=8",
            "--profiling=false",
            *self._options,
        ]
        log = self._folder / "kube-apiserver.log"
        return Server(command, log, f"{self.url}/readyz", credentials.ca_file)

    def _add_roles(self) -> None:
        api = self.api()
        # The server creates it in the background and is ready before.
        self._api_server.wait_until(lambda: api.get("/api/v1/namespaces/default")[0] == 200)
        for path, item in ROLES:
            code, answer = api.call("POST", path, item)
            assert code in (201, 409), answer
        api.close()


def _base64(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _ended(process: subprocess.Popen[bytes], within: float) -> bool:
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        return False
    return True


def free_ports(count: int) -> list[int]:
    """Ports of loopback on which nothing listens at this moment."""
    sockets = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports
