"""The image storage of nodes, its changes and their meaning.

Standard library only: no Qt, no Kubernetes client, no I/O and no clock, so that the window, the
commands and the tests share one definition.
"""
