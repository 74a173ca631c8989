"""The activity panel: what happened, newest first, with filter and export.

It keeps entries in memory only. Notifications are in `notify`.
"""
