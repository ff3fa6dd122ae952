"""A server of HTTP quirks that logs its raw bytes, and the archive held against that log."""
