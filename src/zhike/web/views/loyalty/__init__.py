"""Hand-made pages of care and relations."""
