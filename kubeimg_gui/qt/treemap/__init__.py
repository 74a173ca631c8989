"""The treemap: what fills the nodes, as areas."""
