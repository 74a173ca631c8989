"""HAProxy and nginx, as Debian ships them, before the API server of a test.

Their configurations are those that Kubernetes' own documents give, or the defaults of the program.
"""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.controlplane.control_plane import HOST, ControlPlane, Server, free_ports

HAPROXY = """
global
    maxconn 100

# The time-outs of "Options for Software Load Balancing" in kubeadm's ha-considerations.md.
defaults
    mode tcp
    timeout connect 5s
    timeout client 20s
    timeout server 20s

frontend apiserver
    bind {host}:{port}
    default_backend apiservers

backend apiservers
    server only {host}:{server_port}
"""

NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr;

events {{}}

http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;

    server {{
        listen {host}:{port} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {key};

        # All else is nginx's default: proxy_buffering is on, proxy_read_timeout is 60s.
        location / {{
            proxy_pass https://{host}:{server_port};
        }}
    }}
}}
"""

_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))


def proxies_are_installed() -> bool:
    """Whether both programs are here."""
    return None not in (_program("haproxy"), _program("nginx"))


@contextmanager
def haproxy(control_plane: ControlPlane, folder: Path) -> Generator[str, None, None]:
    """Runs HAProxy in TCP mode; yields the URL of the API server through it."""
    (port,) = free_ports(1)
    config = folder / "haproxy.cfg"
    config.write_text(HAPROXY.format(host=HOST, port=port, server_port=control_plane.port))
    with _running(
        [str(_program("haproxy")), "-f", str(config)], port, control_plane, folder
    ) as url:
        yield url


@contextmanager
def nginx(control_plane: ControlPlane, folder: Path) -> Generator[str, None, None]:
    """Runs nginx, which terminates TLS; yields the URL of the API server through it."""
    (port,) = free_ports(1)
    config = folder / "nginx.conf"
    config.write_text(
        NGINX.format(
            folder=folder,
            host=HOST,
            port=port,
            server_port=control_plane.port,
            certificate=control_plane.credentials.server_certificate,
            key=control_plane.credentials.server_key,
        )
    )
    command = [str(_program("nginx")), "-e", "stderr", "-p", str(folder), "-c", str(config)]
    with _running(command, port, control_plane, folder) as url:
        yield url


@contextmanager
def _running(
    command: list[str], port: int, control_plane: ControlPlane, folder: Path
) -> Generator[str, None, None]:
    url = f"https://{HOST}:{port}"
    log = folder / "proxy.log"
    server = Server(command, log, f"{url}/readyz", control_plane.credentials.ca_file)
    server.start()
    try:
        yield url
    finally:
        server.stop()


def _program(name: str) -> str | None:
    return shutil.which(name, path=_PLACES)
