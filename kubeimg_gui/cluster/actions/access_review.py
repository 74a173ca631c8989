"""Asks the API server which permissions the user has.

The window disables a verb only after a definite denial: a review does not cover admission, and a
server that cannot answer a review may still allow the verb.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from kubeimg_gui.cluster.errors import ApiError
from kubeimg_gui.cluster.wire.codec import DecodeError
from kubeimg_gui.cluster.wire.json_codec import decoding

if TYPE_CHECKING:
    from kubeimg_gui.cluster.transport.shared_connection import SharedConnection

_REVIEWS_PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@dataclass(frozen=True, slots=True)
class Permission:
    """A verb on all objects of a resource in all namespaces, in RBAC's terms.

    `str` gives `verb resource.group/subresource`, for messages.
    """

    verb: str
    resource: str
    group: str = ""
    subresource: str = ""

    def __str__(self) -> str:
        group = f".{self.group}" if self.group else ""
        subresource = f"/{self.subresource}" if self.subresource else ""
        return f"{self.verb} {self.resource}{group}{subresource}"


class _Verdict(msgspec.Struct, rename="camel"):
    allowed: bool = True
    denied: bool = False
    evaluation_error: str = ""


class _Review(msgspec.Struct):
    status: _Verdict = msgspec.field(default_factory=_Verdict)


def missing_permissions(
    connection: "SharedConnection", permissions: Iterable[Permission]
) -> frozenset[Permission]:
    """Returns the permissions that the server definitely denies; blocks, one request for each.

    Raises ClusterError where there is no connection or no login.
    """
    return frozenset(each for each in permissions if _is_missing(connection, each))


def _is_missing(connection: "SharedConnection", permission: Permission) -> bool:
    body = {
        "kind": "SelfSubjectAccessReview",
        "apiVersion": "authorization.k8s.io/v1",
        "spec": {"resourceAttributes": asdict(permission)},
    }
    try:
        response = connection.call(lambda c: c.send("POST", _REVIEWS_PATH, body=body))
        with decoding():
            verdict = msgspec.json.decode(response, type=_Review).status
    except DecodeError:
        return False
    except ApiError as error:
        if error.code == HTTPStatus.UNAUTHORIZED:
            raise
        return False
    return verdict.denied or not (verdict.allowed or verdict.evaluation_error)
