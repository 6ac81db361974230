"""Pages of the public pool, of tonight's recycling and of the conflict desk."""
