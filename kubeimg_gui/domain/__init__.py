"""What a node's image storage is, how it changes, and what that means.

Frozen values and pure functions of the standard library: no Qt, no Kubernetes client, no I/O and
no clock of its own, so every face and every test shares one definition.
"""
