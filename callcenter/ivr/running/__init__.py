"""Flows run on callers' lines: commands become sound, keys and rows."""
