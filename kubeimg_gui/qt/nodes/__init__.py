"""The node table: model, columns, view, filter, selection and cell painting.

It shows what it is given. Acting on nodes is in `verbs`, the connection in `window`.
"""
