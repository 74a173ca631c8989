"""The images of the selected nodes: model and panel."""
