"""One kubeconfig file, read as strictly as kubectl reads it.

The fields are those of client-go's `tools/clientcmd/api/v1/types.go`. Null means the same as a
missing field, unknown fields are ignored, and a field of the wrong type makes the file invalid.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
import yaml

from kubeimg_gui.cluster.errors import KubeconfigError
from kubeimg_gui.text.sanitize import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILE_BYTES = 16 * 2**20
MAX_DEPTH = 100
MAX_NODES = 1_000_000
"""Maximum number of nodes in a document after its aliases are expanded."""


class _Entry(msgspec.Struct, frozen=True, rename="kebab"):
    def __repr__(self) -> str:
        return f"{type(self).__name__}()"  # many of these hold secrets


class _Extension(_Entry, frozen=True):
    name: str = ""
    extension: Any = None


class Cluster(_Entry, frozen=True, rename="kebab"):
    """A server and how to verify it."""

    server: str = ""
    tls_server_name: str = ""
    insecure_skip_tls_verify: bool = False
    certificate_authority: str = ""
    certificate_authority_data: str = ""
    proxy_url: str = ""
    disable_compression: bool = False
    extensions: tuple[_Extension, ...] = ()


class Variable(_Entry, frozen=True):
    """One variable of a plugin's environment."""

    name: str = ""
    value: str = ""


class ExecPlugin(_Entry, frozen=True, rename="camel"):
    """A program that prints credentials."""

    command: str = ""
    args: tuple[str, ...] = ()
    env: tuple[Variable, ...] = ()
    api_version: str = ""
    install_hint: str = ""
    provide_cluster_info: bool = False
    interactive_mode: str = ""


class _AuthProvider(_Entry, frozen=True):
    name: str = ""


class User(_Entry, frozen=True, rename="kebab"):
    """A user's credentials and impersonation."""

    client_certificate: str = ""
    client_certificate_data: str = ""
    client_key: str = ""
    client_key_data: str = ""
    token: str = ""
    token_file: str = msgspec.field(default="", name="tokenFile")
    username: str = ""
    password: str = ""
    as_user: str = msgspec.field(default="", name="as")
    as_uid: str = ""
    as_groups: tuple[str, ...] = ()
    as_user_extra: dict[str, tuple[str, ...]] = {}
    auth_provider: _AuthProvider | None = None
    exec: ExecPlugin | None = None


class ContextEntry(_Entry, frozen=True):
    """The names of a cluster and a user."""

    cluster: str = ""
    user: str = ""


class NamedCluster(_Entry, frozen=True):
    """A cluster and its name."""

    name: str = ""
    cluster: Cluster = Cluster()


class NamedUser(_Entry, frozen=True):
    """A user and its name."""

    name: str = ""
    user: User = User()


class NamedContext(_Entry, frozen=True):
    """A context and its name."""

    name: str = ""
    context: ContextEntry = ContextEntry()


class Document(_Entry, frozen=True, rename="kebab"):
    """The content of a kubeconfig file."""

    kind: str = ""
    api_version: str = msgspec.field(default="", name="apiVersion")
    current_context: str = ""
    clusters: tuple[NamedCluster, ...] = ()
    users: tuple[NamedUser, ...] = ()
    contexts: tuple[NamedContext, ...] = ()


def read_file(path: Path) -> Document:
    """Returns the file's content.

    Raises KubeconfigError, whose text names the file and, where it is known, the line.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:  # a zero byte in the name is a ValueError
        reason = getattr(error, "strerror", None) or "the file name is not valid"
        raise KubeconfigError(f"{shown(path)} cannot be read: {reason}") from error
    if len(text) > MAX_FILE_BYTES:
        raise KubeconfigError(
            f"{shown(path)} is not a kubeconfig: it is larger than {MAX_FILE_BYTES // 2**20} MiB"
        )
    document = _document(path, text)
    if document.kind not in ("", "Config") or document.api_version not in ("", "v1"):
        raise KubeconfigError(
            f"{shown(path)} is not a kubeconfig that kubeimg supports: its kind is "
            f"{plain(document.kind, 60)!r}, its apiVersion {plain(document.api_version, 60)!r}"
        )
    for kind in (document.clusters, document.users, document.contexts):
        _refuse_duplicates(path, kind)
    return document


def shown(path: Path) -> str:
    """Returns a file's name as it appears in a sentence."""
    return plain(str(path), 300)


def _refuse_duplicates(
    path: Path, named: tuple[NamedCluster | NamedUser | NamedContext, ...]
) -> None:
    seen: set[str] = set()
    for entry in named:
        if entry.name in seen:
            kind = type(entry).__name__.removeprefix("Named").lower()
            raise KubeconfigError(
                f"{shown(path)} has two {kind}s named {plain(entry.name, 100)!r}: "
                "rename or remove one"
            )
        seen.add(entry.name)


def _document(path: Path, text: bytes) -> Document:
    try:
        _refuse_depth(text)
        loaded = yaml.load(text, Loader=_Loader)
        return msgspec.convert(_Cleaner().without_nulls(loaded), Document)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise KubeconfigError(f"{shown(path)} is not valid YAML{where}") from error
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        place = f" at {place.strip('`$.')}" if place else ""
        raise KubeconfigError(
            f"{shown(path)} is not a kubeconfig{plain(place, 100)}: {plain(what, 200)}"
        ) from error
    except (_DocumentTooLargeError, RecursionError) as error:
        raise KubeconfigError(
            f"{shown(path)} is not a kubeconfig: it is nested too deeply, or refers to itself"
        ) from error
    except Exception as error:  # the loader raises any class for a tag that does not fit its value
        raise KubeconfigError(f"{shown(path)} is not valid YAML") from error


class _DocumentTooLargeError(Exception):
    """The document is larger or deeper than a kubeconfig can be."""


_C_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_C_LOADER):
    """Keeps text that looks like a date as text, as kubectl does."""

    yaml_implicit_resolvers = {  # noqa: RUF012  (as the base class has it)
        first: [pair for pair in pairs if not pair[0].endswith(":timestamp")]
        for first, pairs in _C_LOADER.yaml_implicit_resolvers.items()
    }


def _refuse_depth(text: bytes) -> None:
    """Raises for deep nesting, on which the recursive C loader would crash the process."""
    depth = 0
    parsed: object = yaml.parse(text, Loader=_C_LOADER)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    for event in cast("Iterator[yaml.Event]", parsed):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _DocumentTooLargeError
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Cleaner:
    """Copies a document without nulls and with text keys, as JSON would have it."""

    def __init__(self) -> None:
        self._nodes_left = MAX_NODES

    def without_nulls(self, node: object) -> Any:
        self._nodes_left -= 1
        if self._nodes_left < 0:
            raise _DocumentTooLargeError
        if node is None:
            return {}
        if isinstance(node, dict):
            items = cast("dict[object, object]", node).items()
            return {str(key): self.without_nulls(each) for key, each in items if each is not None}
        if isinstance(node, list):
            return [self.without_nulls(each) for each in cast("list[object]", node)]
        return node
