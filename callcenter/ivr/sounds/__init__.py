"""Words as sound files: voices, engines, files of one's own."""
