"""Which cluster and user a kubeconfig means, by kubectl's own rules.

The official client's loader lets the last file of a KUBECONFIG list win and cannot tell what is
wrong where, so the files are merged here; the rules are client-go's `tools/clientcmd/loader.go`.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from kubeimg_gui.cluster.errors import KubeconfigError

_PATH_KEYS = ("certificate-authority", "client-certificate", "client-key", "tokenFile")

_Mapping = dict[str, Any]


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
    cluster: Mapping[str, Any] = field(repr=False)
    user: Mapping[str, Any] = field(repr=False)

    @property
    def server(self) -> str:
        """The API server's address."""
        return str(self.cluster["server"])


def load_context(
    name: str | None = None,
    *,
    file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Context:
    """The context called `name`, else the current one.

    `file` is read alone where given; else the list in KUBECONFIG; else `~/.kube/config`.

    Raises:
        KubeconfigError: no file, not readable, not YAML, or the context is not in it.
    """
    documents, places = _documents(file, environment)
    chosen = name or _current_context(documents)
    if not chosen:
        raise KubeconfigError(
            f"No current context is set in {places}: name one with --context"
            f"{_known(documents, 'contexts')}"
        )
    context = _entry(documents, "contexts", chosen)
    if context is None:
        raise KubeconfigError(
            f"There is no context {chosen!r} in {places}{_known(documents, 'contexts')}"
        )
    cluster_name = str(context.get("cluster") or "")
    cluster = _entry(documents, "clusters", cluster_name)
    if not cluster or not cluster.get("server"):
        raise KubeconfigError(
            f"The context {chosen!r} names the cluster {cluster_name!r}, "
            f"and {places} gives no server for it"
        )
    user_name = str(context.get("user") or "")
    user = _entry(documents, "users", user_name) if user_name else {}
    if user is None:
        raise KubeconfigError(
            f"The context {chosen!r} names the user {user_name!r}, who is not in {places}"
        )
    return Context(chosen, cluster_name, user_name, cluster, user)


def context_names(
    *, file: Path | None = None, environment: Mapping[str, str] = os.environ
) -> list[str]:
    """All contexts that `load_context` would find, in the files' order. Raises KubeconfigError."""
    documents, _ = _documents(file, environment)
    return _names(documents, "contexts")


def _documents(
    file: Path | None, environment: Mapping[str, str]
) -> tuple[list[tuple[Path, _Mapping]], str]:
    """The files that are there with what they hold, and in words where was looked."""
    files = [file] if file else _files(environment)
    documents = [(path, _read(path)) for path in files if file or path.exists()]
    places = ", ".join(str(path) for path in files)
    if not documents:
        raise KubeconfigError(
            f"There is no kubeconfig at {places}: name one with --kubeconfig, "
            "or look around with --demo"
        )
    return documents, places


def _files(environment: Mapping[str, str]) -> list[Path]:
    listed = environment.get("KUBECONFIG", "").split(os.pathsep)
    distinct = dict.fromkeys(name for name in listed if name)
    return [Path(name) for name in distinct] or [Path("~/.kube/config").expanduser()]


def _read(path: Path) -> _Mapping:
    try:
        document = yaml.load(path.read_bytes(), Loader=_LOADER)
    except OSError as error:
        raise KubeconfigError(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise KubeconfigError(f"{path} is not valid YAML{where}") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise KubeconfigError(f"{path} is not a kubeconfig")
    return cast("_Mapping", document)


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_Documents = Iterable[tuple[Path, _Mapping]]


def _current_context(documents: _Documents) -> str:
    """The first file that sets it wins."""
    named = (str(document.get("current-context") or "") for _, document in documents)
    return next(filter(None, named), "")


def _named(document: _Mapping, kind: str) -> list[_Mapping]:
    listed: object = document.get(kind)
    items = cast("list[object]", listed) if isinstance(listed, list) else []
    return [cast("_Mapping", item) for item in items if isinstance(item, dict)]


def _entry(documents: _Documents, kind: str, name: str) -> _Mapping | None:
    """The first entry of that name wins whole; relative paths in it belong to its file."""
    for path, document in documents:
        for item in _named(document, kind):
            if item.get("name") == name:
                body: object = item.get(kind.removesuffix("s"))
                entry = cast("_Mapping", body) if isinstance(body, dict) else {}
                return {key: _absolute(path, key, value) for key, value in entry.items()}
    return None


def _absolute(path: Path, key: str, value: object) -> object:
    if key in _PATH_KEYS and isinstance(value, str) and value:
        return str(path.absolute().parent / value)
    return value


def _names(documents: _Documents, kind: str) -> list[str]:
    named = (str(item.get("name")) for _, document in documents for item in _named(document, kind))
    return list(dict.fromkeys(named))


def _known(documents: _Documents, kind: str) -> str:
    names = _names(documents, kind)
    return f" (there are: {', '.join(names)})" if names else ""
