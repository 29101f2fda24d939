"""The flows callers walk, a folder each way of treating them: read, judged, walked, published, run on a line, spoken, seen."""
