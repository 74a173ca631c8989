"""The way from a pod to the API server of its own cluster: its service account.

A kubelet puts the account's token and the cluster's authority into a folder of the pod and the
server's address into its environment; the official client's loader knows both by name.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from kubeimg_gui.cluster.config.kubeconfig import Context
from kubeimg_gui.cluster.config.kubeconfig_file import Cluster, User
from kubeimg_gui.cluster.errors import KubeconfigError
from kubeimg_gui.text.sanitize import plain

SERVICE_ACCOUNT_FOLDER = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where a kubelet mounts `token` and `ca.crt`, both replaced there when they are renewed."""
IN_CLUSTER = "in-cluster"
"""What the cluster is called: a pod does not know its name."""
_USER = "service account"
_HOST, _PORT = "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"


def is_in_pod(folder: Path, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process can be the service account of a pod, by client-go's rule.

    (`tools/clientcmd/client_config.go`, `inClusterClientConfig.Possible`)
    """
    addressed = all(environment.get(name) for name in (_HOST, _PORT))
    is_file = os.path.isfile  # Path's own raises where nobody may look
    return addressed and is_file(folder / "token")


def load_in_cluster(folder: Path, environment: Mapping[str, str] = os.environ) -> Context:
    """The pod's own cluster, as its service account; the token is read where it is shown.

    Raises KubeconfigError where this is no pod, or one without a service account.
    """
    from kubernetes.client import Configuration
    from kubernetes.config import ConfigException
    from kubernetes.config.incluster_config import InClusterConfigLoader

    token, authority = folder / "token", folder / "ca.crt"
    configuration = Configuration(proxy="")
    loader = InClusterConfigLoader(
        str(token), str(authority), try_refresh_token=False, environ=environment
    )
    try:
        loader.load_and_set(configuration)  # pyright: ignore[reportUnknownMemberType]
    except (ConfigException, OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error).removesuffix(".")
        raise KubeconfigError(
            f"There is no in-cluster configuration here: {why} (it takes {_HOST} and {_PORT} in "
            f"the environment, token and ca.crt in {plain(str(folder), 300)}); outside of a pod "
            "use a kubeconfig"
        ) from error
    return Context(
        IN_CLUSTER,
        IN_CLUSTER,
        _USER,
        Cluster(server=configuration.host, certificate_authority=str(authority)),
        User(token_file=str(token)),
    )
