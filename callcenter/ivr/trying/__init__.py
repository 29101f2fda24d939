"""A flow tried out by hand on a page."""
