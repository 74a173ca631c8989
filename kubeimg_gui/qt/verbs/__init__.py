"""Verbs on nodes: menu, shortcuts, dialogs, jobs and their wording.

Requests are sent by `cluster.actions`; a job awaits them. Nothing here watches the cluster.
"""
