"""kubeimg as a stranger starts it: a process in an empty home, and servers that say anything."""

import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
import yaml

from tests.support.scripted_server import Request, ScriptedServer, list_json, node_json

LIMIT_SECONDS = 50.0

Script = Callable[[Request], None]


@dataclass
class Place:
    """A home folder with what a test puts into it, and servers that last as long as the test."""

    home: Path
    stack: ExitStack = field(default_factory=ExitStack)

    def write(self, text: str) -> Path:
        path = self.home / "config"
        path.write_text(text, encoding="utf-8")
        return path

    def kubeconfig(
        self,
        server: str,
        user: dict[str, Any] | None = None,
        authority: trustme.CA | None = None,
    ) -> Path:
        """The context `here`, which leads to `server`, trusted if of that authority."""
        cluster = {"server": server}
        if authority:
            cluster["certificate-authority"] = "authority.pem"
            authority.cert_pem.write_to_path(str(self.home / "authority.pem"))
        document = {
            "current-context": "here",
            "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": cluster}],
            "users": [{"name": "u", "user": user or {}}],
        }
        return self.write(yaml.safe_dump(document))

    def serve(self, script: Script, certificate: trustme.LeafCert | None = None) -> str:
        """The address of a server, which shows the certificate where there is one."""
        scripted = ScriptedServer(script)
        if certificate:
            secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(secure)  # pyright: ignore[reportUnknownMemberType]
            server = scripted._server  # pyright: ignore[reportPrivateUsage]
            server.socket = secure.wrap_socket(server.socket, server_side=True)
        self.stack.enter_context(scripted)
        return scripted.url.replace("http:", "https:") if certificate else scripted.url

    @contextmanager
    def start(
        self, *arguments: str | Path, stdout: Any = subprocess.PIPE, **more: str
    ) -> Generator[subprocess.Popen[str], None, None]:
        """Run kubeimg here, without a display and without what the environment says of networks.

        What still runs at the end is killed.
        """
        kept = {"PATH", "PYTHONPATH", "SYSTEMROOT", "COVERAGE_PROCESS_START"}
        environment = {name: value for name, value in os.environ.items() if name in kept}
        environment |= {
            "HOME": str(self.home),
            "QT_QPA_PLATFORM": "offscreen",
            "RES_OPTIONS": "timeout:1 attempts:1",
            **more,
        }
        with subprocess.Popen(
            [sys.executable, "-m", "kubeimg_gui", *map(str, arguments)],
            env=environment,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def run(self, *arguments: str | Path, **more: Any) -> tuple[int, str, str]:
        """The code, what stood on standard output, and what on standard error."""
        with self.start(*arguments, **more) as process:
            out, errors = process.communicate(timeout=LIMIT_SECONDS)
            return process.returncode, out or "", errors


def answer(request: Request) -> None:
    """One node."""
    request.answer(list_json(node_json("n0")))


def is_safe(text: str) -> bool:
    """Whether no line of it is a traceback, or an order to a terminal."""
    return "Traceback" not in text and text.replace("\n", "").isprintable()
