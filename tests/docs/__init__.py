"""What is written down is true, and what is true is written down."""
