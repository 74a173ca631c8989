"""Pods of single nodes, read on demand from a demo cluster and from a scripted server."""

import threading
from collections.abc import Iterator

import pytest

from kubeimg_gui.cluster.errors import ApiError, ConnectionLostError, StoppedError
from kubeimg_gui.cluster.watch.pager import PAGE_SIZE
from kubeimg_gui.cluster.watch.pod_reader import PodReader, escaped
from kubeimg_gui.demo.serve import DemoCluster
from tests.support.api import Api
from tests.support.fixtures import Serve
from tests.support.pods import pod_json, pod_list_json
from tests.support.recorder import connection_to
from tests.support.scripted_server import Request, status_json

PODS = "/api/v1/namespaces/default/pods"


@pytest.fixture
def reader(cluster: DemoCluster) -> Iterator[PodReader]:
    reader = PodReader(lambda: connection_to(cluster.url))
    yield reader
    reader.close()


def reader_of(url: str) -> PodReader:
    return PodReader(lambda: connection_to(url))


def create(api: Api, name: str, node: str) -> None:
    main = {"name": "main", "image": "redis:7"}
    body = {"metadata": {"name": name}, "spec": {"nodeName": node, "containers": [main]}}
    assert api.call("POST", PODS, body)[0] == 201


def test_only_the_pods_of_the_node_are_read(
    cluster: DemoCluster, api: Api, reader: PodReader
) -> None:
    for name, node in (("one", "n0"), ("two", "n1"), ("three", "n0")):
        create(api, name, node)
    assert [pod.name for pod in reader.read("n0").pods] == ["one", "three"]
    assert [pod.node for pod in reader.read("n1").pods] == ["n1"]
    assert reader.read("n2").pods == ()
    queries = [request.query for request in cluster.requests if request.path == "/api/v1/pods"]
    assert queries[0] == {"fieldSelector": "spec.nodeName=n0", "limit": str(PAGE_SIZE)}
    assert len(queries) == 3


def test_all_pages_are_read_and_pods_that_do_not_decode_are_counted(serve: Serve) -> None:
    def script(request: Request) -> None:
        if "continue" in request.query:
            request.answer(pod_list_json(pod_json("b"), {"metadata": {"name": "odd"}, "spec": 7}))
        else:
            page = pod_list_json(pod_json("a"))
            page["metadata"]["continue"] = "next"
            request.answer(page)

    reader = reader_of(serve(script).url)
    found = reader.read("n1")
    assert [pod.name for pod in found.pods] == ["a", "b"]
    assert found.unreadable == 1
    reader.close()


def test_a_refusal_is_raised_with_its_code(serve: Serve) -> None:
    def refuse(request: Request) -> None:
        request.answer(status_json(403, "Forbidden", "pods is forbidden"), 403)

    reader = reader_of(serve(refuse).url)
    with pytest.raises(ApiError, match="pods is forbidden") as raised:
        reader.read("n1")
    assert raised.value.code == 403
    reader.close()


def test_what_is_no_list_of_pods_is_an_error(serve: Serve) -> None:
    reader = reader_of(serve(lambda request: request.answer({"kind": "NodeList"})).url)
    with pytest.raises(ConnectionLostError):
        reader.read("n1")
    reader.close()


def test_closing_ends_a_list_that_does_not_come(serve: Serve) -> None:
    asked = threading.Event()

    def hang(request: Request) -> None:
        asked.set()
        request.hang()

    reader = reader_of(serve(hang).url)
    errors: list[BaseException] = []

    def read() -> None:
        try:
            reader.read("n1")
        except StoppedError as error:
            errors.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    assert asked.wait(10)
    reader.close()
    thread.join(10)
    assert len(errors) == 1
    with pytest.raises(StoppedError):
        reader.read("n1")


def test_odd_names_cannot_widen_the_selector() -> None:
    assert escaped("ip-10-0-0-1.example") == "ip-10-0-0-1.example"
    assert escaped("a,spec.nodeName!=b\\") == "a\\,spec.nodeName!\\=b\\\\"
