"""Kubelet-mounted files and a Deployment's container settings, for processes outside a pod."""

import base64
import json
import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from tests.controlplane.control_plane import HOST, ControlPlane

DEPLOY = Path(__file__).parents[2] / "resources" / "deploy"
NAMESPACE = ACCOUNT = "kubeimg"
_SECRETS = f"/api/v1/namespaces/{NAMESPACE}/secrets"


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the service account that lasts as long as a secret does.

    Attributes:
        secret: its name.
        credential: how the audit log calls the token.
    """

    text: str
    secret: str
    credential: str


class Pod:
    """The folder of a service account on a control plane, its files swapped as a kubelet does.

    Attributes:
        environment: what is set in every container.
    """

    def __init__(self, control_plane: ControlPlane, folder: Path) -> None:
        self._control_plane = control_plane
        self._numbers = count()
        self.folder = folder
        self.environment = {
            "KUBERNETES_SERVICE_HOST": HOST,
            "KUBERNETES_SERVICE_PORT": str(control_plane.port),
        }
        folder.mkdir()
        (folder / "..data").symlink_to("not-yet")
        for name in ("token", "ca.crt", "namespace"):
            (folder / name).symlink_to(f"..data/{name}")

    def mint(self) -> Token:
        """A new token, not mounted yet."""
        secret = f"lease-{next(self._numbers)}-{os.urandom(3).hex()}"
        api = self._control_plane.api()
        code, made = api.call("POST", _SECRETS, {"metadata": {"name": secret}})
        assert code == 201, made
        api.close()
        text = self._control_plane.mint_token(f"{NAMESPACE}/{ACCOUNT}", secret)
        return Token(text, secret, f"JTI={_claims(text)['jti']}")

    def mount(self, token: Token) -> None:
        """Put it, and the cluster's authority, into the folder, all at once."""
        version = self.folder / f"..{next(self._numbers)}"
        version.mkdir()
        (version / "token").write_text(token.text)
        (version / "namespace").write_text(NAMESPACE)
        (version / "ca.crt").write_bytes(self._control_plane.credentials.ca_file.read_bytes())
        link = self.folder / "..data_tmp"
        link.symlink_to(version.name)
        link.replace(self.folder / "..data")

    def revoke(self, token: Token) -> None:
        """Have the server refuse it from some seconds on."""
        api = self._control_plane.api()
        code, answer = api.call("DELETE", f"{_SECRETS}/{token.secret}")
        assert code == 200, answer
        api.close()


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def manifests(built: str) -> dict[str, Any]:
    """The objects of a stream of YAML documents, by kind; each kind is there once."""
    objects = [document for document in yaml.safe_load_all(built) if document]
    by_kind = {each["kind"]: each for each in objects}
    assert len(by_kind) == len(objects)
    return by_kind


def container(built: dict[str, Any]) -> dict[str, Any]:
    """The only container of the Deployment's pod."""
    (only,) = built["Deployment"]["spec"]["template"]["spec"]["containers"]
    return only


@contextmanager
def killed(process: subprocess.Popen[Any]) -> Generator[None, None, None]:
    """What a test leaves running must not hold it up."""
    try:
        yield
    finally:
        process.kill()
