"""Shared by all parts of the window: theme, clocks, tasks, throttle, formatting, translations.

Imports no other part of the window.
"""
