"""Finds the context, cluster and user of a kubeconfig by kubectl's own rules.

The official client's loader lets the last file of a KUBECONFIG list win and does not report what
is wrong in which file, so kubeimg merges the files itself, by the rules of client-go's
`tools/clientcmd/loader.go`.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
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

ReadFile = Callable[[Path], Document]
"""Reads one file, as `read_file` does."""
MAX_NAMES_LISTED = 10
"""Maximum number of context names listed in a "not found" error."""


@dataclass(frozen=True, slots=True)
class Context:
    """One context of a kubeconfig, with its cluster and user looked up.

    Attributes:
        name: the context's name.
        cluster_name, user_name: the entries that it names; the user may be "".
        cluster, user: these entries, with absolute file paths. They may hold secrets, so `repr`
            leaves them out.
    """

    name: str
    cluster_name: str
    user_name: str
    cluster: Cluster = field(repr=False)
    user: User = field(repr=False)

    @property
    def server(self) -> str:
        """The API server's address, as the kubeconfig has it."""
        return self.cluster.server

    @property
    def files(self) -> list[Path]:
        """The files that the entries name: certificates, key and token."""
        cluster, user = self.cluster, self.user
        named = (
            cluster.certificate_authority,
            user.client_certificate,
            user.client_key,
            user.token_file,
        )
        return [Path(name) for name in named if name]


def load_context(
    name: str | None = None,
    *,
    file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    read: ReadFile = read_file,
) -> Context:
    """Returns the context called `name`, else the current one.

    Reads `file` alone where it is given, else the list in KUBECONFIG, else `~/.kube/config`, each
    with `read`.

    Raises:
        KubeconfigError: no file, not readable, not a kubeconfig, or without that context.
    """
    documents, places = _documents(file, environment, read)
    chosen = name or _current_context(documents)
    if not chosen:
        raise KubeconfigError(
            f"No current context is set in {places}: name one with --context{_known(documents)}"
        )
    context = next((each.context for _, each in _contexts(documents) if each.name == chosen), None)
    if context is None:
        raise KubeconfigError(
            f"The context {_quoted(chosen)} does not exist in {places}{_known(documents)}"
        )
    cluster = _cluster(documents, context)
    if not cluster.server:
        raise KubeconfigError(
            f"The context {_quoted(chosen)} names the cluster {_quoted(context.cluster)}, "
            f"for which {places} has no server"
        )
    user = _user(documents, context)
    if user is None:  # kubectl would continue anonymously, or ask for a name and a password
        raise KubeconfigError(
            f"The context {_quoted(chosen)} names the user {_quoted(context.user)}, which does "
            f"not exist in {places}"
        )
    return Context(chosen, context.cluster, context.user, cluster, user)


def context_names(
    *,
    file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    read: ReadFile = read_file,
) -> list[str]:
    """Returns the names that `load_context` finds, in file order. Raises KubeconfigError."""
    documents, _ = _documents(file, environment, read)
    return list(dict.fromkeys(each.name for _, each in _contexts(documents)))


def has_kubeconfig(environment: Mapping[str, str] = os.environ) -> bool:
    """Returns whether one of the files exists that `load_context` reads by default."""
    return any(map(_exists, kubeconfig_files(environment=environment)))


def kubeconfig_files(
    file: Path | None = None, *, environment: Mapping[str, str] = os.environ
) -> list[Path]:
    """Returns the files that `load_context` reads, whether or not they exist."""
    if file:
        return [file]
    listed = environment.get("KUBECONFIG", "")
    if not listed:
        home = os.path.expanduser("~")  # noqa: PTH111  (Path.home raises where there is none)
        return [Path(home) / ".kube" / "config"]
    return [Path(name) for name in dict.fromkeys(listed.split(os.pathsep)) if name]


_Documents = list[tuple[Path, Document]]


def _documents(
    file: Path | None, environment: Mapping[str, str], read: ReadFile
) -> tuple[_Documents, str]:
    """Returns the existing files with their documents, and the names of all files looked for."""
    files = kubeconfig_files(file, environment=environment)
    documents = [(path, read(path)) for path in files if file or _exists(path)]
    places = ", ".join(shown(path) for path in files)
    if not documents:
        raise KubeconfigError(
            f"No kubeconfig found{f' at {places}' if places else ''}: name one with --kubeconfig, "
            "or try --demo"
        )
    return documents, places


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # no permission: reading the file reports it
        return True


def _current_context(documents: _Documents) -> str:
    """Returns the current context of the first file that sets one."""
    return next(filter(None, (document.current_context for _, document in documents)), "")


def _contexts(documents: _Documents) -> Iterator[tuple[Path, NamedContext]]:
    return ((path, each) for path, document in documents for each in document.contexts)


_Named = TypeVar("_Named", NamedCluster, NamedUser)


def _first(entries: Iterable[tuple[Path, _Named]], name: str) -> tuple[Path, _Named] | None:
    """Returns the first entry of that name; entries of the same name are not merged."""
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
    if plugin and os.sep in plugin.command:  # a bare name is searched on the PATH
        plugin = msgspec.structs.replace(plugin, command=_absolute(path, plugin.command))
    return msgspec.structs.replace(
        user,
        client_certificate=_absolute(path, user.client_certificate),
        client_key=_absolute(path, user.client_key),
        token_file=_absolute(path, user.token_file),
        exec=plugin,
    )


def _absolute(file: Path, path: str) -> str:
    """Returns a path that is relative to the folder of the kubeconfig `file`; "" stays ""."""
    return str(file.absolute().parent / path) if path else ""


def _quoted(name: str) -> str:
    return repr(plain(name, 100))


def _known(documents: _Documents) -> str:
    names = list(dict.fromkeys(plain(each.name, 100) for _, each in _contexts(documents)))
    if not names:
        return ""
    more = f" and {len(names) - MAX_NAMES_LISTED} more" if len(names) > MAX_NAMES_LISTED else ""
    return f" (available: {', '.join(names[:MAX_NAMES_LISTED])}{more})"
