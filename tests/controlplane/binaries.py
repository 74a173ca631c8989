"""The control plane's binaries: etcd, kube-apiserver and kubectl, built from the public Go modules.

No package provides them, so `make cluster` builds them once, pinned by go.mod and go.sum
beside this file, into a cache folder named by their versions. Run as a script it needs nothing
but Python and Go.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MODULE = Path(__file__).parent
PACKAGES = {
    "etcd": "go.etcd.io/etcd/server/v3",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kubectl": "k8s.io/kubernetes/cmd/kubectl",
}
NEEDED = ("etcd", "kube-apiserver")
"""What a folder must hold to be used; kubectl may also come from elsewhere."""
KUBECTL_VERSION = (1, 28)
"""The oldest kubectl that the tests run with."""
JSON_V2_GO = (1, 27)
"""From this Go on encoding/json is another one, with which the server's OpenAPI breaks."""


class BuildError(Exception):
    """The binaries cannot be built; the text says why in a sentence."""


def assets() -> Path:
    """The folder of the binaries: what KUBEBUILDER_ASSETS names, else where `build` puts them."""
    given = os.environ.get("KUBEBUILDER_ASSETS")
    return Path(given) if given else _cache_folder()


def are_complete(folder: Path) -> bool:
    """Whether a control plane can be started from a folder."""
    return all(os.access(folder / name, os.X_OK) for name in NEEDED)


def kubectl_command() -> str | None:
    """The kubectl under test: the one built with the control plane, else a recent installed one."""
    own = assets() / "kubectl"
    if os.access(own, os.X_OK):
        return str(own)
    found = shutil.which("kubectl")
    if found is None:
        return None
    done = subprocess.run(
        [found, "version", "--client", "-o", "json"], capture_output=True, text=True, check=False
    )
    version = re.search(r'"gitVersion": "v(\d+)\.(\d+)', done.stdout)
    return found if version and (int(version[1]), int(version[2])) >= KUBECTL_VERSION else None


def pinned(module: str) -> str:
    """The version of a module that go.mod requires, such as `v1.37.2`."""
    line = rf"^(?:require |\t){module} (v\S+)"
    required = re.search(line, (MODULE / "go.mod").read_text(), re.MULTILINE)
    assert required is not None
    return required[1]


def build() -> Path:
    """Build the missing binaries and return their folder. Raises BuildError."""
    folder = assets()
    if are_complete(folder):
        return folder
    if os.environ.get("KUBEBUILDER_ASSETS"):
        raise BuildError(
            f"KUBEBUILDER_ASSETS is {folder}, which does not hold {' and '.join(NEEDED)}; unset "
            "it to have them built"
        )
    go = _go()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder.parent) as temporary:
        whole = Path(temporary) / folder.name
        whole.mkdir()
        for name, package in PACKAGES.items():
            _build(go, package, whole / name)
        shutil.rmtree(folder, ignore_errors=True)
        whole.rename(folder)  # only whole folders are ever seen under this name
    return folder


def build_client_go() -> Path:
    """The informer that benchmarks compare with, as its source is now. Raises BuildError."""
    binary = assets() / "client-go-informer"
    _build(_go(), "./clientgo", binary)
    return binary


def _cache_folder() -> Path:
    caches = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    versions = f"kubernetes-{pinned('k8s.io/kubernetes')}-etcd-{pinned(PACKAGES['etcd'])}"
    return Path(caches).expanduser() / "kubeimg" / versions


def _go() -> str:
    """The go command. Raises BuildError if Go is missing or too old."""
    wanted = re.search(r"^go (\d+\.\d+)", (MODULE / "go.mod").read_text(), re.MULTILINE)
    assert wanted is not None
    advice = f"the control plane is built with Go {wanted[1]} or newer: install it and try again"
    go = shutil.which("go")
    if go is None:
        raise BuildError(f"Go is not installed; {advice}")
    if _version(go) < tuple(map(int, wanted[1].split("."))):
        raise BuildError(f"the Go on this machine is too old; {advice}")
    return go


def _version(go: str) -> tuple[int, int]:
    """Of the toolchain that will build; (0, 0) where it does not say."""
    # An older Go that may fetch a newer one says the version of that.
    done = subprocess.run(
        [go, "env", "GOVERSION"], cwd=MODULE, capture_output=True, text=True, check=False
    )
    found = re.match(r"go(\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _build(go: str, package: str, binary: Path) -> None:
    """Build one binary, saying how long it took. Raises BuildError."""
    began = time.monotonic()
    version = f"k8s.io/component-base/version.gitVersion={pinned('k8s.io/kubernetes')}"
    environment = {**os.environ, "CGO_ENABLED": "0"}
    if _version(go) >= JSON_V2_GO:
        environment["GOEXPERIMENT"] = "nojsonv2"
    options = ("-trimpath", "-buildvcs=false", "-ldflags", f"-s -w -X {version}", "-o", str(binary))
    done = subprocess.run(
        [go, "build", *options, package], cwd=MODULE, env=environment, check=False
    )
    if done.returncode:
        raise BuildError(f"{binary.name} could not be built; Go's own words are above")
    size = binary.stat().st_size / 2**20
    sys.stdout.write(f"{binary.name}: {size:.0f} MiB in {time.monotonic() - began:.0f} s\n")
    sys.stdout.flush()


def main() -> int:
    """Build, and say where; the exit code."""
    try:
        folder = build()
    except BuildError as error:
        sys.stderr.write(f"{error}.\n")
        return 1
    sys.stdout.write(f"The control plane is in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
