"""Flows in the store: drafts, versions, which one is in use, and their pages."""
