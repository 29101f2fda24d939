"""What is measured: `make bench` prints one line a figure. Numbers are printed, never asserted."""
