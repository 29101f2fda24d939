"""How the parts of a centre are tied together, one idea a module; nothing else knows all rooms."""
