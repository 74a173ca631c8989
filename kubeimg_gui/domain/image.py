"""Container images as a kubelet lists them: parsed names and identity.

`node.status.images` holds only names and sizes, and the names have many forms. All parsing of
names is here, and it never fails.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress, count
from operator import is_not

DEFAULT_REGISTRY = "docker.io"

_DIGEST = re.compile(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}")
_PAUSE = re.compile(r"(?:.*-)?pause(?:-.*)?")
_NOTHING = "<none>"


@dataclass(frozen=True, slots=True)
class ImageReference:
    """A parsed image name.

    `registry` is `docker.io` where the name has none. `repository` is empty and `tag` and
    `digest` are None where the name lacks them (`<none>:<none>` lacks all three).
    """

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @property
    def name(self) -> str:
        """The repository in its familiar form: `redis` for `docker.io/library/redis`."""
        if self.registry == DEFAULT_REGISTRY:
            return self.repository.removeprefix("library/")
        return self.repository

    @property
    def short(self) -> str:
        """The last part of the repository with the tag, or with the start of the digest."""
        last = self.repository.rpartition("/")[2]
        if self.tag:
            return f"{last}:{self.tag}"
        if self.digest:
            digest = short_digest(self.digest)
            return f"{last}@{digest}" if last else digest
        return last


def short_digest(digest: str) -> str:
    """Returns `sha256:` and the first 12 hexadecimal digits, for display."""
    algorithm, _, value = digest.partition(":")
    return f"{algorithm}:{value[:12]}"


def parse_reference(text: str) -> ImageReference:
    """Parses an image name; accepts any text.

    Handles what kubelets report: `repo:tag`, `repo@digest`, `repo:tag@digest`, a port in the
    registry, a bare digest, repeated digests, and `<none>` anywhere. The registry rule is that
    of the distribution project: a first component with a dot or a colon, or `localhost`.
    """
    located, _, pinned = text.partition("@")
    if "/" not in located and _DIGEST.fullmatch(located):
        return ImageReference(DEFAULT_REGISTRY, "", digest=located)
    digest = pinned.partition("@")[0]
    path, _, last = located.rpartition("/")
    last, _, tag = last.partition(":")
    first, slash, rest = f"{path}/{last}".partition("/") if path else (last, "", "")
    if slash and ("." in first or ":" in first or first == "localhost"):
        registry, repository = first, rest
    else:
        registry, repository = DEFAULT_REGISTRY, f"{path}/{last}" if path else last
        if not path and last and last != _NOTHING:
            repository = f"library/{last}"
    return ImageReference(
        registry=registry,
        repository="" if repository == _NOTHING else repository,
        tag=None if tag in ("", _NOTHING) else tag,
        digest=digest if _DIGEST.fullmatch(digest) else None,
    )


@dataclass(frozen=True, slots=True, weakref_slot=True)
class ContainerImage:
    """One entry of `node.status.images`.

    Attributes:
        names: as reported, digests first; may be empty (an image that lost its last tag).
        size_bytes: as the runtime reports it, compressed or not (see `node.size_meaning`); 0 where
            that is not believable.
        raw_size: what is reported instead of a believable size, "" for a believable one.
        digests: the distinct digests among the names, sorted; several may belong to one image.
        reference: the name to show, a tagged one before a pinned one; None where there is none.
        key: what this image is counted under: a digest where it has one, else a name, else its
            size. Entries of the same image on different nodes share it.
        is_pause: whether it is the image of pods' sandboxes, such as `pause`, `mirrored-pause` or
            `pause-amd64`. Every runtime holds one, and no kubelet collects it. Its name is
            configurable; these are the names that distributions use.
        folded: all names on lines of their own, as a search that ignores case wants them.

    Equality is that of names and sizes. One object may be shared by any number of nodes; weak
    references show whether any node still holds it.
    """

    names: tuple[str, ...]
    size_bytes: int
    raw_size: str = ""
    digests: tuple[str, ...] = field(init=False, compare=False)
    reference: ImageReference | None = field(init=False, compare=False)
    key: str = field(init=False, compare=False)
    is_pause: bool = field(init=False, compare=False, repr=False)
    folded: str = field(init=False, compare=False, repr=False)
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        references = self.parsed_names()
        digests = sorted({r.digest for r in references if r.digest})
        tagged = [r for r in references if r.repository and r.tag]
        located = [r for r in references if r.repository]
        best = (tagged or located or references or [None])[0]
        if best is not None and not (best.repository or best.digest):
            best = None
        key = next(iter(digests or self.names), f"unnamed:{self.raw_size or self.size_bytes}")
        set_once = object.__setattr__
        set_once(self, "digests", tuple(digests))
        set_once(self, "reference", best)
        set_once(self, "key", key)
        set_once(self, "folded", "\n".join(self.names).casefold())
        set_once(self, "is_pause", "pause" in self.folded and any(map(_is_pause, references)))
        set_once(self, "_hash", hash((self.names, self.size_bytes, self.raw_size)))

    def __hash__(self) -> int:
        return self._hash

    def parsed_names(self) -> list[ImageReference]:
        """Returns the names, parsed, in their order."""
        return [parse_reference(name) for name in self.names]

    @property
    def size_is_believable(self) -> bool:
        """Whether the size counts, in sums and in comparisons."""
        return not self.raw_size

    @property
    def short_name(self) -> str:
        """The last part of the name with its tag or digest; empty where there is no name."""
        return self.reference.short if self.reference else ""


def _is_pause(reference: ImageReference) -> bool:
    return _PAUSE.fullmatch(reference.repository.rpartition("/")[2]) is not None


def common_ends(one: Sequence[ContainerImage], other: Sequence[ContainerImage]) -> tuple[int, int]:
    """Returns how many identical objects both lists start with, and how many more they end with.

    Consecutive lists of a node share nearly all objects, and identity is faster than equality.
    """
    start = _common_start(one, other)
    return start, _common_start(one[:start:-1], other[:start:-1])


def _common_start(one: Sequence[ContainerImage], other: Sequence[ContainerImage]) -> int:
    differing = compress(count(), map(is_not, one, other))
    return next(differing, min(len(one), len(other)))
