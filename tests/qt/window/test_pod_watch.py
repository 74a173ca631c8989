"""Pods in the window: off, on, forbidden, restarted, remembered, closed while they come."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.domain.references import ReferenceState, UnknownReason
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.pod_switch import PodSwitch
from kubeimg_gui.qt.window.pod_watch import PodWatch
from tests.qt.window.conftest import OpenViews
from tests.qt.window.windows import sync
from tests.support.builders import image, node
from tests.support.pods import pod_json, pod_list_json
from tests.support.scripted_server import Request, ScriptedServer, status_json
from tests.support.workloads import workload_json, workload_list_json

Serve = Callable[[Callable[[Request], None]], ScriptedServer]
NGINX = image("docker.io/library/nginx:1")
REDIS = image("docker.io/library/redis:7")
NODE = node("n1", (NGINX, REDIS))


def answer(request: Request) -> None:
    """Two pods, a Deployment that is scaled to 0, then no change."""
    if request.is_watch:
        request.start_stream()
        request.hang()
    elif request.path == "/apis/apps/v1/deployments":
        request.answer(workload_list_json(workload_json("cart", "redis:7")))
    elif request.path == "/apis/apps/v1/statefulsets":
        request.answer(workload_list_json(kind="StatefulSet"))
    else:
        request.answer(pod_list_json(pod_json("web-1"), pod_json("web-2")))


def refuse(request: Request) -> None:
    request.answer(status_json(403, "Forbidden", "pods is forbidden"), 403)


def pod_lists(server: ScriptedServer) -> int:
    return len([request for request in server.lists if request.path == "/api/v1/pods"])


def pods_of(window: MainWindow) -> PodWatch:
    assert window.views.images is not None
    return window.views.images.watch


def switch_of(window: MainWindow) -> PodSwitch:
    assert window.views.images is not None
    return window.views.images.switch


def turn(window: MainWindow) -> None:
    QTest.mouseClick(switch_of(window).button, Qt.MouseButton.LeftButton)


def phase(window: MainWindow) -> Phase | None:
    state = pods_of(window).state
    return state.phase if state is not None else None


def shows(window: MainWindow, text: str) -> bool:
    return switch_of(window).text == text


def open_images(open_views: OpenViews, url: str, context: str = "prod-eu-1") -> MainWindow:
    window = open_views(url, context)
    sync(window, NODE)
    window.views.show("plain")
    return window


def test_pods_are_not_watched_until_the_user_wants_it(
    qtbot: QtBot, open_views: OpenViews, serve_pods: Serve
) -> None:
    server = serve_pods(answer)
    window = open_images(open_views, server.url)
    references = pods_of(window).references
    assert shows(window, "Pods: off")
    assert references.of_image(NGINX).reason is UnknownReason.NOT_READ
    assert not server.requests
    turn(window)
    qtbot.waitUntil(lambda: shows(window, "Pods: watching"))
    assert references.of_image(NGINX).state is ReferenceState.REFERENCED
    assert references.of_image(NGINX).running == 2
    assert references.of_image(REDIS).state is ReferenceState.NOT_REFERENCED
    detail = switch_of(window).detail
    assert detail.startswith("references known since "), detail
    assert "2 pod" in detail
    turn(window)
    assert shows(window, "Pods: off")
    assert switch_of(window).detail == ""
    assert references.of_image(NGINX).reason is UnknownReason.NOT_READ


def test_a_change_of_a_pod_reaches_the_references(
    qtbot: QtBot, open_views: OpenViews, serve_pods: Serve
) -> None:
    deleted = threading.Event()

    def delete_one(request: Request) -> None:
        if request.is_watch:
            request.start_stream()
            deleted.wait()
            request.event("DELETED", pod_json("web-2", "11"))
            request.hang()
        else:
            answer(request)

    window = open_images(open_views, serve_pods(delete_one).url)
    references = pods_of(window).references
    turn(window)
    qtbot.waitUntil(lambda: phase(window) is Phase.LIVE)
    deleted.set()
    qtbot.waitUntil(lambda: references.of_image(NGINX).running == 1)
    qtbot.waitUntil(lambda: "1 pod" in switch_of(window).detail)


def test_without_permission_the_switch_names_it(
    qtbot: QtBot, open_views: OpenViews, serve_pods: Serve
) -> None:
    window = open_images(open_views, serve_pods(refuse).url)
    turn(window)
    qtbot.waitUntil(lambda: shows(window, "Pods: forbidden"))
    assert switch_of(window).detail == "you may not list and watch pods"
    tip = switch_of(window).button.accessibleDescription()
    assert "list and watch on pods" in tip
    assert pods_of(window).references.of_image(NGINX).reason is UnknownReason.FORBIDDEN
    assert pods_of(window).settled
    assert window.toolbar.state_text.startswith("Live"), "nodes are not concerned"


def refuse_workloads(request: Request) -> None:
    if request.path.startswith("/apis/apps/"):
        request.answer(status_json(403, "Forbidden", "deployments.apps is forbidden"), 403)
    else:
        answer(request)


def test_workloads_scaled_to_0_are_watched_with_the_pods(
    qtbot: QtBot, open_views: OpenViews, serve_pods: Serve
) -> None:
    scaled_up = threading.Event()

    def scale(request: Request) -> None:
        if request.is_watch and request.path == "/apis/apps/v1/deployments":
            request.start_stream()
            scaled_up.wait()
            request.event("MODIFIED", workload_json("cart", "redis:7", replicas=2, version="11"))
            request.hang()
        else:
            answer(request)

    window = open_images(open_views, serve_pods(scale).url)
    references = pods_of(window).references
    turn(window)
    qtbot.waitUntil(lambda: bool(references.workloads.users([REDIS])))
    (cart,) = references.workloads.users([REDIS])
    assert (cart.kind, cart.key) == ("Deployment", "shop/cart")
    assert references.workloads.users([NGINX]) == []
    assert references.of_image(REDIS).state is ReferenceState.NOT_REFERENCED
    scaled_up.set()
    qtbot.waitUntil(lambda: not references.workloads.users([REDIS]))
    turn(window)
    assert references.workloads.forbidden == ()


def test_workloads_that_may_not_be_listed_are_asked_for_once(
    qtbot: QtBot, open_views: OpenViews, serve_pods: Serve
) -> None:
    server = serve_pods(refuse_workloads)
    window = open_images(open_views, server.url)
    references = pods_of(window).references
    turn(window)
    both = ("Deployment", "StatefulSet")
    qtbot.waitUntil(lambda: references.workloads.forbidden == both)
    pods_of(window).wait(5.0)
    paths = [each.path for each in (*server.refused, *server.lists, *server.watches)]
    for kind in both:
        # A streaming list, a list in pages, and no third request.
        assert paths.count(f"/apis/apps/v1/{kind.lower()}s") <= 2
    assert shows(window, "Pods: watching")
    assert references.of_image(NGINX).running == 2
    turn(window)
    assert references.workloads.forbidden == ()
    turn(window)
    qtbot.waitUntil(lambda: references.workloads.forbidden == both)


def test_workloads_are_not_asked_for_where_pods_are_refused(
    qtbot: QtBot, open_views: OpenViews, serve_pods: Serve
) -> None:
    server = serve_pods(refuse)
    window = open_images(open_views, server.url)
    turn(window)
    qtbot.waitUntil(lambda: shows(window, "Pods: forbidden"))
    assert {request.path for request in server.requests} == {"/api/v1/pods"}


def test_pods_are_known_again_after_a_restart(
    qtbot: QtBot, open_views: OpenViews, serve_pods: Serve
) -> None:
    server = serve_pods(answer)
    window = open_images(open_views, server.url)
    for _ in range(3):
        turn(window)
        qtbot.waitUntil(lambda: shows(window, "Pods: watching"))
        assert pods_of(window).references.pods == 2
        turn(window)
        assert pods_of(window).references.pods == 0
    assert pod_lists(server) == 3


def test_the_choice_is_remembered_for_its_context(
    qtbot: QtBot, open_views: OpenViews, serve_pods: Serve
) -> None:
    server = serve_pods(answer)
    window = open_images(open_views, server.url, "team/a [1] % é")
    turn(window)
    qtbot.waitUntil(lambda: shows(window, "Pods: watching"))
    window.close_now()
    other = open_images(open_views, server.url, "team/a")
    assert shows(other, "Pods: off")
    other.close_now()
    again = open_images(open_views, server.url, "team/a [1] % é")
    qtbot.waitUntil(lambda: shows(again, "Pods: watching"))
    turn(again)
    again.close_now()
    last = open_images(open_views, server.url, "team/a [1] % é")
    assert shows(last, "Pods: off")


def test_pods_are_watched_only_for_a_view_that_is_shown(
    qtbot: QtBot, open_views: OpenViews, serve_pods: Serve
) -> None:
    server = serve_pods(answer)
    window = open_images(open_views, server.url)
    turn(window)
    qtbot.waitUntil(lambda: shows(window, "Pods: watching"))
    window.close_now()
    again = open_views(server.url)
    again.views.show("nodes")
    sync(again, NODE)
    assert again.views.images is None or phase(again) is None
    assert pod_lists(server) == 1
    again.views.show("other")
    qtbot.waitUntil(lambda: shows(again, "Pods: watching"))
    again.views.show("nodes")
    assert phase(again) is Phase.LIVE, "the user may come back soon"
    assert not switch_of(again).isVisible()
    again.views.show("plain")
    assert phase(again) is Phase.LIVE
    assert pod_lists(server) == 2


def test_pods_wait_for_the_nodes(qtbot: QtBot, open_views: OpenViews, serve_pods: Serve) -> None:
    window = open_views(serve_pods(answer).url)
    window.views.show("plain")
    turn(window)
    assert phase(window) is None
    assert shows(window, "Pods: on")
    sync(window, NODE)
    qtbot.waitUntil(lambda: shows(window, "Pods: watching"))


def test_a_view_that_is_left_for_long_stops_watching(
    qtbot: QtBot, open_views: OpenViews, serve_pods: Serve
) -> None:
    window = open_images(open_views, serve_pods(answer).url)
    pods = pods_of(window)
    pods.linger_ms = 1
    turn(window)
    qtbot.waitUntil(lambda: shows(window, "Pods: watching"))
    window.views.show("nodes")
    qtbot.waitUntil(lambda: phase(window) is None)
    assert pods.wanted
    window.views.show("plain")
    qtbot.waitUntil(lambda: shows(window, "Pods: watching"))


@pytest.mark.parametrize("silent", ["list", "watch"])
def test_the_window_closes_while_the_server_is_silent(
    qtbot: QtBot, open_views: OpenViews, serve_pods: Serve, silent: str
) -> None:
    asked = threading.Event()

    def keep_silent(request: Request) -> None:
        if request.is_watch or silent == "list":
            asked.set()
            request.hang()
        else:
            answer(request)

    window = open_images(open_views, serve_pods(keep_silent).url)
    turn(window)
    qtbot.waitUntil(asked.is_set)
    before = {thread for thread in threading.enumerate() if thread.name.startswith("informer")}
    assert before
    wait = window.views.close()
    window.close_now()
    waiting = threading.Thread(target=partial(wait, 1.0))
    waiting.start()
    waiting.join(2.0)
    assert not [thread for thread in before if thread.is_alive()]
    assert phase(window) is None
    pods_of(window).set_wanted(True)
    assert phase(window) is None, "it stays closed"
