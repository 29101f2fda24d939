"""What can be wrong with a flow that can be read, a module each; `callcenter.ivr.checking.check` asks them all. Pure."""
