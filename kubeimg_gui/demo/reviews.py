"""The reviews by which a client asks what it may do: here everyone may do everything."""

from kubeimg_gui.demo.errors import INVALID, Cause, bad_request, invalid
from kubeimg_gui.demo.kinds import JsonObject, member

USER = {"username": "demo", "groups": ["system:masters", "system:authenticated"]}

_ATTRIBUTES = ("resourceAttributes", "nonResourceAttributes")


def review(kind: str, item: JsonObject | None) -> JsonObject:
    """The answered review; `item` is None where it was not read.

    Raises StatusError (400, 422) where it asks nothing that can be answered.
    """
    group = "authentication" if kind == "SelfSubjectReview" else "authorization"
    if item is not None:
        _check(kind, item)
    statuses: dict[str, JsonObject] = {
        "SelfSubjectAccessReview": {"allowed": True},
        "SelfSubjectReview": {"userInfo": USER},
        "SelfSubjectRulesReview": {
            "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
            "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
            "incomplete": False,
        },
    }
    version = f"{group}.k8s.io/v1"
    return {**(item or {}), "kind": kind, "apiVersion": version, "status": statuses[kind]}


def _check(kind: str, item: JsonObject) -> None:
    given = item.get("kind", kind)
    cannot = f'{given} in version "{item.get("apiVersion", "v1")}" cannot be handled as a {kind}: '
    if given != kind:
        raise bad_request(f'{cannot}no kind "{given}" is registered')
    spec = member(item, "spec")
    if not isinstance(spec, dict):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise bad_request(f"{cannot}json: cannot unmarshal into Go struct field {kind}.spec")
    if kind == "SelfSubjectRulesReview" and not spec.get("namespace"):
        raise bad_request("no namespace on request")
    if kind == "SelfSubjectAccessReview" and sum(part in spec for part in _ATTRIBUTES) != 1:
        why = (
            "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must "
            "be specified"
        )
        raise invalid("", "", [Cause(INVALID, why, "spec")], group="authorization.k8s.io")
