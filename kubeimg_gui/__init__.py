"""kubeimg: what container images do to the disks of Kubernetes nodes, live.

The rooms and who may import whom are drawn in README.md and kept by import-linter contracts.
"""

__version__ = "0.1.0"
