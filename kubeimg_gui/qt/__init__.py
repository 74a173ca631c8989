"""The window: models, views and the bridge that brings the informer's news to the GUI thread."""
