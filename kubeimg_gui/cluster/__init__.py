"""The only room that talks to the Kubernetes API.

Everything above it sees records, changes and states; sockets, credentials, wire formats and
their failures end here.
"""
