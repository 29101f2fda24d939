"""People: accounts, sign-in, seats and who sits at them, queues they serve, reasons to pause, dispositions."""
