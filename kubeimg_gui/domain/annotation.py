"""Annotations as the API server takes them, and one edit of them.

The rules are the server's own, so that a form can refuse at once what the server would refuse
later; an edit carries the value that a person saw, so that nobody overwrites what they did not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

MAX_TOTAL_BYTES = 262_144
"""What the keys and values of one object may take together.
(`k8s.io/apimachinery/pkg/api/validation/objectmeta.go`, `TotalAnnotationSizeLimitB`)"""

_NAME_MAX = 63
_PREFIX_MAX = 253
_NAME = re.compile(r"[a-z0-9]([-a-z0-9_.]*[a-z0-9])?")
_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_PREFIX = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_OWNED_DOMAINS = (
    "kubernetes.io",
    "k8s.io",
    "x-k8s.io",
    "karpenter.sh",
    "projectcalico.org",
    "flannel.alpha.coreos.com",
    "k8s.ovn.org",
    "machineconfiguration.openshift.io",
)


class KeyProblem(Enum):
    """Why the API server refuses a key, which is `name` or `prefix/name`."""

    EMPTY = auto()
    MANY_SLASHES = auto()
    PREFIX_EMPTY = auto()
    PREFIX_ILL_FORMED = auto()
    PREFIX_TOO_LONG = auto()
    NAME_EMPTY = auto()
    NAME_ILL_FORMED = auto()
    NAME_TOO_LONG = auto()


def key_problem(key: str) -> KeyProblem | None:
    """Why `key` may not be the key of an annotation, None where it may.

    Unlike a label's, it is lower-cased before it is checked, so that `Example.COM/Key` may be one.
    (`objectmeta.go`, `ValidateAnnotations`; `IsQualifiedName` of the same module)
    """
    if not key:
        return KeyProblem.EMPTY
    # Go's lower case of the dotted I is a plain i, Python's has two characters.
    prefix, slash, name = key.replace("İ", "i").lower().rpartition("/")
    if "/" in prefix:
        return KeyProblem.MANY_SLASHES
    return (_prefix_problem(prefix) if slash else None) or _name_problem(name)


def _prefix_problem(prefix: str) -> KeyProblem | None:
    if not prefix:
        return KeyProblem.PREFIX_EMPTY
    if not _PREFIX.fullmatch(prefix):
        return KeyProblem.PREFIX_ILL_FORMED
    return KeyProblem.PREFIX_TOO_LONG if len(prefix) > _PREFIX_MAX else None


def _name_problem(name: str) -> KeyProblem | None:
    if not name:
        return KeyProblem.NAME_EMPTY
    if not _NAME.fullmatch(name):
        return KeyProblem.NAME_ILL_FORMED
    return KeyProblem.NAME_TOO_LONG if len(name) > _NAME_MAX else None


def is_sendable(text: str) -> bool:
    """Whether a text has a form in UTF-8: half of a surrogate pair, as pasting may leave, has none.

    The API server would store another character in its place without a word.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def total_bytes(annotations: Mapping[str, str]) -> int:
    """What keys and values take together in UTF-8, to be held against MAX_TOTAL_BYTES."""
    texts = (text for pair in annotations.items() for text in pair)
    return sum(len(text.encode(errors="surrogatepass")) for text in texts)


def is_owned(key: str) -> bool:
    """Whether a part of the cluster writes this key itself, so that a person should keep off it.

    True for every key under the domains of Kubernetes and of the usual node controllers: they
    write it back, or act on what they read.
    """
    prefix, _, _ = key.rpartition("/")
    return any(prefix == domain or prefix.endswith(f".{domain}") for domain in _OWNED_DOMAINS)


@dataclass(frozen=True, slots=True)
class AnnotationEdit:
    """What a person wants done to one annotation.

    Attributes:
        key: which one.
        old: the value that was shown, None where there was none.
        new: the value it shall have, None to remove it.
        checked: whether `old` must still be there; else whatever is there is replaced.
    """

    key: str
    old: str | None
    new: str | None
    checked: bool = True

    def reversed(self) -> "AnnotationEdit":
        """The edit that undoes this one, where nobody else has changed the value meanwhile."""
        return AnnotationEdit(self.key, old=self.new, new=self.old)
