"""Reads of care and relations: coming occasions, figures, reports."""
