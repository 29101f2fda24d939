"""Surveys: what callers answered after the call."""
