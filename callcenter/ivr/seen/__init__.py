"""What became of callers in a flow: figures, pictures, who is where now."""
