"""Users of kubeconfigs, valid, odd and broken, and what comes of each, by kubectl's own rules."""

from tests.cluster.config.kubeconfig_case import (
    AT_KUBE_CONFIG,
    FILES,
    TOKEN,
    Case,
    Outcome,
    config,
    credential,
    one,
    plugin,
    user,
)
from tests.support.recording_server import FORBIDDEN_TOKEN, REFUSED_TOKEN

OK, CONFIGURATION = Outcome.OK, Outcome.CONFIGURATION
CONNECTION, CREDENTIALS = Outcome.CONNECTION, Outcome.CREDENTIALS
PLUGIN_TOKEN = credential({"token": "of-the-plugin"})
CERTIFICATE_OF_PLUGIN = credential(
    {"clientCertificateData": "$certificate_json", "clientKeyData": "$key_json"}
)

USERS = {
    "a user without credentials": user(
        None,
        CREDENTIALS,
        difference="kubectl prompts for a name and a password; kubeimg connects anonymously",
        of_kubeimg=OK,
    ),
    "a context without a user": one(
        config(contexts={"main": {"cluster": "main"}}),
        CREDENTIALS,
        difference="kubectl prompts for a name and a password; kubeimg connects anonymously",
        of_kubeimg=OK,
    ),
    "a token that is refused": user({"token": REFUSED_TOKEN}, CREDENTIALS),
    "a token without permission": user({"token": FORBIDDEN_TOKEN}, CREDENTIALS),
    "a token file": Case(
        {AT_KUBE_CONFIG: config(users={"main": {"tokenFile": "$folder/token"}}), "token": "filed\n"}
    ),
    "a token file beside the kubeconfig": Case(
        {AT_KUBE_CONFIG: config(users={"main": {"tokenFile": "token"}}), "home/.kube/token": "x\n"}
    ),
    "a token file that is missing": user({"tokenFile": "$folder/missing"}, CONFIGURATION),
    "a token and a token file": Case(
        {
            AT_KUBE_CONFIG: config(users={"main": {**TOKEN, "tokenFile": "$folder/token"}}),
            "token": "filed\n",
        }
    ),
    "a password": user({"username": "me", "password": "secret:ä"}),
    "a password and a token": user(
        {"username": "me", "password": "secret", **TOKEN}, CONFIGURATION
    ),
    "a certificate": user(FILES),
    "a certificate as data": user(
        {"client-certificate-data": "$certificate_data", "client-key-data": "$key_data"}
    ),
    "a certificate and a token": user({**FILES, **TOKEN}),
    "a certificate as a file and its key as data": user(
        {"client-certificate": "$certificate", "client-key-data": "$key_data"}
    ),
    "a certificate without a key": user({"client-certificate": "$certificate"}, CONFIGURATION),
    "a certificate that is missing": user({**FILES, "client-certificate": "gone"}, CONFIGURATION),
    "a certificate with the key of another": user(
        {**FILES, "client-key": "$other_key"}, CONFIGURATION
    ),
    "a certificate as data and as a file": user(
        {**FILES, "client-certificate-data": "$certificate_data"}, CONFIGURATION
    ),
    "an auth-provider that was": user({"auth-provider": {"name": "gcp"}}, CONFIGURATION),
    "an auth-provider that never was": user({"auth-provider": {"name": "x"}}, CONFIGURATION),
    "no credentials without TLS": one(
        config({"main": {"server": "$plain"}}, {"main": {**TOKEN, "as": "other"}})
    ),
}

IMPERSONATION = {
    "as another": user({**TOKEN, "as": "other"}),
    "as another in groups": user({**TOKEN, "as": "other", "as-groups": ["x", "y", "a"]}),
    "as another with all of it": user(
        {
            **TOKEN,
            "as": "system:serviceaccount:a:b",
            "as-uid": "u-1",
            "as-groups": ["x"],
            "as-user-extra": {"Example.org/Scopes": ["view", "edit"], "reason": ["why not"]},
        }
    ),
    "as groups alone": user({**TOKEN, "as-groups": ["x"]}, CONFIGURATION),
    "as a name with special characters": user({**TOKEN, "as": "jane doe <j@example.org>"}),
}

PLUGINS = {
    "a plugin's token": plugin(PLUGIN_TOKEN),
    "a plugin's certificate": plugin(CERTIFICATE_OF_PLUGIN),
    "a plugin beside the kubeconfig": Case(
        {
            "below/config": config(
                users={
                    "main": {
                        "exec": {
                            "apiVersion": "client.authentication.k8s.io/v1",
                            "command": "./plugin",
                            "interactiveMode": "Never",
                        }
                    }
                }
            ),
            "below/plugin": f"#!/bin/sh\n{PLUGIN_TOKEN}\n",
        },
        options=("--kubeconfig", "below/config"),
    ),
    "a plugin on the path": Case(
        {
            AT_KUBE_CONFIG: config(
                users={
                    "main": {
                        "exec": {
                            "apiVersion": "client.authentication.k8s.io/v1beta1",
                            "command": "plugin",
                        }
                    }
                }
            ),
            "plugin": f"#!/bin/sh\n{credential({'token': 'beta'}, 'v1beta1')}\n",
        },
        variables={"PATH": "$folder:$path"},
    ),
    "a plugin with arguments and an environment": plugin(
        credential('{"token": "\'$$1-$$SAID\'"}'),
        args=["argued"],
        env=[{"name": "SAID", "value": "and said"}],
    ),
    "a plugin that receives the cluster": plugin(
        'server=$$(echo "$$KUBERNETES_EXEC_INFO" | sed -n \'s/.*"server":"\\([^"]*\\)".*/\\1/p\')\n'
        + credential('{"token": "\'$$server\'"}'),
        provideClusterInfo=True,
    ),
    "a plugin that does not receive the cluster": plugin(
        'server=$$(echo "$$KUBERNETES_EXEC_INFO" | grep -c server)\n'
        + credential('{"token": "\'$$server\'"}'),
    ),
    "a plugin and a token": plugin(PLUGIN_TOKEN, files=TOKEN),
    "a plugin and a certificate": plugin(PLUGIN_TOKEN, files=FILES),
    "a plugin that is refused": plugin(credential({"token": REFUSED_TOKEN}), CREDENTIALS),
    "a plugin that fails": plugin("echo no login >&2; exit 3", CREDENTIALS),
    "a plugin that fails after it has answered": plugin(PLUGIN_TOKEN + "\nexit 1", CREDENTIALS),
    "a plugin that prints nothing": plugin("", CREDENTIALS),
    "a plugin that prints something else": plugin("echo hello", CREDENTIALS),
    "a plugin without a status": plugin(credential("null"), CREDENTIALS),
    "a plugin without credentials": plugin(credential({}), CREDENTIALS),
    "a plugin of another version": plugin(credential({"token": "t"}, "v1beta1"), CREDENTIALS),
    "a plugin that is missing": plugin("", CREDENTIALS, command="no-such-plugin"),
    "a plugin with an unknown version": plugin(
        PLUGIN_TOKEN, CONFIGURATION, apiVersion="client.authentication.k8s.io/v7"
    ),
    "a plugin without a version": plugin(PLUGIN_TOKEN, CONFIGURATION, apiVersion=""),
    "a plugin without a command": plugin(PLUGIN_TOKEN, CONFIGURATION, command=""),
    "a plugin with an unknown mode": plugin(PLUGIN_TOKEN, CONFIGURATION, interactiveMode="Often"),
    "a plugin without a mode": plugin(PLUGIN_TOKEN, CONFIGURATION, interactiveMode=""),
    "a plugin that needs a terminal": plugin(PLUGIN_TOKEN, CREDENTIALS, interactiveMode="Always"),
}
