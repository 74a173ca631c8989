"""The node table: model, columns, view, filter, selection and cell painting.

Actions on nodes are in `verbs`, the connection is in `window`.
"""
