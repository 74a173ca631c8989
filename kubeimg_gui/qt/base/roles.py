"""The roles of the raw values in the models of tables."""

from PySide6.QtCore import Qt

SORT = int(Qt.ItemDataRole.UserRole)
"""The role of the raw value that a column sorts by."""
RAW = SORT + 100
"""The role of a number to export in place of the one for SORT; NaN where there is none."""
