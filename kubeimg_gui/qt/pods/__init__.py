"""Which pods refer to which images: what the other parts of the window ask."""
