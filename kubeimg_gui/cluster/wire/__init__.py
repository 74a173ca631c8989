"""Bytes to records: the protobuf and JSON codecs, their messages, content negotiation, status.

The only package that imports protobuf. It reads from no socket.
"""
