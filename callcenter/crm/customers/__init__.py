"""Customers, their contacts and telephone numbers; who is calling."""
