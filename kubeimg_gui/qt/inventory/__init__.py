"""The images of the whole cluster: a table, its repositories, one image in detail."""
