"""The desk: the agent's page, the note of the wrap-up."""
