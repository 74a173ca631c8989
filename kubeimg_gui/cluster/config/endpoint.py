"""The endpoint of a server: its URL, how its certificate is verified, and the proxy.

All three come from a kubeconfig's cluster entry and the environment. Unusable values raise an
error here, before anything is sent.
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
        server: the URL, without a slash at the end.
        trust: how the server's certificate is verified.
        proxy: None for a direct connection.
    """

    server: str
    trust: Trust = field(default_factory=Trust)
    proxy: Proxy | None = None

    @property
    def is_secure(self) -> bool:
        """Whether connections use TLS."""
        return self.server.startswith("https:")

    @property
    def host(self) -> str:
        """The server's name or address, for which its certificate must be."""
        return urlsplit(self.server).hostname or ""


def endpoint_of(context: Context, environment: Mapping[str, str] = os.environ) -> Endpoint:
    """Returns the endpoint of a context's server; raises KubeconfigError."""
    server = address_of(context)
    trust = _trust(context) if server.startswith("https:") else Trust()
    return Endpoint(server, trust, proxy_for(server, context.cluster.proxy_url, environment))


def address_of(context: Context) -> str:
    """Returns the server's URL, completed as client-go does (`rest/url_utils.go`).

    Raises KubeconfigError.
    """
    written = context.server
    shown = repr(plain(written, 200))
    subject = f"The server address of the cluster {plain(context.cluster_name, 100)!r}"
    invalid = f"{subject} is not a valid URL: {shown}"
    try:
        parts = urlsplit(written)
        without_scheme = not (parts.scheme and parts.netloc)
        if without_scheme:
            parts = urlsplit(f"http://{written}")
        if parts.scheme not in ("http", "https"):
            raise KubeconfigError(f"{subject} must begin with https:// or http://: {shown}")
        if parts.username is not None:
            raise KubeconfigError(
                f"{subject} contains a user name or a password: move them to a user of the "
                "kubeconfig"
            )
        host, port = parts.hostname or "", parts.port
        if not host or port == 0 or (without_scheme and parts.path not in ("", "/")):
            raise KubeconfigError(invalid)
        if any(char.isspace() or not char.isprintable() for char in written):
            raise KubeconfigError(f"{subject} contains a space or a control character: {shown}")
        if ":" not in host:
            host.encode("idna")  # as opening a connection will
        address = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        parse_url(address)
    except (ValueError, LocationParseError) as error:  # UnicodeError is a ValueError
        part = "port" if "port" in str(error).lower() else "host name"
        raise KubeconfigError(f"{invalid} (invalid {part})") from error
    return address


def _trust(context: Context) -> Trust:
    cluster = context.cluster
    who = f"the cluster {plain(context.cluster_name, 100)!r}"
    file, data = cluster.certificate_authority, cluster.certificate_authority_data
    if file and data:
        raise KubeconfigError(
            f"The kubeconfig gives {who} both certificate-authority and "
            "certificate-authority-data: remove one"
        )
    if (file or data) and cluster.insecure_skip_tls_verify:
        raise KubeconfigError(
            f"The kubeconfig gives {who} both a certificate authority and "
            "insecure-skip-tls-verify: remove one"
        )
    authorities = pem_of(file, data, f"The certificate authority of {who}")
    trust = Trust(authorities, cluster.insecure_skip_tls_verify, cluster.tls_server_name or None)
    try:
        tls_context(trust)
    except PemError as error:
        raise KubeconfigError(f"The certificate authority of {who} {error}") from error
    return trust


def pem_of(file: str, data: str, what: str) -> bytes | None:
    """Returns the base64 `data` decoded, else the content of `file`; None where both are "".

    Raises KubeconfigError, whose text begins with `what`.
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
        reason = getattr(error, "strerror", None) or "the file name is not valid"
        raise KubeconfigError(f"{what} cannot be read from {plain(file, 300)}: {reason}") from error
