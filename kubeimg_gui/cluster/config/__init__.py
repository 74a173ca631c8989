"""The API server and the user that a context names: kubeconfig, service account, proxy, TLS.

This package reads files and the environment. It opens no connection and runs no program.
"""
