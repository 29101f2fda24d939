"""A flow as a picture (SVG): where its steps stand, how its arrows run, what stands beside them. Pure; `draw` is the way in."""
