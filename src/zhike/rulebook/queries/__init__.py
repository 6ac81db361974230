"""Reads of the rule book: documents, versions of rules, differences, schemas of parameters."""
