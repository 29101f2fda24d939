"""The live picture, pure: no clock, no await, the standard library only."""
