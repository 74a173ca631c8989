"""The commands without a window: `nodes` prints a report, `watch` runs until it is stopped."""
