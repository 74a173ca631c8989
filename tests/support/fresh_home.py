"""kubeimg as a new user starts it: in an empty home folder, against servers that are scripted."""

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
class FreshHome:
    """A home folder that a test fills, and servers that stop when the test ends."""

    folder: Path
    stack: ExitStack = field(default_factory=ExitStack)

    def write(self, text: str) -> Path:
        path = self.folder / "config"
        path.write_text(text, encoding="utf-8")
        return path

    def kubeconfig(
        self,
        server: str,
        user: dict[str, Any] | None = None,
        authority: trustme.CA | None = None,
    ) -> Path:
        """Write a kubeconfig whose context `here` points to `server`."""
        cluster = {"server": server}
        if authority:
            cluster["certificate-authority"] = "authority.pem"
            authority.cert_pem.write_to_path(str(self.folder / "authority.pem"))
        document = {
            "current-context": "here",
            "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": cluster}],
            "users": [{"name": "u", "user": user or {}}],
        }
        return self.write(yaml.safe_dump(document))

    def serve(self, script: Script, certificate: trustme.LeafCert | None = None) -> str:
        """Start a server, with TLS if a certificate is given; returns its URL."""
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
        """Start kubeimg in this home, without a display and without proxy settings.

        Kills the process if it still runs at the end of the block.
        """
        kept = {"PATH", "PYTHONPATH", "SYSTEMROOT", "COVERAGE_PROCESS_START"}
        environment = {name: value for name, value in os.environ.items() if name in kept}
        environment |= {
            "HOME": str(self.folder),
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
        """Run kubeimg to its end; returns the exit code, standard output and standard error."""
        with self.start(*arguments, **more) as process:
            out, errors = process.communicate(timeout=LIMIT_SECONDS)
            return process.returncode, out or "", errors


def answer(request: Request) -> None:
    """Answer with a list of one node."""
    request.answer(list_json(node_json("n0")))


def is_safe(text: str) -> bool:
    """Whether the text holds no traceback and no terminal control character."""
    return "Traceback" not in text and text.replace("\n", "").isprintable()
