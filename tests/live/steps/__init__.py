"""Every word of the flow language on the real Asterisk: callers dial by SIPp, press keys, and what they hear is listened to."""
