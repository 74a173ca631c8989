"""One kubeconfig file, read as strictly as kubectl reads it.

The fields are those of client-go's `tools/clientcmd/api/v1/types.go`. Null means the same as a
missing field, unknown fields are ignored, and a field of the wrong type makes the file invalid;
so those that kubeimg does not use are here too.
"""

import re
import stat
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, cast

import msgspec

from kubeimg_gui.cluster.config.yaml_loader import NestingError, YamlError, load_yaml
from kubeimg_gui.cluster.config.yaml_scalars import decode_base64
from kubeimg_gui.cluster.errors import KubeconfigError
from kubeimg_gui.text.sanitize import plain

MAX_FILE_BYTES = 128 * 2**20
SETTLE_SECONDS = 2.0
"""Two changes of a file within this time may have the same time of modification."""
_LISTS_OF_ENTRIES = frozenset({"clusters", "contexts", "users", "env", "extensions"})
"""The lists in which null is an empty entry; in all others it is an empty text."""
_NOT_IN_YAML = (rb"\/", rb"\ud", rb"\uD", b"\x7f")
_NOR_IN_YAML = re.compile(rb"\n\s*:|\xc2[\x80-\x9f]|\xef\xbf[\xbe\xbf]")
"""What JSON allows and go-yaml does not: escapes, control characters, a line that begins with :"""


class _Named(Protocol):
    @property
    def name(self) -> str: ...


class _Entry(msgspec.Struct, frozen=True, rename="kebab"):
    def __repr__(self) -> str:
        return f"{type(self).__name__}()"  # many of these hold secrets


class _Extension(_Entry, frozen=True):
    name: str = ""
    extension: Any = None


def _refuse_duplicates(kind: str, entries: Sequence[_Named]) -> None:
    """Raises ValueError where two entries have the same name."""
    seen: set[str] = set()
    for entry in entries:
        if entry.name in seen:
            raise ValueError(
                f"there are two {kind}s named {plain(entry.name, 100)!r}: rename or remove one"
            )
        seen.add(entry.name)


def _check_data(who: str, *data: str) -> None:
    """Raises ValueError where some data is not base64."""
    try:
        for each in data:
            decode_base64(each)
    except ValueError as error:
        raise ValueError(f"the data of {plain(who, 100)} is not valid base64") from error


def _with_value(extensions: tuple[_Extension, ...]) -> list[_Extension]:
    """Returns those extensions that kubectl compares by name."""
    return [each for each in extensions if each.extension is not None]


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

    def __post_init__(self) -> None:
        _refuse_duplicates("extension", _with_value(self.extensions))


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
    config: dict[str, str] = {}


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
    extensions: tuple[_Extension, ...] = ()

    def __post_init__(self) -> None:
        _refuse_duplicates("extension", _with_value(self.extensions))


class ContextEntry(_Entry, frozen=True):
    """The names of a cluster and a user."""

    cluster: str = ""
    user: str = ""
    namespace: str = ""
    extensions: tuple[_Extension, ...] = ()

    def __post_init__(self) -> None:
        _refuse_duplicates("extension", _with_value(self.extensions))


class _Preferences(_Entry, frozen=True):
    colors: bool = False
    extensions: tuple[_Extension, ...] = ()

    def __post_init__(self) -> None:
        _refuse_duplicates("extension", _with_value(self.extensions))


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
    preferences: _Preferences = _Preferences()
    extensions: tuple[_Extension, ...] = ()

    def __post_init__(self) -> None:
        _refuse_duplicates("cluster", self.clusters)
        _refuse_duplicates("user", self.users)
        _refuse_duplicates("context", self.contexts)
        _refuse_duplicates("extension", _with_value(self.extensions))
        for name, cluster in ((each.name, each.cluster) for each in self.clusters):
            _check_data(f"the cluster {name!r}", cluster.certificate_authority_data)
        for name, user in ((each.name, each.user) for each in self.users):
            _check_data(f"the user {name!r}", user.client_certificate_data, user.client_key_data)


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
    return document


class FileCache:
    """Reads files once, and again when they have changed; pipes only once; any thread.

    `clock` returns seconds since the epoch, as a file's time of modification does.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[Path, tuple[tuple[int, ...], Document]] = {}

    def read(self, path: Path) -> Document:
        """Returns the file's content; raises as `read_file` does."""
        with self._lock:
            stamp = self._stamp(path)
            known = self._known.pop(path, None)
            document = known[1] if known and known[0] == stamp else read_file(path)
            if stamp:
                self._known[path] = (stamp, document)
            return document

    def _stamp(self, path: Path) -> tuple[int, ...]:
        """Returns what changes with the file; () where its next change might not be noticed."""
        try:
            found = path.stat()
        except (OSError, ValueError):  # reading the file reports it
            return ()
        if not stat.S_ISREG(found.st_mode):  # a pipe can be read once
            return (found.st_dev, found.st_ino)
        if self._clock() - found.st_mtime < SETTLE_SECONDS:
            return ()
        return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def shown(path: Path) -> str:
    """Returns a file's name as it appears in a sentence."""
    return plain(str(path), 300)


def _document(path: Path, text: bytes) -> Document:
    try:
        found = _parsed(text)
        return msgspec.convert({} if found is None else _without_nulls(found), Document)
    except YamlError as error:
        where = f" (line {error.line})" if error.line else ""
        raise KubeconfigError(f"{shown(path)} is not valid YAML{where}: {error}") from error
    except msgspec.ValidationError as error:
        raise KubeconfigError(f"{shown(path)} is not a kubeconfig{_mistake(error)}") from error
    except (NestingError, RecursionError) as error:
        raise KubeconfigError(
            f"{shown(path)} is not a kubeconfig: it is nested too deeply, or refers to itself"
        ) from error


def _parsed(text: bytes) -> Any:
    """Returns the first document of YAML; JSON is YAML too, but parsed much faster as JSON."""
    if text[:100].lstrip().startswith(b"{") and not _is_json_only(text):
        with suppress(msgspec.DecodeError, RecursionError):
            return _parsed_json(text)
    return load_yaml(text)


def _is_json_only(text: bytes) -> bool:
    return any(each in text for each in _NOT_IN_YAML) or bool(_NOR_IN_YAML.search(text))


def _parsed_json(text: bytes) -> Any:
    """Decodes the entries of lists one by one, so that other threads get their turn between them.

    Raises msgspec.DecodeError.
    """
    decode = msgspec.json.decode
    sections = decode(text, type=dict[str, msgspec.Raw])
    return {
        name: [decode(entry) for entry in decode(section, type=list[msgspec.Raw])]
        if bytes(section).startswith(b"[")
        else decode(section)
        for name, section in sections.items()
    }


def _without_nulls(value: Any, name: str = "") -> Any:
    """Returns a copy of the field `name` with nulls replaced as Go's JSON decoder does."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value).items()
        return {
            key: each if key == "extension" else _without_nulls(each, key)
            for key, each in fields
            if each is not None
        }
    if isinstance(value, list):
        empty: dict[str, Any] | str = {} if name in _LISTS_OF_ENTRIES else ""
        entries = cast("list[Any]", value)
        return [empty if each is None else _without_nulls(each) for each in entries]
    return value


def _mistake(error: msgspec.ValidationError) -> str:
    """Returns what is wrong and where, as the end of a sentence."""
    what, _, place = str(error).partition(" - at ")
    place = f" at {place.strip('`$.')}" if place.strip("`$.") else ""
    if re.match("Expected `str`, got `(bool|int|float)`", what):
        what += " (text that looks like a number or a truth value needs quotes)"
    return f"{plain(place, 100)}: {plain(what, 300)}"
