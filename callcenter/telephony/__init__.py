"""All that knows Asterisk: its dialect stops here."""
