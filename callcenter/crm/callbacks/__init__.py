"""Callbacks: the calls that we owe."""
