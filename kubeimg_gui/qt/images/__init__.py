"""The images of one node: model and panel."""
