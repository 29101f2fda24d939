"""Drafts, publishing, rolling back; files in and out."""
