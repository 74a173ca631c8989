"""The credentials of a kubeconfig's user: what each request presents to the server.

The precedence is client-go's (`tools/clientcmd/client_config.go`, `transport/round_trippers.go`).
kubeimg refuses what kubectl refuses. Where credentials are missing, no request is sent: neither
anonymously nor as another user.
"""

import threading
import time
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from kubeimg_gui.cluster.auth.exec_plugin import PluginCredentials, PluginRun, check_plugin
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
from kubeimg_gui.cluster.timeouts import DEFAULT_TIMEOUTS, Timeouts
from kubeimg_gui.text.sanitize import plain

_EXTENSION = "client.authentication.k8s.io/exec"
_PLUGINS = {"azure": "kubelogin", "gcp": "gke-gcloud-auth-plugin", "oidc": "kubelogin (int128)"}
"""The plugins that replace the auth-providers of older kubeconfigs."""


class Credentials:
    """The credentials of one user of a kubeconfig; any thread.

    Each request reads the token file and the certificate files again; while they cannot be read,
    their last valid content stays in use. A credential plugin runs when its credentials have
    expired or were refused; all requests that wait share one run.

    `clock` returns seconds since the epoch, as a plugin's expirationTimestamp does.

    Raises KubeconfigError, or CredentialsError for a plugin that cannot run here.
    """

    def __init__(
        self,
        context: Context,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._context = context
        self._name = plain(context.user_name, 100)
        self._timeouts = timeouts
        self._clock = clock
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
        if user.exec and not _needs_no_plugin(user):
            check_plugin(user.exec, self._name)

    @property
    def user(self) -> User:
        """The user entry, as the kubeconfig has it."""
        return self._user

    @property
    def login_sentence(self) -> str:
        """The sentence for a user who waits for the plugin."""
        command = plain(self._user.exec.command, 200) if self._user.exec else ""
        return (
            f"The credential plugin {command!r} of the user {self._name!r} is running: it may "
            "wait for you to log in"
        )

    def identity(self) -> "Future[Identity]":
        """Returns the identity for a request that starts now; done unless a plugin must run.

        The future, or this call, raises KubeconfigError, CredentialsError, and the error that
        `close` was given.
        """
        if self._user.exec is None or _needs_no_plugin(self._user):
            return _done(self._static_identity())
        with self._lock:
            if self._closed:
                raise self._closed
            if self._from_plugin:
                identity, expires = self._from_plugin
                if expires is None or self._clock() < expires:
                    return _done(identity)
                self._from_plugin = None
            if self._login is None:
                self._login = self._log_in()
            return self._login

    def discard(self, identity: Identity) -> None:
        """Drops an identity of the plugin that the server refused (401); others are kept."""
        with self._lock:
            if self._from_plugin and self._from_plugin[0] is identity:
                self._from_plugin = None

    def cancel_login(self) -> None:
        """Cancels the running plugin, if there is one; waiting requests get LoginCancelledError."""
        if run := self._run:
            run.end(LoginCancelledError(f"The {run.name} was cancelled: try again to log in"))

    def close(self, error: ClusterError) -> None:
        """Ends the running plugin and starts no other; `identity` raises `error` from now on."""
        with self._lock:
            self._closed = error
            run = self._run
        if run:
            run.end(error)

    # Without a plugin.

    def _static_identity(self) -> Identity:
        user = self._user
        certificate = self._static_certificate()
        if user.token or user.token_file:
            token = self._read_token() if user.token_file else user.token
            what = f"The token of the user {self._name!r}"
            header = bearer(token, what, KubeconfigError)
            file = plain(user.token_file, 300)
            advice = f"check that {file} is kept up to date" if file else "log in again"
            return self._with_impersonation(
                (header,), certificate, (token,), f"{what} is refused: {advice}"
            )
        if user.username or user.password:
            header = basic(user.username, user.password)
            return self._with_impersonation(
                (header,),
                certificate,
                (user.password, header[1].partition(" ")[2]),
                f"The password of the user {self._name!r} is refused: check whether it has changed",
            )
        if certificate:
            what = f"The client certificate of the user {self._name!r} is refused"
            return self._with_impersonation((), certificate, (), f"{what}: it may have expired")
        return Identity(self._impersonation)

    def _read_token(self) -> str:
        file = self._user.token_file
        reason = "it is empty"
        try:
            if token := Path(file).read_text(encoding="utf-8").strip():
                self._token = token
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not a text file"
        token = self._token or self._user.token
        if not token:
            raise KubeconfigError(
                f"The token file {plain(file, 300)} of the user {self._name!r} cannot be read: "
                f"{reason}"
            )
        return token

    def _static_certificate(self) -> ClientCertificate | None:
        """Returns what the files hold now, or held when they were last valid."""
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

    def _with_impersonation(
        self,
        headers: tuple[tuple[str, str], ...],
        certificate: ClientCertificate | None,
        secrets: tuple[str, ...],
        refusal: str,
    ) -> Identity:
        return Identity((*headers, *self._impersonation), certificate, secrets, refusal)

    # The plugin.

    def _log_in(self) -> "Future[Identity]":
        """Starts the plugin; the caller holds the lock."""
        assert self._user.exec
        login: Future[Identity] = Future()
        run = PluginRun(self._user.exec, self._name, self._cluster(), self._timeouts)
        self._run = run
        run.result.add_done_callback(lambda result: self._logged_in(result, run.name, login))
        run.start()
        return login

    def _logged_in(
        self, result: "Future[PluginCredentials]", plugin: str, login: "Future[Identity]"
    ) -> None:
        try:
            given = result.result()
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

    def _identity_of(self, given: PluginCredentials, plugin: str) -> Identity:
        headers = (
            (bearer(given.token, f"The token of the {plugin}", CredentialsError),)
            if given.token
            else ()
        )
        refusal = f"The credentials of the {plugin} are refused: log in again"
        return self._with_impersonation(headers, given.certificate, (given.token,), refusal)

    def _cluster(self) -> dict[str, Any]:
        """Returns the cluster's description for a plugin that asks for it (`rest/exec.go`)."""
        cluster = self._context.cluster
        authorities = pem_of(
            cluster.certificate_authority,
            cluster.certificate_authority_data,
            "The certificate authority",
        )
        description: dict[str, Any] = {
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
        return {key: value for key, value in description.items() if value}


def credentials_of(context: Context, timeouts: Timeouts = DEFAULT_TIMEOUTS) -> Credentials:
    """Returns the credentials of the context's user; raises as Credentials does.

    Without TLS they hold no secret, only the impersonation headers; kubectl does the same.
    """
    credentials = Credentials(context, timeouts)
    if address_of(context).startswith("https:"):
        return credentials
    user = context.user
    acting = User(
        as_user=user.as_user,
        as_uid=user.as_uid,
        as_groups=user.as_groups,
        as_user_extra=user.as_user_extra,
    )
    return Credentials(replace(context, user=acting), timeouts)


def _check(user: User, name: str) -> None:
    """Raises KubeconfigError for what kubectl refuses, in `tools/clientcmd/validation.go`."""
    who = f"The user {name!r}"
    if provider := user.auth_provider:
        plugin = _PLUGINS.get(provider.name, "kubelogin or gke-gcloud-auth-plugin")
        raise KubeconfigError(
            f"{who} has the auth-provider {plain(provider.name, 100)!r}, which is no longer "
            f"supported: use a credential plugin instead, such as {plugin}"
        )
    if (user.token or user.token_file) and (user.username or user.password):
        raise KubeconfigError(f"{who} has both a token and a password: remove one")
    for kind, file, data in (
        ("client-certificate", user.client_certificate, user.client_certificate_data),
        ("client-key", user.client_key, user.client_key_data),
    ):
        if file and data and (user.client_certificate or user.client_certificate_data):
            raise KubeconfigError(f"{who} has both {kind} and {kind}-data: remove one")
    has_certificate = user.client_certificate or user.client_certificate_data
    if has_certificate and not (user.client_key or user.client_key_data):
        raise KubeconfigError(f"{who} has a client certificate but no client-key: add the key")


def _needs_no_plugin(user: User) -> bool:
    """Returns whether the kubeconfig holds the user's credentials, so that no plugin runs."""
    static = (user.token, user.token_file, user.username, user.password)
    return any((*static, user.client_certificate, user.client_certificate_data))


def _done(identity: Identity) -> "Future[Identity]":
    done: Future[Identity] = Future()
    done.set_result(identity)
    return done
