"""The users of the real control plane: certificates, tokens, roles."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trustme

ADMIN = "admin"
VIEWER = "viewer"
"""May get, list and watch nodes and pods."""
LISTER = "lister"
"""May get and list nodes and pods, but not watch them."""
WITHOUT_RIGHTS = "without-rights"
"""Known to the server, without any role."""
VIEWERS = "viewers"
"""A group with the viewer's rights and no members."""
DEPUTY = "deputy"
"""May do everything, including impersonating any user."""
DEPLOYED = "system:serviceaccount:kubeimg:kubeimg"
"""The service account of the manifests in deploy/."""
AUDITED = (DEPUTY, DEPLOYED)
"""Users whose requests the server's audit log records."""
SERVICE_ACCOUNT = "default/kubeimg"
"""Has the viewer's rights."""


@dataclass(frozen=True, slots=True)
class TokenUser:
    """A user with a static token."""

    name: str
    token: str
    groups: str = ""


TOKEN_USERS = (
    TokenUser(ADMIN, "the-token-of-the-admin", "system:masters"),
    TokenUser(VIEWER, "the-token-of-the-viewer"),
    TokenUser(LISTER, "the-token-of-the-lister"),
    TokenUser(WITHOUT_RIGHTS, "the-token-without-rights"),
    TokenUser(DEPUTY, "the-token-of-the-deputy", "system:masters"),
)


class Credentials:
    """The files of a control plane's certificates, keys and tokens, written to a folder."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.ca_file = folder / "ca.crt"
        self.server_certificate = folder / "server.crt"
        self.server_key = folder / "server.key"
        self.service_account_key = folder / "service-account.key"
        self.tokens_file = folder / "tokens.csv"
        self.audit_policy = folder / "audit-policy.json"
        self.webhook_kubeconfig = folder / "webhook.json"
        self._admin_certificate = folder / "admin.crt"
        self._admin_key = folder / "admin.key"
        server = authority.issue_cert("127.0.0.1", "localhost")
        admin = authority.issue_cert(
            "admin.example", common_name="admin-by-certificate", organization_name="system:masters"
        )
        authority.cert_pem.write_to_path(self.ca_file)
        server.cert_chain_pems[0].write_to_path(self.server_certificate)
        server.private_key_pem.write_to_path(self.server_key)
        admin.cert_chain_pems[0].write_to_path(self._admin_certificate)
        admin.private_key_pem.write_to_path(self._admin_key)
        signing = authority.issue_cert("service-accounts.example")
        signing.private_key_pem.write_to_path(self.service_account_key)
        lines = [f'{u.token},{u.name},{u.name},"{u.groups}"\n' for u in TOKEN_USERS]
        self.tokens_file.write_text("".join(lines))
        self.audit_policy.write_text(json.dumps(_AUDIT_POLICY))

    def write_webhook(self, url: str) -> None:
        """Write the kubeconfig of the webhook that authenticates unknown tokens."""
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "webhook", "cluster": {"server": url}}],
            "contexts": [{"name": "webhook", "context": {"cluster": "webhook", "user": ""}}],
            "current-context": "webhook",
        }
        self.webhook_kubeconfig.write_text(json.dumps(document))

    def admin_certificate(self) -> dict[str, str]:
        """The admin's user entry of a kubeconfig."""
        return {
            "client-certificate": str(self._admin_certificate),
            "client-key": str(self._admin_key),
        }


_AUDIT_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [{"level": "Metadata", "users": AUDITED}, {"level": "None"}],
}


def _role(name: str, *verbs: str) -> tuple[str, dict[str, Any]]:
    rule = {"apiGroups": [""], "resources": ["nodes", "pods"], "verbs": verbs}
    return f"{_RBAC}/clusterroles", {"metadata": {"name": name}, "rules": [rule]}


def _binding(role: str, **subject: str) -> tuple[str, dict[str, Any]]:
    return f"{_RBAC}/clusterrolebindings", {
        "metadata": {"name": f"{role}-{subject['name']}"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [subject],
    }


_RBAC = "/apis/rbac.authorization.k8s.io/v1"
_NAMESPACE, _ACCOUNT = SERVICE_ACCOUNT.split("/")

ROLES: list[tuple[str, dict[str, Any]]] = [
    _role("viewer", "get", "list", "watch"),
    _role("lister", "get", "list"),
    _binding("viewer", kind="User", name=VIEWER),
    _binding("viewer", kind="Group", name=VIEWERS),
    _binding("lister", kind="User", name=LISTER),
    (f"/api/v1/namespaces/{_NAMESPACE}/serviceaccounts", {"metadata": {"name": _ACCOUNT}}),
    _binding("viewer", kind="ServiceAccount", name=_ACCOUNT, namespace=_NAMESPACE),
]
"""Objects to create once the server runs: the path to post to and the object."""
