"""The writes of this package."""
