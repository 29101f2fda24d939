"""The store: engine, session, base of all tables."""
