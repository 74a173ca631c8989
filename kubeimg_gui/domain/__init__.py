"""The image storage of nodes, its changes and their meaning.

Standard library only: no Qt, no Kubernetes client, no I/O and no clock, so that all faces and all
tests share one definition.
"""
