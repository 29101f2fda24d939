"""Named actions: what a flow's `do` asks to be done, in Python, with declared inputs and a fixed set of results."""
