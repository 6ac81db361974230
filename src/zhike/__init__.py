"""知客 Zhike: the CRM in which the customer-management handbook runs."""

__version__ = "0.1.0"
