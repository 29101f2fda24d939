"""Prompts by name: their texts and sounds in the store, every change a version; the pages on which they are written and recorded."""
