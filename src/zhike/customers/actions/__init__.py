"""Actions on customers."""
