"""A telephony server for customer-service hotlines."""
