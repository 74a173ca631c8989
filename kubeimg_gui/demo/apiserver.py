"""The demo cluster's API server: paths, verbs and media types over HTTP on loopback.

What kubectl and kubeimg ask of a real API server about nodes is answered as a real one answers
it; README.md names what is not played.
"""

import asyncio
import gzip
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import msgspec
from aiohttp import web

from kubeimg_gui.demo.errors import (
    JsonObject,
    StatusError,
    bad_request,
    conflict,
    no_such_path,
    unsupported_media_type,
)
from kubeimg_gui.demo.kinds import (
    GROUPS,
    KINDS,
    REVIEWS,
    SERVER_VERSION,
    Kind,
    api_versions,
    group_document,
    group_list,
    resource_list,
)
from kubeimg_gui.demo.listing import Query, encode_list, list_page
from kubeimg_gui.demo.patches import apply_patch
from kubeimg_gui.demo.reviews import review
from kubeimg_gui.demo.selectors import Selection, parse_selection
from kubeimg_gui.demo.store import ObjectStore
from kubeimg_gui.demo.tables import table
from kubeimg_gui.demo.validation import check_new, check_update
from kubeimg_gui.demo.watching import WatchRequest, watch_lines

GZIP_BYTES = 128 * 1024
"""Smaller answers are not compressed, as with a real server."""
PROTOBUF = "application/vnd.kubernetes.protobuf"
BODY_BYTES = 3 * 2**20
BOOKMARK_SECONDS = 60.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in, for tests that care what a client asks."""

    method: str
    path: str
    query: Query
    headers: dict[str, str]


class ApiServer:
    """Serves an `ObjectStore`; confined to the event loop's thread.

    `bookmark_seconds` is how often a quiet watch gets a bookmark. `requests` are the latest
    requests, oldest first.
    """

    def __init__(self, store: ObjectStore, bookmark_seconds: float = BOOKMARK_SECONDS) -> None:
        self.store = store
        self.requests: deque[Asked] = deque(maxlen=1000)
        self._bookmark_seconds = bookmark_seconds

    def application(self) -> web.Application:
        """The routes, ready to be run."""
        app = web.Application(middlewares=[self._answer_errors], client_max_size=BODY_BYTES)
        self._add_discovery(app.router)
        for kind in KINDS:
            self._add_kind(app.router, kind)
        for group, reviews in REVIEWS.items():
            for plural, name in reviews.items():
                app.router.add_post(f"/apis/{group}/v1/{plural}", partial(self._review, name))
        return app

    def _add_discovery(self, router: web.UrlDispatcher) -> None:
        def document(path: str, value: JsonObject | Callable[[web.Request], JsonObject]) -> None:
            async def answer(request: web.Request) -> web.StreamResponse:
                return _json(value(request) if callable(value) else value)

            router.add_get(path, answer)

        async def healthy(_request: web.Request) -> web.StreamResponse:
            return web.Response(text="ok")

        for path in ("/healthz", "/livez", "/readyz"):
            router.add_get(path, healthy)
        document("/version", SERVER_VERSION)
        document("/api", lambda request: api_versions(request.host))
        document("/apis", group_list())
        document("/api/v1", resource_list(""))
        for group in GROUPS:
            described = {"kind": "APIGroup", "apiVersion": "v1", **group_document(group)}
            document(f"/apis/{group}", described)
            document(f"/apis/{group}/v1", resource_list(group))

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
            router.add_put(path, partial(self._update, kind))
            router.add_patch(path, partial(self._patch, kind))
        router.add_delete(item, partial(self._delete, kind))

    @web.middleware
    async def _answer_errors(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        query = dict(request.query)
        asked = Asked(request.method, request.path, query, dict(request.headers))
        self.requests.append(asked)
        try:
            return await handler(request)
        except StatusError as error:
            return _json(error.status(), error.code)
        except web.HTTPNotFound:
            error = no_such_path()
            return _json(error.status(), error.code)
        except web.HTTPMethodNotAllowed:
            message = "the server does not allow this method on the requested resource"
            error = StatusError(405, "MethodNotAllowed", message, {})
            return _json(error.status(), error.code)
        except web.HTTPRequestEntityTooLarge:
            error = StatusError(413, "RequestEntityTooLarge", "Request entity too large")
            return _json(error.status(), error.code)

    # Reading.

    async def _list_or_watch(self, kind: Kind, request: web.Request) -> web.StreamResponse:
        query = dict(request.query)
        selection = parse_selection(
            kind,
            request.match_info.get("namespace", ""),
            query.get("labelSelector", ""),
            query.get("fieldSelector", ""),
        )
        if query.get("watch") in ("true", "1"):
            return await self._watch(kind, selection, request)
        page = list_page(self.store, kind, selection, query)
        body = encode_list(kind, page, _table_include(request))
        headers = {"Content-Type": "application/json"}
        if len(body) > GZIP_BYTES and "gzip" in request.headers.get("Accept-Encoding", ""):
            body = await asyncio.to_thread(gzip.compress, body, 1)
            headers["Content-Encoding"] = "gzip"
        return web.Response(body=body, headers=headers)

    async def _watch(
        self, kind: Kind, selection: Selection, request: web.Request
    ) -> web.StreamResponse:
        wanted = WatchRequest.parse(kind, selection, dict(request.query), _table_include(request))
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        try:
            async for line in watch_lines(self.store, wanted, self._bookmark_seconds):
                await response.write(line)
        except ConnectionError:
            pass  # the client went away, as clients do
        return response

    async def _get(self, kind: Kind, request: web.Request) -> web.StreamResponse:
        item = self.store.get(kind, *_address(request))
        include = _table_include(request)
        if include is None:
            return _json(item)
        version = {"resourceVersion": item["metadata"]["resourceVersion"]}
        return _json(table(kind, [item], version, include))

    async def _review(self, kind: str, request: web.Request) -> web.StreamResponse:
        """Answer a review; kubectl sends protobuf, and the answer depends on nothing in it."""
        protobuf = request.content_type == PROTOBUF
        asked: Any = {} if protobuf else await _body(request)
        return _json(review(kind, cast("JsonObject", asked)), 201)

    # Writing.

    async def _create(self, kind: Kind, request: web.Request) -> web.StreamResponse:
        item = check_new(kind, await _body(request))
        if kind.namespaced:
            namespace = request.match_info["namespace"]
            item = {**item, "metadata": {**item["metadata"], "namespace": namespace}}
        if _dry_run(dict(request.query)):
            return _json(item, 201)
        return _json(self.store.create(kind, item), 201)

    async def _update(self, kind: Kind, request: web.Request) -> web.StreamResponse:
        return self._store_update(kind, request, await _body(request))

    async def _patch(self, kind: Kind, request: web.Request) -> web.StreamResponse:
        patch = await _body(request, any_json=True)
        old = self.store.get(kind, *_address(request))
        return self._store_update(kind, request, apply_patch(request.content_type, old, patch))

    def _store_update(self, kind: Kind, request: web.Request, item: Any) -> web.StreamResponse:
        old = self.store.get(kind, *_address(request))
        checked = check_update(
            kind, old, item, status_only=request.match_info.get("subresource") == "status"
        )
        self.store.check_version(kind, old, checked["metadata"].get("resourceVersion"))
        if _dry_run(dict(request.query)):
            return _json(checked)
        return _json(self.store.replace(kind, checked))

    async def _delete(self, kind: Kind, request: web.Request) -> web.StreamResponse:
        """Delete; a grace period is accepted and means nothing for what is served here."""
        name, namespace = _address(request)
        options = cast("JsonObject", await _body(request) if request.can_read_body else {})
        old = self.store.get(kind, name, namespace)
        _check_preconditions(kind, old, options.get("preconditions") or {})
        if _dry_run({**dict(request.query), **_first_dry_run(options)}):
            return _json(_deleted(kind, old))
        item, gone = self.store.delete(kind, name, namespace)
        return _json(_deleted(kind, item) if gone else item)


def _check_preconditions(kind: Kind, old: JsonObject, wanted: JsonObject) -> None:
    metadata = old["metadata"]
    for field, words in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        if wanted.get(field) and wanted[field] != metadata[field]:
            raise conflict(
                kind.plural,
                metadata["name"],
                f"the {words} in the precondition ({wanted[field]}) does not match the {words} in "
                f"record ({metadata[field]}). The object might have been "
                f"{'deleted and then recreated' if field == 'uid' else 'modified'}",
            )


def _deleted(kind: Kind, item: JsonObject) -> JsonObject:
    metadata = item["metadata"]
    details = {"name": metadata["name"], "kind": kind.plural, "uid": metadata["uid"]}
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {**details, **({"group": kind.group} if kind.group else {})},
    }


def _address(request: web.Request) -> tuple[str, str]:
    return request.match_info["name"], request.match_info.get("namespace", "")


def _table_include(request: web.Request) -> str | None:
    """The includeObject of a Table where one is asked for, None for plain objects."""
    if "as=Table" not in request.headers.get("Accept", ""):
        return None
    return request.query.get("includeObject", "Metadata")


async def _body(request: web.Request, *, any_json: bool = False) -> Any:
    media_type = request.content_type
    if not any_json and media_type not in ("application/json", "application/octet-stream"):
        raise unsupported_media_type(media_type, "application/json")
    try:
        return msgspec.json.decode(await request.read())
    except msgspec.DecodeError as error:
        raise bad_request(f"the body is not JSON: {error}") from error


def _dry_run(query: Query) -> bool:
    given = query.get("dryRun", "")
    if given not in ("", "All"):
        raise StatusError(
            422, "Invalid", f'dryRun: Unsupported value: "{given}": supported values: "All"'
        )
    return given == "All"


def _first_dry_run(options: JsonObject) -> Query:
    given = options.get("dryRun")
    return {"dryRun": str(given[0])} if given else {}


def _json(value: JsonObject, code: int = 200) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(value), status=code, content_type="application/json"
    )
