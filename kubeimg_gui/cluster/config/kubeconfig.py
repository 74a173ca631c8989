"""Which cluster and user a kubeconfig means, by kubectl's own rules.

The official client's loader lets the last file of a KUBECONFIG list win and cannot tell what is
wrong where, so the files are merged here; the rules are client-go's `tools/clientcmd/loader.go`.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from kubeimg_gui.cluster.config.kubeconfig_file import (
    Cluster,
    ContextEntry,
    Document,
    NamedCluster,
    NamedContext,
    NamedUser,
    User,
    read_file,
    shown,
)
from kubeimg_gui.cluster.errors import KubeconfigError
from kubeimg_gui.text.sanitize import plain

KNOWN_TOLD = 10
"""How many names are told where another was asked for."""


@dataclass(frozen=True, slots=True)
class Context:
    """One context of a kubeconfig, with its cluster and user looked up.

    Attributes:
        name: the context's name, which people know their clusters by.
        cluster_name, user_name: the entries that it names; the user may be "".
        cluster, user: these entries, file paths made absolute. The user's holds secrets and is
            left out of the representation.
    """

    name: str
    cluster_name: str
    user_name: str
    cluster: Cluster = field(repr=False)
    user: User = field(repr=False)

    @property
    def server(self) -> str:
        """The API server's address, as it is written in the kubeconfig."""
        return self.cluster.server


def load_context(
    name: str | None = None,
    *,
    file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Context:
    """The context called `name`, else the current one.

    `file` is read alone where given; else the list in KUBECONFIG; else `~/.kube/config`.

    Raises:
        KubeconfigError: no file, not readable, not a kubeconfig, or the context is not in it.
    """
    documents, places = _documents(file, environment)
    chosen = name or _current_context(documents)
    if not chosen:
        raise KubeconfigError(
            f"No current context is set in {places}: name one with --context{_known(documents)}"
        )
    context = next((each.context for _, each in _contexts(documents) if each.name == chosen), None)
    if context is None:
        raise KubeconfigError(
            f"There is no context {_quoted(chosen)} in {places}{_known(documents)}"
        )
    cluster = _cluster(documents, context)
    if not cluster.server:
        raise KubeconfigError(
            f"The context {_quoted(chosen)} names the cluster {_quoted(context.cluster)}, "
            f"and {places} gives no server for it"
        )
    user = _user(documents, context)
    if user is None:  # kubectl would go on as nobody, or ask for a name and a password
        raise KubeconfigError(
            f"The context {_quoted(chosen)} names the user {_quoted(context.user)}, who is not "
            f"in {places}"
        )
    return Context(chosen, context.cluster, context.user, cluster, user)


def context_names(
    *, file: Path | None = None, environment: Mapping[str, str] = os.environ
) -> list[str]:
    """All contexts that `load_context` would find, in the files' order. Raises KubeconfigError."""
    documents, _ = _documents(file, environment)
    return list(dict.fromkeys(each.name for _, each in _contexts(documents)))


def has_kubeconfig(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether there is one where `load_context` looks when it is not given a file."""
    return any(map(_exists, _files(environment)))


_Documents = list[tuple[Path, Document]]


def _documents(file: Path | None, environment: Mapping[str, str]) -> tuple[_Documents, str]:
    """The files that are there with what they hold, and in words where was looked."""
    files = [file] if file else _files(environment)
    documents = [(path, read_file(path)) for path in files if file or _exists(path)]
    places = ", ".join(shown(path) for path in files)
    if not documents:
        raise KubeconfigError(
            f"There is no kubeconfig{f' at {places}' if places else ''}: name one with "
            "--kubeconfig, or look around with --demo"
        )
    return documents, places


def _files(environment: Mapping[str, str]) -> list[Path]:
    listed = environment.get("KUBECONFIG", "")
    if not listed:
        home = os.path.expanduser("~")  # noqa: PTH111  (Path's raises where there is none)
        return [Path(home) / ".kube" / "config"]
    return [Path(name) for name in dict.fromkeys(listed.split(os.pathsep)) if name]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # not allowed to look: reading it says so
        return True


def _current_context(documents: _Documents) -> str:
    """The first file that sets it wins."""
    return next(filter(None, (document.current_context for _, document in documents)), "")


def _contexts(documents: _Documents) -> Iterator[tuple[Path, NamedContext]]:
    return ((path, each) for path, document in documents for each in document.contexts)


_Named = TypeVar("_Named", NamedCluster, NamedUser)


def _first(entries: Iterable[tuple[Path, _Named]], name: str) -> tuple[Path, _Named] | None:
    """The first entry of that name wins whole."""
    return next(((path, each) for path, each in entries if each.name == name), None)


def _cluster(documents: _Documents, context: ContextEntry) -> Cluster:
    entries = ((path, each) for path, document in documents for each in document.clusters)
    found = _first(entries, context.cluster)
    if found is None:
        return Cluster()
    path, cluster = found[0], found[1].cluster
    return msgspec.structs.replace(
        cluster, certificate_authority=_absolute(path, cluster.certificate_authority)
    )


def _user(documents: _Documents, context: ContextEntry) -> User | None:
    if not context.user:
        return User()
    entries = ((path, each) for path, document in documents for each in document.users)
    found = _first(entries, context.user)
    if found is None:
        return None
    path, user = found[0], found[1].user
    plugin = user.exec
    if plugin and os.sep in plugin.command:  # another is looked for on the PATH
        plugin = msgspec.structs.replace(plugin, command=_absolute(path, plugin.command))
    return msgspec.structs.replace(
        user,
        client_certificate=_absolute(path, user.client_certificate),
        client_key=_absolute(path, user.client_key),
        token_file=_absolute(path, user.token_file),
        exec=plugin,
    )


def _absolute(file: Path, path: str) -> str:
    """A path within a kubeconfig belongs to the folder of its file."""
    return str(file.absolute().parent / path) if path else ""


def _quoted(name: str) -> str:
    return repr(plain(name, 100))


def _known(documents: _Documents) -> str:
    names = list(dict.fromkeys(plain(each.name, 100) for _, each in _contexts(documents)))
    if not names:
        return ""
    more = f" and {len(names) - KNOWN_TOLD} more" if len(names) > KNOWN_TOLD else ""
    return f" (there are: {', '.join(names[:KNOWN_TOLD])}{more})"
