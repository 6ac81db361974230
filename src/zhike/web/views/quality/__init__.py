"""Pages of data quality, and the public pages of those who correct or enter data from outside."""
