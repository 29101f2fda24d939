"""Asterisks that are not ours: no marks, no agents, other contexts. What is done on them is known, and their AMI streams are kept."""
