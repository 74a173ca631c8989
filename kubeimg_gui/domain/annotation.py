"""Validates annotations by the rules of the API server, and describes an edit of one.

A form can thus reject at once what the server would reject later. An edit carries the value that
the user saw, so that a newer value is not overwritten unseen.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

MAX_TOTAL_BYTES = 262_144
"""Maximum total size of the keys and values of one object.
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
    """Why the API server rejects a key, which is `name` or `prefix/name`."""

    EMPTY = auto()
    MANY_SLASHES = auto()
    PREFIX_EMPTY = auto()
    PREFIX_ILL_FORMED = auto()
    PREFIX_TOO_LONG = auto()
    NAME_EMPTY = auto()
    NAME_ILL_FORMED = auto()
    NAME_TOO_LONG = auto()


def key_problem(key: str) -> KeyProblem | None:
    """Returns why `key` is not a valid annotation key, None if it is valid.

    Unlike a label key, it is lower-cased before validation, so `Example.COM/Key` is valid.
    (`objectmeta.go`, `ValidateAnnotations`; `IsQualifiedName` of the same module)
    """
    if not key:
        return KeyProblem.EMPTY
    # Go lower-cases the dotted I to a plain i, Python to two characters.
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
    """Returns whether a text can be encoded as UTF-8; pasted text may hold unpaired surrogates.

    The API server would silently store another character in their place.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def total_bytes(annotations: Mapping[str, str]) -> int:
    """Returns the total UTF-8 size of keys and values, to be compared with MAX_TOTAL_BYTES."""
    texts = (text for pair in annotations.items() for text in pair)
    return sum(len(text.encode(errors="surrogatepass")) for text in texts)


def is_owned(key: str) -> bool:
    """Returns whether a component of the cluster owns this key, so that users should not edit it.

    True for every key under the domains of Kubernetes and of common node controllers: they
    overwrite the value or act on it.
    """
    prefix, _, _ = key.rpartition("/")
    return any(prefix == domain or prefix.endswith(f".{domain}") for domain in _OWNED_DOMAINS)


@dataclass(frozen=True, slots=True)
class AnnotationEdit:
    """An edit of one annotation.

    Attributes:
        key: key of the annotation.
        old: the value that was shown, None if there was none.
        new: the new value, None to remove the annotation.
        checked: whether the edit requires that the value is still `old`.
    """

    key: str
    old: str | None
    new: str | None
    checked: bool = True

    def reversed(self) -> "AnnotationEdit":
        """Returns the edit that undoes this one, provided the value has not changed since."""
        return AnnotationEdit(self.key, old=self.new, new=self.old)
