"""The walk through a flow: places, commands, what comes after what. Pure."""
