"""Reads of needs: for rules, for pages, and the texts of documents."""
