"""The only room that talks to the Kubernetes API.

The rooms above it see records, changes, states and errors. Sockets, credentials, wire formats and
their failures end here.
"""
