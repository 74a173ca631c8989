"""Credentials of a request: tokens, client certificates, exec plugins, impersonation.

This package runs exec plugins and refreshes what expires. It sends no request to the API server.
"""
