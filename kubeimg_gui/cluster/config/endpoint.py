"""Where a server is, how it proves who it is, and which way leads there.

All of it comes from a kubeconfig's cluster entry and the environment; what cannot be used is
refused here, before anything is sent.
"""

import os
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from kubeimg_gui.cluster.config.kubeconfig import Context
from kubeimg_gui.cluster.config.proxy import Proxy, proxy_for
from kubeimg_gui.cluster.config.tls import PemError, Trust, tls_context
from kubeimg_gui.cluster.errors import KubeconfigError
from kubeimg_gui.text.sanitize import plain


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An API server to send requests to.

    Attributes:
        server: its address, without a slash at the end.
    """

    server: str
    trust: Trust = field(default_factory=Trust)
    proxy: Proxy | None = None

    @property
    def is_secure(self) -> bool:
        """Whether it is spoken to over TLS."""
        return self.server.startswith("https:")


def endpoint_of(context: Context, environment: Mapping[str, str] = os.environ) -> Endpoint:
    """The server of a context; raises KubeconfigError."""
    server = address_of(context)
    trust = _trust(context) if server.startswith("https:") else Trust()
    return Endpoint(server, trust, proxy_for(server, context.cluster.proxy_url, environment))


def address_of(context: Context) -> str:
    """The server's address, made whole as client-go does (`rest/url_utils.go`).

    Raises KubeconfigError.
    """
    written = context.server
    shown = repr(plain(written, 200))
    where = f"The cluster {plain(context.cluster_name, 100)!r} has the address {shown}"
    try:
        parts = urlsplit(written)
        without_scheme = not (parts.scheme and parts.netloc)
        if without_scheme:
            parts = urlsplit(f"http://{written}")
        if parts.scheme not in ("http", "https"):
            raise KubeconfigError(f"{where}, which must begin with https:// or http://")
        if parts.username is not None:
            raise KubeconfigError(
                f"The address of the cluster {plain(context.cluster_name, 100)!r} holds a user or "
                "a password: they belong to a user of the kubeconfig"
            )
        host, port = parts.hostname or "", parts.port
        if not host or port == 0 or (without_scheme and parts.path not in ("", "/")):
            raise KubeconfigError(f"{where}, which is none")
        if any(sign.isspace() or not sign.isprintable() for sign in written):
            raise KubeconfigError(f"{where}, which holds a space or another sign not allowed there")
        if ":" not in host:
            host.encode("idna")  # as opening a connection will
        address = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        parse_url(address)
    except (ValueError, LocationParseError) as error:  # UnicodeError is a ValueError
        raise KubeconfigError(f"{where}, which is none: {_what(error)}") from error
    return address


def _what(error: Exception) -> str:
    return "its port is none" if "port" in str(error).lower() else "its host is no name"


def _trust(context: Context) -> Trust:
    cluster = context.cluster
    who = f"the cluster {plain(context.cluster_name, 100)!r}"
    file, data = cluster.certificate_authority, cluster.certificate_authority_data
    if file and data:
        raise KubeconfigError(
            f"For {who} certificate-authority and certificate-authority-data are both given: "
            "take one out"
        )
    if (file or data) and cluster.insecure_skip_tls_verify:
        raise KubeconfigError(
            f"For {who} a certificate authority is given and insecure-skip-tls-verify as well: "
            "take one out"
        )
    authorities = pem_of(file, data, f"The certificate authority of {who}")
    trust = Trust(authorities, cluster.insecure_skip_tls_verify, cluster.tls_server_name or None)
    try:
        tls_context(trust)
    except PemError as error:
        raise KubeconfigError(f"The certificate authority of {who} {error}") from error
    return trust


def pem_of(file: str, data: str, what: str) -> bytes | None:
    """What a file holds, or the base64 `data`; None where neither is given.

    Raises KubeconfigError, a sentence that begins with `what`.
    """
    if data:
        try:
            return b64decode("".join(data.split()), validate=True)
        except ValueError as error:
            raise KubeconfigError(f"{what} is not valid base64") from error
    if not file:
        return None
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no file can have that name"
        raise KubeconfigError(f"{what} cannot be read from {plain(file, 300)}: {why}") from error
