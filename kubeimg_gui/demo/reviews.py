"""The reviews by which a client asks what it may do: here everyone may do everything."""

from kubeimg_gui.demo.errors import JsonObject

USER = {"username": "demo", "groups": ["system:masters", "system:authenticated"]}


def review(kind: str, item: JsonObject) -> JsonObject:
    """The answered review."""
    statuses: dict[str, JsonObject] = {
        "SelfSubjectAccessReview": {"allowed": True, "reason": "the demo allows everything"},
        "SelfSubjectReview": {"userInfo": USER},
        "SelfSubjectRulesReview": {
            "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
            "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
            "incomplete": False,
        },
    }
    group = "authentication" if kind == "SelfSubjectReview" else "authorization"
    version = f"{group}.k8s.io/v1"
    return {**item, "kind": kind, "apiVersion": version, "status": statuses[kind]}
