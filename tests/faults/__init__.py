"""Hostile hosts beside good ones in one crawl, and an audit of all that it left."""
