"""A demo cluster: an API server on loopback and the story it plays.

It imports no other room and is spoken to over HTTP only, so that whatever works against it works
as it would against a real cluster; the tests use it for the same reason.
"""
