"""How each kind of step is walked: a caller's place gives the command, what came of it gives the next place. Pure."""
