"""The demo cluster's API server: paths and verbs over HTTP on loopback.

It answers the requests that kubeimg and kubectl make as a real API server does.
`resources/docs/limits.md` lists its limits.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from aiohttp import web

from kubeimg_gui.demo.answers import deleted, json_answer, send_pieces, success
from kubeimg_gui.demo.errors import (
    StatusError,
    bad_request,
    method_not_allowed,
    no_such_path,
    too_large,
)
from kubeimg_gui.demo.faults import Fault, Faults
from kubeimg_gui.demo.kinds import (
    GROUPS,
    KINDS,
    NAMESPACE,
    NODE,
    POD,
    REVIEW,
    REVIEW_GROUP,
    SERVER_VERSION,
    SYSTEM_NAMESPACES,
    JsonObject,
    Kind,
    api_versions,
    group_document,
    group_list,
    resource_list,
)
from kubeimg_gui.demo.listing import Query, encode_list, list_page
from kubeimg_gui.demo.patches import apply_patch
from kubeimg_gui.demo.requests import (
    DeleteOptions,
    View,
    delete_options,
    eviction_options,
    is_dry_run,
    is_true,
    json_body,
    review_body,
)
from kubeimg_gui.demo.reviews import review
from kubeimg_gui.demo.selectors import parse_selection
from kubeimg_gui.demo.store import ObjectStore, check_version
from kubeimg_gui.demo.tables import shown
from kubeimg_gui.demo.validation import check_new, check_update, read_object
from kubeimg_gui.demo.watching import WatchRequest, no_streaming_lists, watch_lines

BODY_BYTES = 3 * 2**20
_RESOURCE_PATHS = ("/api/", *(f"/apis/{group}/" for group in GROUPS))
_ACTIVE = {"phase": "Active"}
BOOKMARK_SECONDS = 60.0

NODES_PATH = f"{NODE.base_path}/{NODE.plural}"
PODS_PATH = f"{POD.base_path}/{POD.plural}"
FAULT = web.RequestKey("fault", Fault)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A received request, for tests."""

    method: str
    path: str
    query: Query
    headers: dict[str, str]


class ApiServer:
    """Serves an `ObjectStore`; confined to the event loop's thread.

    `bookmark_seconds` is the interval of bookmarks in a watch without events. `requests` are the
    latest requests, oldest first. `faults` selects requests to answer with a fault.
    """

    def __init__(
        self,
        store: ObjectStore,
        bookmark_seconds: float = BOOKMARK_SECONDS,
        faults: Faults | None = None,
    ) -> None:
        self.store = store
        self.faults = faults or Faults()
        for name in SYSTEM_NAMESPACES:
            if store.find(NAMESPACE, name) is None:
                store.create(NAMESPACE, {"metadata": {"name": name}, "status": _ACTIVE})
        self.requests: deque[ReceivedRequest] = deque(maxlen=1000)
        self._bookmark_seconds = bookmark_seconds

    def application(self) -> web.Application:
        """Returns the application with its routes."""
        app = web.Application(
            middlewares=[self._answer_errors, self._inject_faults], client_max_size=BODY_BYTES
        )
        _add_documents(app.router)
        for kind in KINDS:
            self._add_kind(app.router, kind)
        pod = f"{POD.base_path}/namespaces/{{namespace}}/{POD.plural}/{{name}}"
        app.router.add_post(f"{pod}/eviction", self._evict)
        app.router.add_post(f"/apis/{REVIEW_GROUP}/v1/{REVIEW.lower()}s", self._review)
        return app

    def _add_kind(self, router: web.UrlDispatcher, kind: Kind) -> None:
        collection = f"{kind.base_path}/{kind.plural}"
        router.add_get(collection, partial(self._list_or_watch, kind))
        if kind.namespaced:
            collection = f"{kind.base_path}/namespaces/{{namespace}}/{kind.plural}"
            router.add_get(collection, partial(self._list_or_watch, kind))
        router.add_post(collection, partial(self._create, kind))
        item = collection + "/{name}"
        for path in (item, *([f"{item}/{{subresource:status}}"] if kind.has_status else ())):
            router.add_get(path, partial(self._get, kind))
            router.add_patch(path, partial(self._patch, kind))
        router.add_delete(item, partial(self._delete, kind))

    @web.middleware
    async def _answer_errors(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        query = dict(request.query)
        received = ReceivedRequest(request.method, request.path, query, dict(request.headers))
        self.requests.append(received)
        try:
            return await handler(request)
        except StatusError as raised:
            error = raised
        except web.HTTPNotFound:
            if not request.path.startswith(_RESOURCE_PATHS):
                return web.Response(text="404 page not found\n", status=404)
            error = no_such_path()
        except RecursionError:
            error = bad_request("the body is nested too deeply")
        except web.RequestPayloadError:
            error = bad_request("the body cannot be decoded")
        except web.HTTPMethodNotAllowed:
            error = method_not_allowed()
        except web.HTTPRequestEntityTooLarge:
            error = too_large(BODY_BYTES)
        return json_answer(error.status(), error.code)

    @web.middleware
    async def _inject_faults(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = request[FAULT] = self.faults.select(request, NODES_PATH, PODS_PATH)
        answer = await fault.answer(request)
        return await handler(request) if answer is None else answer

    # Reading.

    async def _list_or_watch(self, kind: Kind, request: web.Request) -> web.StreamResponse:
        query = dict(request.query)
        selection = parse_selection(
            kind,
            request.match_info.get("namespace", ""),
            query.get("labelSelector", ""),
            query.get("fieldSelector", ""),
        )
        view = View.of(request)
        if is_true(query.get("watch")):
            wanted = WatchRequest.parse(kind, selection, query, view)
            if wanted.streaming_list and not self.faults.streaming_lists:
                raise no_streaming_lists()
            return await self._watch(wanted, request)
        page = await list_page(self.store, kind, selection, query)
        page = replace(page, items=request[FAULT].items(page.items))
        return await send_pieces(request, encode_list(kind, page, view))

    async def _watch(self, wanted: WatchRequest, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        response.enable_chunked_encoding()
        pieces = watch_lines(self.store, wanted, self._bookmark_seconds)
        fault = request[FAULT]
        try:
            await response.prepare(request)
            async with aclosing(pieces):
                async for piece in fault.stream(pieces):
                    await response.write(piece)
            await fault.end(request)
        except ConnectionError:
            pass  # the client disconnected
        return response

    async def _get(self, kind: Kind, request: web.Request) -> web.StreamResponse:
        view = View.of(request)
        return json_answer(shown(kind, self.store.get(kind, *_address(request)), view))

    async def _review(self, request: web.Request) -> web.StreamResponse:
        return json_answer(review(await review_body(request)), 201)

    # Writing.

    async def _create(self, kind: Kind, request: web.Request) -> web.StreamResponse:
        dry_run = is_dry_run(request, "CreateOptions")
        namespace = request.match_info.get("namespace", "")
        item = check_new(kind, read_object(kind, await json_body(request)), namespace)
        if kind.namespaced:
            self.store.get(NAMESPACE, namespace)
        return json_answer(self.store.create(kind, item, dry_run=dry_run), 201)

    async def _patch(self, kind: Kind, request: web.Request) -> web.StreamResponse:
        dry_run = is_dry_run(request, "PatchOptions")
        body = await request.read()
        old = self.store.get(kind, *_address(request))
        patched = apply_patch(kind, request.content_type, old, body)
        status_only = "subresource" in request.match_info
        item = check_update(kind, old, patched, status_only=status_only)
        check_version(kind, old, item)
        return json_answer(item if dry_run else self.store.replace(kind, item))

    async def _delete(self, kind: Kind, request: web.Request) -> web.StreamResponse:
        return self._store_delete(kind, request, await delete_options(request))

    async def _evict(self, request: web.Request) -> web.StreamResponse:
        """Deletes a pod for `kubectl drain`; ignores disruption budgets."""
        options = await eviction_options(request, request.match_info["name"])
        self._store_delete(POD, request, options)
        return json_answer({**success(), "code": 201}, 201)

    def _store_delete(
        self, kind: Kind, request: web.Request, options: DeleteOptions
    ) -> web.StreamResponse:
        name, namespace = _address(request)
        old = self.store.get(kind, name, namespace)
        options.check(kind, old)
        item, gone = self.store.delete(kind, name, namespace, dry_run=options.dry_run)
        return json_answer(deleted(kind, item) if gone else item)


def _add_documents(router: web.UrlDispatcher) -> None:
    """Adds health, version and discovery, whose answers are constant."""

    def document(path: str, value: JsonObject) -> None:
        async def answer(_request: web.Request) -> web.StreamResponse:
            return json_answer(value)

        router.add_get(path, answer)

    async def healthy(_request: web.Request) -> web.StreamResponse:
        return web.Response(text="ok")

    async def versions(request: web.Request) -> web.StreamResponse:
        return json_answer(api_versions(request.host.encode(errors="replace").decode()))

    for path in ("/healthz", "/livez", "/readyz"):
        router.add_get(path, healthy)
    router.add_get("/api", versions)
    document("/version", SERVER_VERSION)
    document("/apis", group_list())
    document("/api/v1", resource_list(""))
    for group in GROUPS:
        document(
            f"/apis/{group}", {"kind": "APIGroup", "apiVersion": "v1", **group_document(group)}
        )
        document(f"/apis/{group}/v1", resource_list(group))


def _address(request: web.Request) -> tuple[str, str]:
    return request.match_info["name"], request.match_info.get("namespace", "")
