"""Notifications: digest, message, tray icon, D-Bus, do not disturb.

It decides when to notify and what to say. The activity panel is in `activity`.
"""
