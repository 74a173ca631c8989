"""What every part of the window uses: theme, clocks, tasks, throttle, formatting, guards.

It knows no node, no cluster and no other part of the window.
"""
