"""The long forms of tests whose short forms run with the others."""
