"""The flows' pages by the front door."""
