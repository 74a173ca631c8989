"""Requests that the user asks for: verbs on nodes, access reviews, one node in detail.

Each call blocks its thread; another thread can cancel it. Nothing here lists or watches, and
nothing imports Qt.
"""
