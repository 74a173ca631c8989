"""The activity panel: a list of changes, newest first, with filter and export.

Entries are kept in memory only. Notifications are in `notify`.
"""
