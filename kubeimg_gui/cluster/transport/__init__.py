"""Interruptible connections, over the requests that the official client builds.

It sends requests, maps failures to sentences, and can close a connection from another thread in
any phase. What the bytes mean is the business of `wire`.
"""
