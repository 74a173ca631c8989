"""Containers without a registry: a Debian made here for a base, and podman for all the rest.

Everything is kept in one folder: images, configuration, and what runs. It needs root,
because debootstrap does.
"""

import os
import shutil
import subprocess
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = ("debootstrap", "podman", "runc")
BASE = "localhost/debian-made-here"
BUILD_SECONDS = 600


def can_be_used() -> bool:
    """Whether images can be built and run here."""
    return os.geteuid() == 0 and all(map(shutil.which, TOOLS))


class Containers:
    """podman with everything that belongs to it in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        storage, engine = folder / "storage.conf", folder / "containers.conf"
        overlay = "overlay" in Path("/proc/filesystems").read_text()
        storage.write_text(
            textwrap.dedent(f"""\
                [storage]
                driver = "{"overlay" if overlay else "vfs"}"
                graphroot = "{folder / "graph"}"
                runroot = "{folder / "run"}"
                """)
        )
        # Within a container of a CI no limit may be raised, and no network be made.
        engine.write_text(
            textwrap.dedent("""\
                [containers]
                default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
                netns = "host"
                [engine]
                runtime = "runc"
                cgroup_manager = "cgroupfs"
                [network]
                network_backend = "cni"
                """)
        )
        self.environment = {
            **os.environ,
            "CONTAINERS_STORAGE_CONF": str(storage),
            "CONTAINERS_CONF": str(engine),
            "BUILDAH_ISOLATION": "chroot",
        }

    def make_base(self) -> None:
        """Import a minimal Debian 12 as an image."""
        tree = self._folder / "debian"
        self.call("debootstrap", "--variant=minbase", "bookworm", str(tree))
        if authorities := os.environ.get("PIP_CERT"):  # pip needs them here, so it does there
            shutil.copy(authorities, tree / "etc" / "pip-authorities.pem")
            (tree / "etc" / "pip.conf").write_text("[global]\ncert = /etc/pip-authorities.pem\n")
        packed = self._folder / "debian.tar"
        self.call("tar", "-C", str(tree), "-cf", str(packed), ".")
        self.call("podman", "import", "-q", str(packed), BASE)
        shutil.rmtree(tree)
        packed.unlink()

    def make_image(self) -> None:
        """Build the image of kubeimg with `make image`."""
        self.call("make", "image", f"IMAGE_OPTIONS=--build-arg BASE={BASE}")

    def call(self, *command: str) -> str:
        """What it printed; it must not fail."""
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=BUILD_SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run_command(self, *options: str) -> list[str]:
        """The command that runs a container to its end, as restricted as a pod's is."""
        restricted = ("--read-only", "--read-only-tmpfs=false", "--cap-drop=all")
        safe = ("--security-opt=no-new-privileges", "--network=host", "--rm", "-i")
        return ["podman", "run", *restricted, *safe, *options]
