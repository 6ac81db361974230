"""The pages of the rule book (制度中心)."""
