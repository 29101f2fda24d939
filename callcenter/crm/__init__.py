"""The CRM store: customers, cases, callbacks, surveys."""
