"""Checks of a whole archive, point by point, by code that shares nothing with what wrote it.

Framing, header fields, HTTP messages and digests are read here anew: a fault that reader and writer
had in common would otherwise never be seen.
"""
