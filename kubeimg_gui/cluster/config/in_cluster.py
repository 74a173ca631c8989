"""Access from a pod to the API server of its own cluster, as the pod's service account.

A kubelet puts the account's token and the certificate authority into a folder of the pod, and the
server's address into the environment. The official client's loader reads both.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from kubeimg_gui.cluster.config.kubeconfig import Context
from kubeimg_gui.cluster.config.kubeconfig_file import Cluster, User
from kubeimg_gui.cluster.errors import KubeconfigError
from kubeimg_gui.text.sanitize import plain

SERVICE_ACCOUNT_FOLDER = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where a kubelet mounts `token` and `ca.crt`; it replaces both when it renews them."""
IN_CLUSTER = "in-cluster"
"""The name of the context and the cluster: a pod does not know its cluster's name."""
_USER = "service account"
_HOST, _PORT = "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"


def is_in_pod(folder: Path, environment: Mapping[str, str] = os.environ) -> bool:
    """Returns whether this process can act as a pod's service account, by client-go's rule.

    (`tools/clientcmd/client_config.go`, `inClusterClientConfig.Possible`)
    """
    addressed = all(environment.get(name) for name in (_HOST, _PORT))
    is_file = os.path.isfile  # Path.is_file raises PermissionError
    return addressed and is_file(folder / "token")


def in_cluster_files(folder: Path) -> tuple[Path, Path]:
    """Returns the token and the certificate authority of the service account in `folder`."""
    return folder / "token", folder / "ca.crt"


def load_in_cluster(folder: Path, environment: Mapping[str, str] = os.environ) -> Context:
    """Returns the context of the pod's own cluster; each request reads the token again.

    Raises KubeconfigError outside of a pod, and in a pod without a service account.
    """
    from kubernetes.client import Configuration
    from kubernetes.config import ConfigException
    from kubernetes.config.incluster_config import InClusterConfigLoader

    token, authority = in_cluster_files(folder)
    configuration = Configuration(proxy="")
    loader = InClusterConfigLoader(
        str(token), str(authority), try_refresh_token=False, environ=environment
    )
    try:
        loader.load_and_set(configuration)  # pyright: ignore[reportUnknownMemberType]
    except (ConfigException, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error).removesuffix(".")
        raise KubeconfigError(
            f"The in-cluster configuration is not available: {reason} (it needs {_HOST} and "
            f"{_PORT} in the environment, token and ca.crt in {plain(str(folder), 300)}); outside "
            "of a pod use a kubeconfig"
        ) from error
    return Context(
        IN_CLUSTER,
        IN_CLUSTER,
        _USER,
        Cluster(server=configuration.host, certificate_authority=str(authority)),
        User(token_file=str(token)),
    )
