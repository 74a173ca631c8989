"""As whom requests are made: what a kubeconfig's user has to show a server, now.

The precedence is client-go's (`tools/clientcmd/client_config.go`, `transport/round_trippers.go`);
what kubectl would refuse is refused, and never does a request go out as somebody else, or as
nobody, because credentials did not come.
"""

import threading
import time
from base64 import b64encode
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from kubeimg_gui.cluster.auth.exec_plugin import (
    PLUGIN_SECONDS,
    PluginAnswer,
    PluginRun,
    check_plugin,
)
from kubeimg_gui.cluster.auth.request_identity import Identity, basic, bearer, impersonation
from kubeimg_gui.cluster.config.endpoint import address_of, pem_of
from kubeimg_gui.cluster.config.kubeconfig import Context
from kubeimg_gui.cluster.config.kubeconfig_file import User
from kubeimg_gui.cluster.config.tls import ClientCertificate, PemError, check_certificate
from kubeimg_gui.cluster.errors import (
    ClusterError,
    CredentialsError,
    KubeconfigError,
    LoginCancelledError,
)
from kubeimg_gui.text.sanitize import plain

_EXTENSION = "client.authentication.k8s.io/exec"
_PLUGINS = {"azure": "kubelogin", "gcp": "gke-gcloud-auth-plugin", "oidc": "kubelogin (int128)"}
"""What took the place of an auth-provider."""


class Credentials:
    """What one user of a kubeconfig has to show; any thread.

    A token file and certificate files are read anew for each request, and their last good content
    is kept while they cannot be read; a credential plugin runs when what it gave has expired or
    was refused, once for all who wait.

    Raises KubeconfigError, or CredentialsError for a plugin that cannot run here.
    """

    def __init__(self, context: Context, *, plugin_seconds: float = PLUGIN_SECONDS) -> None:
        self._context = context
        self._name = plain(context.user_name, 100)
        self._plugin_seconds = plugin_seconds
        self._user = user = context.user
        _check(user, self._name)
        self._impersonation = impersonation(user, self._name)
        self._lock = threading.Lock()
        self._token = ""
        self._certificate: ClientCertificate | None = None
        self._from_plugin: tuple[Identity, float | None] | None = None
        self._run: PluginRun | None = None
        self._login: Future[Identity] | None = None
        self._closed: ClusterError | None = None
        if user.exec and not _shows_itself(user):
            check_plugin(user.exec, self._name)

    @property
    def login_sentence(self) -> str:
        """What to tell a person who waits for the plugin."""
        command = plain(self._user.exec.command, 200) if self._user.exec else ""
        return (
            f"The credential plugin {command!r} of the user {self._name!r} runs: it may wait for "
            "you to log in"
        )

    def identity(self) -> "Future[Identity]":
        """Who to be in a request that begins now; done at once but where a plugin must run.

        Its result, or this call, raises KubeconfigError, CredentialsError, and what `close` was
        given.
        """
        if self._user.exec is None or _shows_itself(self._user):
            return _done(self._own_identity())
        with self._lock:
            if self._closed:
                raise self._closed
            if self._from_plugin:
                identity, expires = self._from_plugin
                if expires is None or time.time() < expires:
                    return _done(identity)
                self._from_plugin = None
            if self._login is None:
                self._login = self._log_in()
            return self._login

    def refused(self, identity: Identity) -> None:
        """The server does not take `identity` any more (401): no later request shall be it."""
        with self._lock:
            if self._from_plugin and self._from_plugin[0] is identity:
                self._from_plugin = None

    def cancel_login(self) -> None:
        """Call off the plugin that runs, if one does: who waits gets LoginCancelledError."""
        if run := self._run:
            run.end(LoginCancelledError(f"The {run.name} was called off: try again to log in"))

    def close(self, error: ClusterError) -> None:
        """End the plugin that runs, and run it no more: who asks for it gets `error`."""
        with self._lock:
            self._closed = error
            run = self._run
        if run:
            run.end(error)

    # What needs no plugin.

    def _own_identity(self) -> Identity:
        user = self._user
        certificate = self._own_certificate()
        if user.token or user.token_file:
            token = self._read_token() if user.token_file else user.token
            what = f"The token of the user {self._name!r}"
            header = bearer(token, what, KubeconfigError)
            file = plain(user.token_file, 300)
            advice = f"see whether {file} is kept new" if file else "log in again"
            return self._as((header,), certificate, (token,), f"{what} is refused: {advice}")
        if user.username or user.password:
            header = basic(user.username, user.password)
            return self._as(
                (header,),
                certificate,
                (user.password, header[1].partition(" ")[2]),
                f"The password of the user {self._name!r} is refused: see whether it has changed",
            )
        if certificate:
            what = f"The client certificate of the user {self._name!r} is refused"
            return self._as((), certificate, (), f"{what}: it may have expired")
        return Identity(self._impersonation)

    def _read_token(self) -> str:
        file = self._user.token_file
        why = "it is empty"
        try:
            if token := Path(file).read_text(encoding="utf-8").strip():
                self._token = token
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
        token = self._token or self._user.token
        if not token:
            raise KubeconfigError(
                f"The token file {plain(file, 300)} of the user {self._name!r} cannot be read: "
                f"{why}"
            )
        return token

    def _own_certificate(self) -> ClientCertificate | None:
        """The user's, as it is in the files now or was when they were last good."""
        user = self._user
        if not (user.client_certificate or user.client_certificate_data):
            return None
        what = f"The client certificate of the user {self._name!r}"
        key_what = f"The client key of the user {self._name!r}"
        try:
            certificate = pem_of(user.client_certificate, user.client_certificate_data, what)
            key = pem_of(user.client_key, user.client_key_data, key_what)
            found = ClientCertificate(certificate or b"", key or b"")
            if found != self._certificate:
                check_certificate(found)
                self._certificate = found
        except (KubeconfigError, PemError) as error:
            if self._certificate is None:
                sentence = f"{what} {error}" if isinstance(error, PemError) else str(error)
                raise KubeconfigError(sentence) from error
        return self._certificate

    def _as(
        self,
        headers: tuple[tuple[str, str], ...],
        certificate: ClientCertificate | None,
        secrets: tuple[str, ...],
        refusal: str,
    ) -> Identity:
        return Identity((*headers, *self._impersonation), certificate, secrets, refusal)

    # The plugin.

    def _log_in(self) -> "Future[Identity]":
        """Start the plugin; under the lock."""
        assert self._user.exec
        login: Future[Identity] = Future()
        run = PluginRun(self._user.exec, self._name, self._cluster(), self._plugin_seconds)
        self._run = run
        run.answer.add_done_callback(lambda answer: self._logged_in(answer, run.name, login))
        run.start()
        return login

    def _logged_in(
        self, answer: "Future[PluginAnswer]", plugin: str, login: "Future[Identity]"
    ) -> None:
        try:
            given = answer.result()
            identity = self._identity_of(given, plugin)
        except ClusterError as error:
            with self._lock:
                self._run = self._login = None
            login.set_exception(error)
        else:
            with self._lock:
                self._run = self._login = None
                self._from_plugin = (identity, given.expires)
            login.set_result(identity)

    def _identity_of(self, given: PluginAnswer, plugin: str) -> Identity:
        headers = (
            (bearer(given.token, f"The token that the {plugin} gives", CredentialsError),)
            if given.token
            else ()
        )
        refusal = f"What the {plugin} gives is refused: log in again"
        return self._as(headers, given.certificate, (given.token,), refusal)

    def _cluster(self) -> dict[str, Any]:
        """What a plugin is told of the cluster, if it wants to know (`rest/exec.go`)."""
        cluster = self._context.cluster
        authorities = pem_of(
            cluster.certificate_authority,
            cluster.certificate_authority_data,
            "The certificate authority",
        )
        told: dict[str, Any] = {
            "server": address_of(self._context),
            "tls-server-name": cluster.tls_server_name,
            "insecure-skip-tls-verify": cluster.insecure_skip_tls_verify,
            "certificate-authority-data": b64encode(authorities or b"").decode(),
            "proxy-url": cluster.proxy_url,
            "disable-compression": cluster.disable_compression,
            "config": next(
                (each.extension for each in cluster.extensions if each.name == _EXTENSION), None
            ),
        }
        return {key: value for key, value in told.items() if value}


def credentials_of(context: Context) -> Credentials:
    """Those of the context's user; raises what Credentials does.

    Where a server is spoken to without TLS nothing secret is sent, as kubectl does it: only in
    whose name the user acts.
    """
    credentials = Credentials(context)
    if address_of(context).startswith("https:"):
        return credentials
    user = context.user
    acting = User(
        as_user=user.as_user,
        as_uid=user.as_uid,
        as_groups=user.as_groups,
        as_user_extra=user.as_user_extra,
    )
    return Credentials(replace(context, user=acting))


def _check(user: User, name: str) -> None:
    """Raise KubeconfigError for what kubectl refuses, in `tools/clientcmd/validation.go`."""
    who = f"The user {name!r}"
    if provider := user.auth_provider:
        plugin = _PLUGINS.get(provider.name, "kubelogin or gke-gcloud-auth-plugin")
        raise KubeconfigError(
            f"{who} has the auth-provider {plain(provider.name, 100)!r}, which is not supported "
            f"any more: use a credential plugin instead, such as {plugin}"
        )
    if (user.token or user.token_file) and (user.username or user.password):
        raise KubeconfigError(f"{who} has a token and a password as well: take one out")
    for kind, file, data in (
        ("client-certificate", user.client_certificate, user.client_certificate_data),
        ("client-key", user.client_key, user.client_key_data),
    ):
        if file and data and (user.client_certificate or user.client_certificate_data):
            raise KubeconfigError(f"{who} has {kind} and {kind}-data as well: take one out")
    has_certificate = user.client_certificate or user.client_certificate_data
    if has_certificate and not (user.client_key or user.client_key_data):
        raise KubeconfigError(f"{who} has a client certificate, but no client-key for it")


def _shows_itself(user: User) -> bool:
    """Whether there is something to show without a plugin, which then is not run."""
    own = (user.token, user.token_file, user.username, user.password)
    return any((*own, user.client_certificate, user.client_certificate_data))


def _done(identity: Identity) -> "Future[Identity]":
    done: Future[Identity] = Future()
    done.set_result(identity)
    return done
