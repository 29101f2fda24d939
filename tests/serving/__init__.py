"""Running the centre: settings, check, the commands, start and stop."""
