"""What a node's image storage is and how it changes.

Pure values and functions of the standard library: no Qt, no network, no clock, so that every
face of kubeimg and every test means the same by the same word.
"""
