"""Requests made for the user: verbs on nodes, access reviews, one node in detail.

Each call blocks its thread and can be cancelled. Nothing here lists or watches.
"""
