"""The window. Each folder is one part of it; `app` starts them, `base` serves them all."""
