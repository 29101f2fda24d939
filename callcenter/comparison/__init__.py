"""Whether the floor and the record agree with what Asterisk shows of itself and writes down itself."""
