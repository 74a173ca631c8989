"""How the kubeconfigs are written that kubectl and kubeimg are compared by.

They are templates: `$a`, `$b`, `$expired`, `$elsewhere` and `$plain` are servers, `$ca`,
`$other_ca`, `$certificate` and `$key` are files, the same names with `_data` their contents in
base64, `$proxy` is a proxy to the server a and `$folder` holds it all.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Entry = dict[str, Any]
AT_KUBE_CONFIG = "home/.kube/config"


class Outcome(StrEnum):
    """The result of an attempt to list nodes."""

    OK = "ok"
    CONFIGURATION = "configuration"
    """No request is sent: the user must correct the kubeconfig."""
    CONNECTION = "connection"
    CREDENTIALS = "credentials"
    """There are no credentials, or the server refuses them."""


@dataclass(frozen=True, slots=True)
class Case:
    """One kubeconfig setup and its expected outcome.

    Attributes:
        files: contents of the files in the folder, by name; scripts are made executable.
        variables: environment variables besides HOME.
        options: command-line options of both programs.
        tunnels: destinations requested from the proxy.
        difference: why kubeimg deliberately differs from kubectl; empty if both do the same.
        of_kubeimg: the outcome with kubeimg, where it differs.
    """

    files: Mapping[str, str]
    outcome: Outcome = Outcome.OK
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    options: tuple[str, ...] = ()
    tunnels: tuple[str, ...] = ()
    difference: str = ""
    of_kubeimg: Outcome | None = None


A: Entry = {"server": "$a", "certificate-authority": "$ca"}
B: Entry = {"server": "$b", "certificate-authority": "$ca"}
NAMED: Entry = {"server": "https://kube.example:6443", "certificate-authority": "$ca"}
"""A server that only the proxy can resolve."""
TOKEN: Entry = {"token": "of-the-user"}
FILES: Entry = {"client-certificate": "$certificate", "client-key": "$key"}


def config(
    clusters: Mapping[str, Entry] | None = None,
    users: Mapping[str, Entry] | None = None,
    contexts: Mapping[str, Entry] | None = None,
    current: str | None = "main",
    **more: Any,
) -> str:
    """A kubeconfig. By default its context main has a token user on the server a."""
    document: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": _named("cluster", {"main": A} if clusters is None else clusters),
        "users": _named("user", {"main": TOKEN} if users is None else users),
        "contexts": _named("context", {"main": MAIN} if contexts is None else contexts),
        **more,
    }
    if current is not None:
        document["current-context"] = current
    return json.dumps(document)


def _named(kind: str, entries: Mapping[str, Entry]) -> list[Entry]:
    return [{"name": name, kind: entry} for name, entry in entries.items()]


MAIN: Entry = {"cluster": "main", "user": "main"}
OTHER = config({"main": B}, {"main": {"token": "of-the-other"}})
"""The same names for another server and another token."""


def one(text: str, outcome: Outcome = Outcome.OK, **more: Any) -> Case:
    """A case of one file, which is where it is looked for by itself."""
    return Case({AT_KUBE_CONFIG: text}, outcome, **more)


def user(entry: Entry | None, outcome: Outcome = Outcome.OK, **more: Any) -> Case:
    """A case of one user on the server a."""
    return one(config(users={"main": entry or {}}), outcome, **more)


def cluster(entry: Entry, outcome: Outcome = Outcome.OK, **more: Any) -> Case:
    """A case of a server for the same user."""
    return one(config({"main": entry}), outcome, **more)


def several(names: str, outcome: Outcome = Outcome.OK, **files: str) -> Case:
    """A case of a list in KUBECONFIG; the files are in the folder under their names."""
    listed = ":".join(f"$folder/{name}" for name in names.split())
    return Case(files, outcome, {"KUBECONFIG": listed})


def plugin(
    script: str, outcome: Outcome = Outcome.OK, *, files: Entry | None = None, **more: Any
) -> Case:
    """A case of a credential plugin, which is a shell script of the folder."""
    entry = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "$folder/plugin",
        "interactiveMode": "IfAvailable",
        **more,
    }
    return Case(
        {
            AT_KUBE_CONFIG: config(users={"main": {"exec": entry, **(files or {})}}),
            "plugin": f"#!/bin/sh\n{script}\n",
        },
        outcome,
    )


def credential(status: Entry | str, version: str = "v1") -> str:
    """The shell's words for what a plugin prints."""
    words = status if isinstance(status, str) else json.dumps(status)
    return (
        f'printf %s \'{{"apiVersion": "client.authentication.k8s.io/{version}", '
        f'"kind": "ExecCredential", "status": {words}}}\''
    )
