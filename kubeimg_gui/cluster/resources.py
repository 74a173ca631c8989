"""What kubeimg lists and watches, and where the API server serves it."""

NODES_PATH = "/api/v1/nodes"
