"""Which API server to use and as whom: kubeconfig, service account, proxy, endpoint, TLS.

It reads files and the environment. It opens no connection and runs no program.
"""
