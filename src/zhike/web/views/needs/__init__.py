"""Hand-made pages of needs."""
