"""The manifests: they build, a real server takes them, and they say what was meant."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from kubeimg_gui import __version__
from kubeimg_gui.arguments import parse
from kubeimg_gui.cluster.config.in_cluster import SERVICE_ACCOUNT_FOLDER
from kubeimg_gui.headless import health
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.users import DEPLOYED
from tests.deploy.pod import ACCOUNT, DEPLOY, NAMESPACE, container, manifests
from tests.support.fixtures import Kubectl

pytestmark = pytest.mark.control_plane


@pytest.fixture
def built(kubectl: Kubectl) -> dict[str, Any]:
    return manifests(kubectl("kustomize", str(DEPLOY)))


def test_kustomize_builds_what_a_watch_in_the_cluster_needs(built: dict[str, Any]) -> None:
    assert set(built) == {
        "Namespace",
        "ServiceAccount",
        "ClusterRole",
        "ClusterRoleBinding",
        "Deployment",
    }
    pod = built["Deployment"]["spec"]["template"]
    selector = built["Deployment"]["spec"]["selector"]["matchLabels"]
    assert selector.items() <= pod["metadata"]["labels"].items()
    assert pod["spec"]["serviceAccountName"] == built["ServiceAccount"]["metadata"]["name"]
    assert built["ClusterRoleBinding"]["subjects"] == [
        {"kind": "ServiceAccount", "name": ACCOUNT, "namespace": NAMESPACE}
    ]
    assert (
        built["ClusterRoleBinding"]["roleRef"]["name"] == built["ClusterRole"]["metadata"]["name"]
    )


@pytest.mark.parametrize(("prefix", "namespace"), [("", "other"), ("my-", ""), ("my-", "other")])
def test_an_overlay_can_change_names_and_namespace(
    kubectl: Kubectl, tmp_path: Path, prefix: str, namespace: str
) -> None:
    shutil.copytree(DEPLOY, tmp_path / "base")
    overlay = {"resources": ["../base"], "namePrefix": prefix, "namespace": namespace}
    (tmp_path / "overlay").mkdir()
    (tmp_path / "overlay" / "kustomization.yaml").write_text(yaml.safe_dump(overlay))
    built = manifests(kubectl("kustomize", str(tmp_path / "overlay")))
    account = built["ServiceAccount"]["metadata"]
    assert account["name"] == f"{prefix}{ACCOUNT}"
    (subject,) = built["ClusterRoleBinding"]["subjects"]
    assert (subject["name"], subject["namespace"]) == (account["name"], account["namespace"])
    assert account["namespace"] == built["Deployment"]["metadata"]["namespace"]
    spec = built["Deployment"]["spec"]["template"]["spec"]
    assert spec["serviceAccountName"] == account["name"]


def test_every_file_of_the_folder_is_used() -> None:
    base = (DEPLOY / "kustomization.yaml").read_text()
    others = {path.name for path in DEPLOY.glob("*.yaml")} - {"kustomization.yaml"}
    assert others == set(re.findall(r"^  - (\S+\.yaml)$", base, re.MULTILINE))


def test_they_name_the_image_of_this_version(built: dict[str, Any]) -> None:
    assert container(built)["image"] == f"kubeimg:{__version__}"
    for each in built.values():
        assert each["metadata"]["labels"]["app.kubernetes.io/version"] == __version__


def test_kubeimg_accepts_the_arguments(built: dict[str, Any]) -> None:
    options = parse(container(built)["args"])
    assert (options.command, options.output, options.log_format) == ("watch", "json", "json")
    assert options.in_cluster == SERVICE_ACCOUNT_FOLDER
    (port,) = container(built)["ports"]
    assert options.listen == ("", port["containerPort"])
    for probe, path in (("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
        assert container(built)[probe]["httpGet"] == {"path": path, "port": port["name"]}
        assert container(built)[probe]["timeoutSeconds"] <= health.PATIENCE_SECONDS


def test_the_pod_has_no_privilege_that_it_does_not_need(built: dict[str, Any]) -> None:
    spec = built["Deployment"]["spec"]["template"]["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container(built)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    image = (DEPLOY / "Containerfile").read_text()
    user, group = (spec["securityContext"][key] for key in ("runAsUser", "runAsGroup"))
    assert f"USER {user}:{group}\n" in image
    assert "limits" in container(built)["resources"]


def test_a_real_server_accepts_them_twice(real: ControlPlane, kubectl: Kubectl) -> None:
    made = kubectl("apply", "-k", str(DEPLOY), "--validate=strict")
    assert len(made.splitlines()) == 5
    again = kubectl("apply", "-k", str(DEPLOY), "--validate=strict")
    assert all(line.endswith(" unchanged") for line in again.splitlines()), again
    kubectl("apply", "-k", str(DEPLOY), "--dry-run=server", "--warnings-as-errors")


@pytest.mark.parametrize(
    ("verb", "resource", "allowed"),
    [
        ("list", "nodes", True),
        ("watch", "nodes", True),
        ("get", "nodes", False),
        ("patch", "nodes", False),
        ("delete", "nodes", False),
        ("get", "nodes/proxy", False),
        ("list", "pods", False),
        ("list", "secrets", False),
    ],
)
def test_the_account_has_exactly_the_rights_it_needs(
    real: ControlPlane, kubectl: Kubectl, verb: str, resource: str, allowed: bool
) -> None:
    kubectl("apply", "-k", str(DEPLOY))
    resource, _, subresource = resource.partition("/")
    attributes = {"verb": verb, "resource": resource, "subresource": subresource}
    api = real.api()
    _, review = api.call(
        "POST",
        "/apis/authorization.k8s.io/v1/subjectaccessreviews",
        {"spec": {"user": DEPLOYED, "resourceAttributes": attributes}},
    )
    api.close()
    assert review["status"]["allowed"] is allowed


def test_the_folder_holds_no_address_of_a_registry() -> None:
    texts = [path.read_text() for path in DEPLOY.iterdir()]
    assert not any("://" in text for text in texts)
