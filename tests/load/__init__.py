"""A busy centre: more seats and agents than the demo has, and callers in numbers, all of them SIPp."""
