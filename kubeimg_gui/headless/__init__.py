"""The faces without a window: one-shot reports and the watch that runs in a terminal or a pod."""
