"""A demo cluster: an API server on loopback, and a simulation that changes its nodes and images.

It imports no other package of kubeimg, and kubeimg reaches it over HTTP only, so that what works
with it works with a real cluster. The tests use it for the same reason.

It is not a production API server. It serves what kubeimg needs, and `kubectl get, describe,
annotate, label, taint, cordon, drain, delete, patch` and `auth can-i`, on Nodes, Namespaces, Pods,
Events, Leases, DaemonSets and PodDisruptionBudgets:

- Patches are merge patches and strategic merge patches. JSON patches and server-side apply get 415,
  updates (PUT) 405. The server does not record managed fields; it ignores `fieldManager`,
  `fieldValidation` and `force`.
- There is no OpenAPI (404). `kubectl explain` and `kubectl apply` fail; `kubectl create` needs
  `--validate=false`.
- Only Nodes have a schema and validation. Of other kinds only the metadata is checked.
- Everyone may do everything. There are no admission controllers, and evictions ignore disruption
  budgets.
- Nothing is stored on disk. Of the owners of pods only the DaemonSets exist.
"""
