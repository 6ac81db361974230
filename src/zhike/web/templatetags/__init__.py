"""Template tags of the web package."""
