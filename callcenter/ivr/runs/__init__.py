"""How the commands of a walk are done on a line: sound, keys, rows, and what others are asked."""
