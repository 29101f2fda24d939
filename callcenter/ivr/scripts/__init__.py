"""Flows walked by scripts, without a telephone. Pure."""
