"""Notifications: digest, message, tray icon, D-Bus, do not disturb.

The activity panel is in `activity`; what a digest holds and when it is due, in `domain`.
"""
