"""The process: application, event loop, windows, session, screenshots, crash reports."""
