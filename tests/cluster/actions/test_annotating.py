"""An annotation is written only over the value that the user has seen."""

from typing import Any

import pytest

from kubeimg_gui.cluster.actions.node_actions import (
    AnnotationConflictError,
    AnnotationRefusedError,
    NodeActions,
)
from kubeimg_gui.cluster.errors import ApiError, NodeGoneError, NodeReplacedError
from kubeimg_gui.demo.serve import DemoCluster
from kubeimg_gui.domain.annotation import MAX_TOTAL_BYTES, AnnotationEdit
from tests.cluster.nodes import annotated, metadata, recreate, set_annotations, uid_of
from tests.support.api import MERGE, Api
from tests.support.fixtures import Serve, VerbsOn
from tests.support.scripted_server import Request, status_json


def test_annotations_are_set_changed_and_removed(api: Api, actions: NodeActions) -> None:
    uid = uid_of(api)
    added = AnnotationEdit("example.com/a", None, "1")
    assert actions.annotate("n0", uid, [added]) == (added,)
    edits = [
        AnnotationEdit("example.com/a", "1", "2"),
        AnnotationEdit("lines", None, "多\n\n é \U0001f600"),
        AnnotationEdit("empty", None, ""),
    ]
    assert actions.annotate("n0", uid, edits) == tuple(edits)
    assert metadata(api)["annotations"] == {
        "example.com/a": "2",
        "lines": "多\n\n é \U0001f600",
        "empty": "",
    }
    undone = [edit.reversed() for edit in edits]
    actions.annotate("n0", uid, undone)
    assert metadata(api)["annotations"] == {"example.com/a": "1"}
    actions.annotate("n0", uid, [added.reversed()])
    assert "annotations" not in metadata(api)


def test_the_request_names_kubeimg_as_the_field_manager(
    cluster: DemoCluster, api: Api, actions: NodeActions
) -> None:
    """What a real server records of it is in test_real_actions.py."""
    actions.annotate("n0", uid_of(api), [AnnotationEdit("a", None, "b")])
    (request,) = [request for request in cluster.requests if request.method == "PATCH"]
    assert request.query["fieldManager"] == "kubeimg"
    assert request.headers["Content-Type"] == MERGE


def test_edits_that_already_apply_are_not_written(
    cluster: DemoCluster, api: Api, actions: NodeActions
) -> None:
    set_annotations(api, {"a": "b"})
    edits = [AnnotationEdit("a", None, "b"), AnnotationEdit("none", "x", None)]
    assert actions.annotate("n0", uid_of(api), edits) == ()
    assert [r.method for r in cluster.requests if r.method == "PATCH"] == ["PATCH"], (
        "the test's own"
    )


def test_edits_that_change_nothing_are_not_sent(api: Api, actions: NodeActions) -> None:
    set_annotations(api, {"a": "b"})
    todo = AnnotationEdit("c", None, "d")
    assert actions.annotate("n0", uid_of(api), [AnnotationEdit("a", None, "b"), todo]) == (todo,)


def test_a_value_that_has_changed_is_not_overwritten(api: Api, actions: NodeActions) -> None:
    set_annotations(api, {"a": "other", "c": "other"})
    edits = [
        AnnotationEdit("a", "seen", "mine"),
        AnnotationEdit("b", "seen", "mine"),
        AnnotationEdit("c", None, None),
        AnnotationEdit("d", None, "fits"),
    ]
    with pytest.raises(AnnotationConflictError) as caught:
        actions.annotate("n0", uid_of(api), edits)
    error = caught.value
    assert error.conflicts == ((edits[0], "other"), (edits[1], None), (edits[2], "other"))
    assert error.node.annotations == {"a": "other", "c": "other"}
    assert str(error) == (
        "The node 'n0' was not annotated, because its values have changed: a is 'other', "
        "b is removed, c is 'other'"
    )
    assert metadata(api)["annotations"] == {"a": "other", "c": "other"}, "not even what fits"


def test_an_unchecked_edit_replaces_any_value(api: Api, actions: NodeActions) -> None:
    set_annotations(api, {"a": "other"})
    edits = [
        AnnotationEdit("a", None, "mine", checked=False),
        AnnotationEdit("b", "seen", "mine", checked=False),
        AnnotationEdit("c", "seen", None, checked=False),
    ]
    made = actions.annotate("n0", uid_of(api), edits)
    assert [(edit.key, edit.old, edit.new) for edit in made] == [
        ("a", "other", "mine"),
        ("b", None, "mine"),
    ]
    actions.annotate("n0", uid_of(api), [edit.reversed() for edit in made])
    assert metadata(api)["annotations"] == {"a": "other"}


def test_edits_of_one_key_follow_each_other(api: Api, actions: NodeActions) -> None:
    edits = [AnnotationEdit("a", None, "1"), AnnotationEdit("a", "1", "2")]
    assert actions.annotate("n0", uid_of(api), edits) == tuple(edits)
    assert metadata(api)["annotations"] == {"a": "2"}


def test_another_node_of_the_same_name_is_not_annotated(api: Api, actions: NodeActions) -> None:
    uid = uid_of(api)
    recreate(api)
    with pytest.raises(NodeReplacedError, match="'n0' was replaced by another node"):
        actions.annotate("n0", uid, [AnnotationEdit("a", None, "b")])
    assert "annotations" not in metadata(api)


def test_more_than_fits_is_not_sent(cluster: DemoCluster, api: Api, actions: NodeActions) -> None:
    uid = uid_of(api)
    fits = AnnotationEdit("a", None, "x" * (MAX_TOTAL_BYTES - 1))
    assert actions.annotate("n0", uid, [fits]) == (fits,)
    with pytest.raises(
        AnnotationRefusedError, match=r"'n0' would take 262,148 bytes together, but .* 262,144"
    ):
        actions.annotate("n0", uid, [AnnotationEdit("b", None, "多")])
    assert len([r for r in cluster.requests if r.method == "PATCH"]) == 1


@pytest.mark.parametrize(
    "edit", [AnnotationEdit("a", None, "x\ud800"), AnnotationEdit("\udfff", None, "x")]
)
def test_an_unpaired_surrogate_is_not_sent(
    cluster: DemoCluster, api: Api, actions: NodeActions, edit: AnnotationEdit
) -> None:
    with pytest.raises(
        AnnotationRefusedError, match="for the node 'n0' contains an unpaired"
    ) as caught:
        actions.annotate("n0", "uid", [edit])
    assert str(caught.value).encode()
    assert not cluster.requests


def test_a_refusal_shows_the_servers_message(api: Api, actions: NodeActions) -> None:
    with pytest.raises(ApiError, match=r'metadata\.annotations: Invalid value: "-a"') as caught:
        actions.annotate("n0", uid_of(api), [AnnotationEdit("-a", None, "b")])
    assert (caught.value.code, caught.value.reason) == (422, "Invalid")


EDIT = AnnotationEdit("a", "seen", "mine")
CONFLICT = status_json(409, "Conflict", "the object has been modified")


class Busy:
    """A server whose node is written by others before each of the first patches arrives."""

    def __init__(self, *nodes: dict[str, Any]) -> None:
        self._nodes = list(nodes)
        self.patches: list[dict[str, Any]] = []

    def __call__(self, request: Request) -> None:
        if request.method == "PATCH":
            self.patches.append(request.document["metadata"])
            if len(self._nodes) > 1:
                self._nodes.pop(0)
                request.answer(CONFLICT, 409)
                return
        request.answer(self._nodes[0])


def test_a_heartbeat_between_reading_and_writing_is_no_conflict(
    serve: Serve, actions_on: VerbsOn
) -> None:
    busy = Busy(annotated({"a": "seen"}, "1"), annotated({"a": "seen", "b": "other"}, "2"))
    server = serve(busy)
    assert actions_on(server.url).annotate("n0", "u", [EDIT]) == (EDIT,)
    assert [request.method for request in server.requests] == ["GET", "PATCH", "GET", "PATCH"]
    assert busy.patches == [
        {"uid": "u", "resourceVersion": version, "annotations": {"a": "mine"}}
        for version in ("1", "2")
    ]
    patch = server.requests[-1]
    assert patch.query == {"fieldManager": "kubeimg"}
    assert patch.headers["content-type"] == "application/merge-patch+json"


def test_a_concurrent_change_is_detected(serve: Serve, actions_on: VerbsOn) -> None:
    busy = Busy(annotated({"a": "seen"}, "1"), annotated({"a": "other"}, "2"))
    with pytest.raises(AnnotationConflictError) as caught:
        actions_on(serve(busy).url).annotate("n0", "u", [EDIT])
    assert caught.value.conflicts == ((EDIT, "other"),)
    assert len(busy.patches) == 1


def test_a_node_that_is_recreated_between_reading_and_writing(
    serve: Serve, actions_on: VerbsOn
) -> None:
    busy = Busy(annotated({"a": "seen"}, "1"), annotated({"a": "seen"}, "2", uid="another"))
    with pytest.raises(NodeReplacedError):
        actions_on(serve(busy).url).annotate("n0", "u", [EDIT])
    assert len(busy.patches) == 1


def test_a_node_that_is_deleted_between_reading_and_writing(
    serve: Serve, actions_on: VerbsOn
) -> None:
    def script(request: Request) -> None:
        if request.method == "PATCH":
            request.answer(status_json(404, "NotFound", "gone"), 404)
        else:
            request.answer(annotated({"a": "seen"}, "1"))

    with pytest.raises(NodeGoneError):
        actions_on(serve(script).url).annotate("n0", "u", [EDIT])


def test_a_node_that_changes_all_the_time_is_given_up(serve: Serve, actions_on: VerbsOn) -> None:
    busy = Busy(*(annotated({"a": "seen"}, str(version)) for version in range(50)))
    with pytest.raises(ApiError, match="has been modified"):
        actions_on(serve(busy).url).annotate("n0", "u", [EDIT])
    assert len(busy.patches) == 5
