"""The outlets and their stories as TOML, one file an outlet; ``words.toml`` is the site furniture.

All text was written for this project. Places, people and events are invented.
"""
