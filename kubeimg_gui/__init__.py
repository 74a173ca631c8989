"""kubeimg: what container images do to the disks of Kubernetes nodes, live.

`resources/docs/architecture.md` shows the rooms; import-linter contracts check who imports whom.
"""

from pathlib import Path

__version__ = "0.1.0"


def resources_folder() -> Path:
    """Where kubeimg's own files are: in the package when installed, beside it in a checkout."""
    package = Path(__file__).parent
    packaged = package / "resources"
    return packaged if packaged.is_dir() else package.parent / "resources"
