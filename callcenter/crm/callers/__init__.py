"""Callers beyond their customers: who keys in his number, and who is turned away before any flow."""
