"""Fuzzing of what reads other people's bytes, with atheris: ``make fuzz SECONDS=600``."""
