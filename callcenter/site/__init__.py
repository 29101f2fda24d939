"""A centre's set-up as one file: queues, hotlines, seats, people and the words they choose from."""
