"""The language of flows: its words, how they are read, what their slots say. Pure."""
