"""Text for every face: sanitizing, redaction, sizes and ages.

Any package may import it; it imports only the standard library and humanize.
"""
