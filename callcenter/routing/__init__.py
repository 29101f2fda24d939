"""Who may be reached, and by whom."""
