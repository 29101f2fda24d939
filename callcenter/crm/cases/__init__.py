"""Cases: what a customer asked for or complained of, until it is closed."""
