"""A small manager interface: a real TCP server that speaks AMI's bytes, for what a real Asterisk cannot be told to do on time."""

from tests.fake_asterisk.server import FakeAsterisk, event, response

__all__ = ["FakeAsterisk", "event", "response"]
