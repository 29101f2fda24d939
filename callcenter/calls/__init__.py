"""The record: every call with its legs, segments, steps and recordings, as it was."""
