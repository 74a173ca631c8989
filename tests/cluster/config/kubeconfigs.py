"""Kubeconfigs, valid, odd and broken, and what comes of each, by kubectl's own rules: which file,
which context, which server, and the way there.
"""

from tests.cluster.config.kubeconfig_case import (
    AT_KUBE_CONFIG,
    MAIN,
    NAMED,
    OTHER,
    A,
    B,
    Case,
    Outcome,
    cluster,
    config,
    one,
    several,
)
from tests.cluster.config.kubeconfig_users import IMPERSONATION, PLUGINS, USERS

CONFIGURATION = Outcome.CONFIGURATION
CONNECTION, CREDENTIALS = Outcome.CONNECTION, Outcome.CREDENTIALS

WHICH_FILES = {
    "no kubeconfig": Case({}, CONFIGURATION),
    "the usual place": one(config()),
    "a named file": Case({"named": config()}, options=("--kubeconfig", "named")),
    "a named file that is missing": Case({}, CONFIGURATION, options=("--kubeconfig", "named")),
    "a named file beside a list": Case(
        {"named": OTHER, "listed": config()},
        variables={"KUBECONFIG": "$folder/listed"},
        options=("--kubeconfig", "named"),
    ),
    "an empty list": Case({AT_KUBE_CONFIG: config()}, variables={"KUBECONFIG": ""}),
    "a list of nothing": Case(
        {AT_KUBE_CONFIG: config()}, CONFIGURATION, variables={"KUBECONFIG": ":"}
    ),
    "a list of a file that is missing": several("missing", CONFIGURATION),
    "a list with a file that is missing": several("missing one", one=config()),
    "a list with an empty file": several("empty one", empty="", one=config()),
    "a list with a broken file": several(
        "one broken", CONFIGURATION, one=config(), broken="clusters: ["
    ),
    "the first of the same names wins": several("one other", one=config(), other=OTHER),
    "the first of the same names wins, the other way": several(
        "other one", one=config(), other=OTHER
    ),
    "the first current context wins": several(
        "one other",
        one=config(contexts={}, current="far"),
        other=config({"far": B}, {}, {"far": {"cluster": "far", "user": "main"}}, "main"),
    ),
    "an empty current context does not": several(
        "one other", one=config(contexts={}, current=""), other=config()
    ),
    "an entry is split over files": several(
        "one two three",
        one=config(clusters={}, users={}),
        two=config(users={}, contexts={}, current=None),
        three=config(clusters={}, contexts={}, current=None),
    ),
    "a list with a directory": Case(
        {"directory/x": "", "one": config()},
        CONFIGURATION,
        {"KUBECONFIG": "$folder/directory:$folder/one"},
    ),
}

WHAT_IS_IN_THEM = {
    "an empty file": one("", CONFIGURATION),
    "broken YAML": one("clusters: [", CONFIGURATION),
    "a tab in YAML": one("clusters:\n\t- name: main", CONFIGURATION),
    "no kubeconfig but a list": one("- 1\n- 2", CONFIGURATION),
    "no kubeconfig but a word": one("hello", CONFIGURATION),
    "bytes of another kind": one("\x00\x01\x02", CONFIGURATION),
    "wrong types": one(config().replace('"$a"', "[1, 2]"), CONFIGURATION),
    "a list where a mapping belongs": one('{"clusters": {"a": 1}}', CONFIGURATION),
    "YAML": one(
        "current-context: main\n"
        "clusters:\n- name: main\n  cluster: {server: $a, certificate-authority: $ca}\n"
        "users:\n- {name: main, user: {token: of-the-user}}\n"
        "contexts:\n- {name: main, context: {cluster: main, user: main, namespace: x}}\n"
    ),
    "an unknown version": one(config(apiVersion="v7"), CONFIGURATION),
    "unknown fields": one(config(colour="blue", preferences={"a": 1})),
    "null users and contexts": one(
        '{"users": null, "contexts": null, "clusters": null}', CONFIGURATION
    ),
    "a null context": one('{"current-context": "a", "contexts": [{"name": "a"}]}', CONFIGURATION),
    "no current context": one(config(current=None), CONFIGURATION),
    "an unknown current context": one(config(current="gone"), CONFIGURATION),
    "another context": one(
        config({"main": A, "b": B}, contexts={"main": MAIN, "b": {"cluster": "b", "user": "main"}}),
        options=("--context", "b"),
    ),
    "another context that is unknown": one(config(), CONFIGURATION, options=("--context", "b")),
    "a context in place of an unknown current one": one(
        config(current="gone"), options=("--context", "main")
    ),
    "the same name twice in a file": one(
        config().replace('"clusters": [', '"clusters": [{"name": "main", "cluster": {}},'),
        CONFIGURATION,
    ),
    "an unknown cluster": one(config({}), CONFIGURATION),
    "a context without a cluster": one(config(contexts={"main": {"user": "main"}}), CONFIGURATION),
    "a cluster without a server": cluster({"certificate-authority": "$ca"}, CONFIGURATION),
    "an unknown user": one(
        config(users={}),
        CREDENTIALS,
        difference="kubectl prompts for a name and a password; kubeimg names the missing user",
        of_kubeimg=CONFIGURATION,
    ),
}

SERVERS = {
    "an authority as data": cluster({"server": "$a", "certificate-authority-data": "$ca_data"}),
    "an authority as data and as a file": cluster(
        {**A, "certificate-authority-data": "$ca_data"}, CONFIGURATION
    ),
    "an authority as data that is not a certificate": cluster(
        {"server": "$a", "certificate-authority-data": "AAAA"}, CONFIGURATION
    ),
    "an authority as data that is not base64": cluster(
        {"server": "$a", "certificate-authority-data": "?"}, CONFIGURATION
    ),
    "an authority beside the kubeconfig": Case(
        {
            "below/config": config({"main": {**A, "certificate-authority": "../ca.pem"}}),
        },
        options=("--kubeconfig", "below/config"),
    ),
    "an authority that is missing": cluster(
        {**A, "certificate-authority": "missing"}, CONFIGURATION
    ),
    "another authority": cluster({**A, "certificate-authority": "$other_ca"}, CONNECTION),
    "no authority": cluster({"server": "$a"}, CONNECTION),
    "an expired certificate": cluster({**A, "server": "$expired"}, CONNECTION),
    "a certificate for another name": cluster({**A, "server": "$elsewhere"}, CONNECTION),
    "the name of that certificate": cluster(
        {**A, "server": "$elsewhere", "tls-server-name": "elsewhere.example"}
    ),
    "a name that the certificate does not have": cluster(
        {**A, "tls-server-name": "wrong.example"}, CONNECTION
    ),
    "not verified": cluster({"server": "$expired", "insecure-skip-tls-verify": True}),
    "not verified despite an authority": cluster(
        {**A, "insecure-skip-tls-verify": True}, CONFIGURATION
    ),
    "nothing listens": cluster({**A, "server": "https://127.0.0.1:1"}, CONNECTION),
    "a name that does not resolve": cluster({**A, "server": "https://kube.invalid"}, CONNECTION),
    "no TLS": cluster({"server": "$plain"}),
    "no TLS despite an authority": cluster({**A, "server": "$plain"}),
    "no scheme": cluster({"server": "$plain_without_scheme"}),
    "no scheme despite an authority": cluster({**A, "server": "$a_without_scheme"}, CONNECTION),
    "no scheme but a path": cluster({"server": "$plain_without_scheme/x"}, CONFIGURATION),
    "HTTP on a TLS port": cluster({"server": "http://$a_without_scheme"}, CONNECTION),
    "a path": cluster({**A, "server": "$a/k8s/clusters/c-1"}),
    "a slash at the end": cluster({**A, "server": "$a/"}),
    "a path with a slash at the end": cluster({**A, "server": "$a/k8s/"}),
    "an invalid port": cluster({**A, "server": "https://127.0.0.1:99999"}, CONFIGURATION),
    "no address at all": cluster({**A, "server": "https://"}, CONFIGURATION),
    "another scheme": cluster({**A, "server": "ftp://127.0.0.1"}, CONFIGURATION),
}

PROXIES = {
    "a proxy": cluster({**NAMED, "proxy-url": "$proxy"}, tunnels=("kube.example:6443",)),
    "a proxy with a password": cluster(
        {**NAMED, "proxy-url": "$proxy_with_password"}, tunnels=("kube.example:6443",)
    ),
    "a proxy to loopback": cluster({**A, "proxy-url": "$proxy"}, tunnels=("$a_without_scheme",)),
    "a proxy wins over NO_PROXY": cluster(
        {**NAMED, "proxy-url": "$proxy"},
        tunnels=("kube.example:6443",),
        variables={"NO_PROXY": "*"},
    ),
    "a proxy of the environment": cluster(
        NAMED, tunnels=("kube.example:6443",), variables={"HTTPS_PROXY": "$proxy"}
    ),
    "in small letters": cluster(
        NAMED, tunnels=("kube.example:6443",), variables={"https_proxy": "$proxy"}
    ),
    "NO_PROXY names the server": cluster(
        NAMED, CONNECTION, variables={"HTTPS_PROXY": "$proxy", "NO_PROXY": ".example"}
    ),
    "NO_PROXY names another": cluster(
        NAMED,
        tunnels=("kube.example:6443",),
        variables={"HTTPS_PROXY": "$proxy", "NO_PROXY": "ube.example,10.0.0.0/8"},
    ),
    "loopback is never proxied by the environment": cluster(
        A, variables={"HTTPS_PROXY": "http://127.0.0.1:1"}
    ),
    "a proxy for HTTP only": cluster(NAMED, CONNECTION, variables={"HTTP_PROXY": "$proxy"}),
    "a proxy that does not exist": cluster(
        {**NAMED, "proxy-url": "http://127.0.0.1:1"}, CONNECTION
    ),
    "a proxy of another kind": cluster({**NAMED, "proxy-url": "ftp://127.0.0.1:1"}, CONFIGURATION),
    "SOCKS": cluster(
        {**NAMED, "proxy-url": "socks5://127.0.0.1:1"},
        CONNECTION,
        difference="SOCKS would need another dependency; kubeimg refuses it with an error",
        of_kubeimg=CONFIGURATION,
    ),
}

CASES = {
    **WHICH_FILES,
    **WHAT_IS_IN_THEM,
    **SERVERS,
    **PROXIES,
    **USERS,
    **IMPERSONATION,
    **PLUGINS,
}
