"""SelfSubjectAccessReview: a client asks what it may do. In the demo everyone may do everything."""

from kubeimg_gui.demo.errors import INVALID, Cause, bad_request, invalid
from kubeimg_gui.demo.kinds import REVIEW, REVIEW_GROUP, JsonObject, member

_ATTRIBUTES = ("resourceAttributes", "nonResourceAttributes")


def review(item: JsonObject | None) -> JsonObject:
    """Returns the answered review; `item` is None where the body was not read.

    Raises StatusError (400, 422) where the review is malformed.
    """
    if item is not None:
        _check(item)
    answered = {"kind": REVIEW, "apiVersion": f"{REVIEW_GROUP}/v1", "status": {"allowed": True}}
    return {**(item or {}), **answered}


def _check(item: JsonObject) -> None:
    given = item.get("kind", REVIEW)
    version = item.get("apiVersion", "v1")
    cannot = f'{given} in version "{version}" cannot be handled as a {REVIEW}: '
    if given != REVIEW:
        raise bad_request(f'{cannot}no kind "{given}" is registered')
    spec = member(item, "spec")
    if not isinstance(spec, dict):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise bad_request(f"{cannot}json: cannot unmarshal into Go struct field {REVIEW}.spec")
    if sum(part in spec for part in _ATTRIBUTES) != 1:
        why = (
            "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must "
            "be specified"
        )
        raise invalid("", "", [Cause(INVALID, why, "spec")], group=REVIEW_GROUP)
