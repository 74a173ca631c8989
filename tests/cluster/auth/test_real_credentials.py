"""Credentials on a real API server: impersonation, kinds of credentials and their lifetimes."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kubeimg_gui.cluster.actions.access_review import Permission
from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.errors import ApiError
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.target import Target, kubeconfig_target
from kubeimg_gui.cluster.watch.backoff import Backoff
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.domain.annotation import AnnotationEdit
from tests.cluster.watch.churn import (
    LATEST_SECONDS,
    Churn,
    fleet,
    hear_all,
    reported_log,
    seed_nodes,
)
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.users import DEPUTY, VIEWER, VIEWERS, WITHOUT_RIGHTS
from tests.support.api import Api
from tests.support.fixtures import Watching
from tests.support.proxies import CuttingProxy
from tests.support.scripted_server import image_json
from tests.support.token_webhook import BELIEVED_SECONDS, LIFE_SECONDS, new_token, plugin, runs

pytestmark = pytest.mark.control_plane

ALL = {f"n{i}" for i in range(5)}
CUT_SECONDS = 2.0
Reach = Callable[..., Target]


@pytest.fixture
def api(real: ControlPlane) -> Iterator[Api]:
    client = real.api()
    yield client
    client.close()


@pytest.fixture
def reach(control_plane: ControlPlane, tmp_path: Path) -> Iterator[Reach]:
    """The control plane by a kubeconfig with some user entry, perhaps over another port."""
    targets: list[Target] = []

    def start(identity: dict[str, Any], port: int = 0) -> Target:
        kubeconfig = control_plane.write_kubeconfig(
            tmp_path / "kubeconfig",
            identity=identity,
            server=f"https://127.0.0.1:{port or control_plane.port}",
        )
        targets.append(kubeconfig_target(None, kubeconfig))
        return targets[-1]

    yield start
    for target in targets:
        target.close()


@pytest.fixture
def deputy(control_plane: ControlPlane) -> dict[str, Any]:
    """The user entry of a user who may do everything and impersonate any user."""
    return {"token": control_plane.tokens[DEPUTY]}


# Impersonation.


@pytest.mark.parametrize(
    "as_whom", [{"as": VIEWER}, {"as": WITHOUT_RIGHTS, "as-groups": [VIEWERS, "x"]}]
)
def test_an_impersonating_user_has_exactly_the_rights_of_the_impersonated_user(
    api: Api,
    reach: Reach,
    watching: Watching,
    deputy: dict[str, Any],
    as_whom: dict[str, Any],
) -> None:
    target = reach({**deputy, **as_whom})
    informer, recorder = watching(target.connect)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == ALL
    api.set_images("n1", [image_json("nginx:1", 7)])
    assert recorder.next_change().record.name == "n1"
    actions = NodeActions(target.connect)
    patch, delete = Permission("patch", "nodes"), Permission("delete", "nodes")
    list_pods = Permission("list", "pods")
    assert actions.missing([patch, delete, list_pods]) == {patch, delete}
    uid = actions.read("n0").uid
    with pytest.raises(ApiError, match=f'User "{as_whom["as"]}" cannot patch'):
        actions.annotate("n0", uid, [AnnotationEdit("example.com/note", None, "x")])
    actions.close()


def test_a_refused_impersonation_names_the_impersonated_user(
    real: ControlPlane, reach: Reach, watching: Watching, deputy: dict[str, Any]
) -> None:
    informer, recorder = watching(reach({**deputy, "as": WITHOUT_RIGHTS}).connect)
    state = recorder.next_state(Phase.FORBIDDEN)
    assert 'User "without-rights" cannot list resource "nodes"' in state.reason
    assert informer.snapshot() == {}


def test_every_request_impersonates_the_user(
    api: Api, reach: Reach, watching: Watching, real: ControlPlane, deputy: dict[str, Any]
) -> None:
    """As the server has written it down."""
    before = len(real.audited())
    target = reach(
        {
            **deputy,
            "as": "someone",
            "as-uid": "u-1",
            "as-groups": ["system:masters", "readers"],
            "as-user-extra": {"example.org/reason": ["a", "b"]},
        }
    )
    watching(target.connect, options=WatchOptions(poll_seconds=60.0))[1].next_state(Phase.LIVE)
    _, recorder = watching(target.connect)
    recorder.next_state(Phase.LIVE)
    actions = NodeActions(target.connect)
    actions.missing([Permission("patch", "nodes")])
    node = actions.read("n0")
    actions.yaml("n0", managed_fields=True)
    actions.pods("n0")
    actions.annotate("n0", node.uid, [AnnotationEdit("example.com/note", None, "x")])
    actions.delete("n0", node.uid, grace_seconds=0)
    actions.close()
    assert recorder.next_change().record.name == "n0"

    done = real.audited()[before:]
    assert {(each["verb"], each["objectRef"]["resource"]) for each in done} == {
        ("list", "nodes"),
        ("watch", "nodes"),
        ("create", "selfsubjectaccessreviews"),
        ("get", "nodes"),
        ("list", "pods"),
        ("patch", "nodes"),
        ("delete", "nodes"),
    }
    for each in done:
        assert each["userAgent"].startswith("kubeimg/")
        someone = each["impersonatedUser"]
        assert (someone["username"], someone["uid"]) == ("someone", "u-1")
        assert {"system:masters", "readers"} <= set(someone["groups"])
        assert someone["extra"] == {"example.org/reason": ["a", "b"]}


# By which way.


def test_a_certificate_within_the_kubeconfig(
    real: ControlPlane, reach: Reach, watching: Watching
) -> None:
    data = {
        f"{key}-data": base64.b64encode(Path(file).read_bytes()).decode()
        for key, file in real.credentials.admin_certificate().items()
    }
    informer, recorder = watching(reach(data).connect)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == ALL


def test_a_plugin_that_gives_a_certificate(
    real: ControlPlane, reach: Reach, watching: Watching, tmp_path: Path
) -> None:
    certificate, key = map(Path, real.credentials.admin_certificate().values())
    answer = tmp_path / "credential.json"
    answer.write_text(
        json.dumps(
            {
                "apiVersion": "client.authentication.k8s.io/v1",
                "kind": "ExecCredential",
                "status": {
                    "clientCertificateData": certificate.read_text(),
                    "clientKeyData": key.read_text(),
                },
            }
        )
    )
    entry = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "cat",
        "args": [str(answer)],
        "interactiveMode": "Never",
    }
    target = reach({"exec": entry})
    informer, recorder = watching(target.connect)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == ALL
    actions = NodeActions(target.connect)
    assert actions.missing([Permission("patch", "nodes")]) == frozenset()
    actions.close()


# For how long.


def test_a_token_file_is_read_again(
    api: Api, reach: Reach, watching: Watching, real: ControlPlane, tmp_path: Path
) -> None:
    file = tmp_path / "token"

    def write_token(token: str) -> None:
        beside = tmp_path / "token.new"
        beside.write_text(f"{token}\n")
        beside.rename(file)

    write_token(new_token(time.time()))
    with CuttingProxy(real.port, CUT_SECONDS) as proxy:
        target = reach({"tokenFile": str(file)}, proxy.port)
        informer, recorder = watching(target.connect)
        recorder.next_state(Phase.LIVE)
        actions = NodeActions(target.connect)
        for _ in range(3):
            write_token("unknown")
            with pytest.raises(ApiError, match="is refused"):
                actions.read("n0")
            write_token(new_token(time.time()))
            assert actions.read("n0").name == "n0"
        actions.close()

        write_token("unknown")
        recorder.next_state(Phase.LOGIN_NEEDED)
        api.set_images("n1", [image_json("app:v1", 7)])
        write_token(new_token(time.time()))
        informer.retry_now()  # other tests cover the wait before a retry
        assert recorder.next_change().record.name == "n1"
        assert Phase.LIVE in [state.phase for state in recorder.states[-2:]]


LONG = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    ("expires", "seconds"),
    [
        (True, 10.0),
        (False, 16.0),
        pytest.param(True, 120.0, marks=LONG),
        pytest.param(False, 120.0, marks=LONG),
    ],
)
def test_tokens_that_live_three_seconds_lose_no_change(
    reach: Reach,
    watching: Watching,
    control_plane: ControlPlane,
    tmp_path: Path,
    seconds: float,
    expires: bool,
) -> None:
    """If the plugin gives no expiration, only the server's refusal shows it.

    The server caches an accepted token for BELIEVED_SECONDS.
    """
    control_plane.reset([])
    nodes = fleet(300, images=20)
    login = control_plane.login()
    seed_nodes(control_plane.url, login, nodes)
    churn = Churn(control_plane.url, login, nodes)
    log = tmp_path / "runs"
    webhook = control_plane.webhook
    accepted, refused = len(webhook.accepted), len(webhook.refused)
    with CuttingProxy(control_plane.port, CUT_SECONDS) as proxy:
        target = reach(plugin(log, says_when_it_expires=expires), proxy.port)
        informer, recorder = watching(target.connect)
        recorder.next_state(Phase.LIVE)
        assert len(informer.snapshot()) == len(nodes)
        churn.run(seconds, changes=30, heartbeats=10)
        hear_all(control_plane, recorder)

    assert sum(map(len, churn.log.values())) >= seconds * 28
    assert reported_log(recorder.changes[:-1]) == churn.log
    assert churn.late < LATEST_SECONDS, "the writer kept its rate"
    again = CUT_SECONDS + 2 * Backoff.FIRST  # at the latest, plus the time to connect
    assert proxy.cuts >= seconds / again - 2, "the proxy cut connections"

    ran = runs(log)
    lasts = LIFE_SECONDS + (0.0 if expires else BELIEVED_SECONDS)
    assert len(ran) >= seconds / (lasts + 2 * CUT_SECONDS)
    for earlier, later in pairwise(ran):
        lived = later.began - earlier.began
        # The reported expiration is rounded down to a second.
        assert lived > LIFE_SECONDS - (1.0 if expires else 0.0), "the last token was still good"
    shown = {*webhook.accepted[accepted:], *webhook.refused[refused:]}
    assert {run.token for run in ran} <= shown, "a token was never used"
    if not expires:
        assert len(set(webhook.refused[refused:])) == len(ran) - 1 >= 1
