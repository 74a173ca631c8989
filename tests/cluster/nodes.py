"""Changes to nodes that tests of the verbs make at the same time."""

from typing import Any

from tests.support.api import NODES, Api
from tests.support.scripted_server import node_json


def metadata(api: Api, name: str = "n0") -> dict[str, Any]:
    return api.get(f"{NODES}/{name}")[1]["metadata"]


def uid_of(api: Api, name: str = "n0") -> str:
    return metadata(api, name)["uid"]


def set_annotations(api: Api, annotations: dict[str, str | None], name: str = "n0") -> None:
    assert api.patch(name, {"metadata": {"annotations": annotations}})[0] == 200


def recreate(api: Api, name: str = "n0") -> None:
    api.call("DELETE", f"{NODES}/{name}")
    api.call("POST", NODES, {"metadata": {"name": name}})


def annotated(annotations: dict[str, str], version: str, uid: str = "u") -> dict[str, Any]:
    node = node_json("n0", version)
    node["metadata"] |= {"annotations": annotations, "uid": uid}
    return node
