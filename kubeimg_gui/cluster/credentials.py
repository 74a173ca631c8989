"""From a kubeconfig context to the official client's configuration, or a clear refusal.

The official loader goes on anonymously where a plugin fails and drops impersonation silently;
both would show a person another cluster's truth than kubectl does, so both are refused here.
"""

from pathlib import Path
from typing import Any, cast

from kubernetes.client import Configuration
from kubernetes.config import (
    ConfigException,
    load_kube_config_from_dict,  # pyright: ignore[reportUnknownVariableType]
)

from kubeimg_gui.cluster.errors import CredentialsError, KubeconfigError
from kubeimg_gui.cluster.kubeconfig import Context


def configuration_for(context: Context) -> Configuration:
    """The official client's configuration for `context`; may run a credential plugin.

    Raises:
        CredentialsError: the user's credentials are unsupported or do not come.
        KubeconfigError: the entry is not understood.
    """
    user = dict(context.user)
    _refuse_unsupported(context, user)
    if token_file := user.pop("tokenFile", None):
        user["token"] = _read_token(context, Path(token_file))
    configuration = Configuration()
    configuration.host = context.server
    try:
        load_kube_config_from_dict(
            {
                "current-context": context.name,
                "contexts": [
                    {
                        "name": context.name,
                        "context": {"cluster": context.cluster_name, "user": context.user_name},
                    }
                ],
                "clusters": [{"name": context.cluster_name, "cluster": dict(context.cluster)}],
                "users": [{"name": context.user_name, "user": user}],
            },
            client_configuration=configuration,
            persist_config=False,
        )
    except (ConfigException, ValueError, TypeError, KeyError, OSError) as error:
        raise KubeconfigError(
            f"The kubeconfig entries of the context {context.name!r} are not understood "
            f"({type(error).__name__})"
        ) from error
    if user.get("exec") and not (configuration.api_key or configuration.cert_file):
        plugin = _field(user, "exec", "command")
        raise CredentialsError(
            f"The credential plugin {plugin!r} of the user {context.user_name!r} gave no "
            "credentials: run it in a terminal to see why"
        )
    if context.cluster.get("proxy-url"):
        # client-go lets an explicit proxy-url win over NO_PROXY.
        configuration.no_proxy = ""
    return configuration


def _refuse_unsupported(context: Context, user: dict[str, Any]) -> None:
    who = f"the user {context.user_name!r} of the context {context.name!r}"
    if any(user.get(key) for key in ("as", "as-uid", "as-groups", "as-user-extra")):
        raise CredentialsError(f"Impersonation (as: in {who}) is not supported yet")
    if user.get("auth-provider"):
        raise CredentialsError(
            f"The auth-provider {_field(user, 'auth-provider', 'name')!r} of {who} is not "
            "supported: use a credential plugin, such as kubelogin or gke-gcloud-auth-plugin"
        )
    if str(context.cluster.get("proxy-url") or "").startswith("socks"):
        raise CredentialsError(f"SOCKS proxies (context {context.name!r}) are not supported yet")


def _read_token(context: Context, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise CredentialsError(
            f"The token file {path} of the user {context.user_name!r} cannot be read"
        ) from error


def _field(user: dict[str, Any], section: str, key: str) -> str:
    entry: object = user.get(section)
    return str(cast("dict[str, Any]", entry).get(key)) if isinstance(entry, dict) else ""
