"""Access to the Kubernetes API; no other package sends requests to it.

Other packages see records, changes, states and errors. Sockets, credentials and wire formats stay
in this package.
"""
