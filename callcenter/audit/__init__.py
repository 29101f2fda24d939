"""The audit trail: lines that can be added and checked, never changed."""
