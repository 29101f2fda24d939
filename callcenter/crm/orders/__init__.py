"""Orders: what a customer ordered, what he was allotted, and where it is now."""
