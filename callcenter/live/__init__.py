"""What moves the floor, and what people do to live calls."""
