"""Tapes and streams folded again: the calls that they tell, without store and without Asterisk."""
