"""Text for the window and the commands: sanitizing, redaction, sizes and ages.

Any package may import it; it imports only the standard library and humanize.
"""
