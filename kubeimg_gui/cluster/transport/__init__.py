"""Interruptible connections, over the requests that the official client builds.

This package sends requests, turns failures into sentences, and lets another thread close a
connection in any phase. `wire` decodes the bytes.
"""
