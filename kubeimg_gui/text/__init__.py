"""Text that any face may show: plain text, redaction, sizes and ages in words.

Every room may import it. It imports nothing of kubeimg's, and knows neither nodes nor Qt.
"""
