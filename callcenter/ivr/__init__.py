"""The flows callers walk: the language (steps, load, check), the walk itself (walk, place), their sound (prompts) and the run on a line."""
