"""The numbers callers dial: hotlines, their hours, the queues they lead to; and telephone numbers in one form."""
