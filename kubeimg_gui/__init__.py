"""kubeimg: what container images do to the disks of Kubernetes nodes, live.

`resources/docs/architecture.md` describes the packages; import-linter checks their imports.
"""

from pathlib import Path

__version__ = "0.1.0"


def resources_folder() -> Path:
    """Returns the folder of kubeimg's data files: in the package, or beside it in a checkout."""
    package = Path(__file__).parent
    packaged = package / "resources"
    return packaged if packaged.is_dir() else package.parent / "resources"
