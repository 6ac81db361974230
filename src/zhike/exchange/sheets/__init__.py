"""Spreadsheets as files: read, write, template, write-back; no models, no database.

Hostile files are only ever parsed in a child process with limits (``sandbox``, ``child``).
Modules that the child imports know nothing of Django, so that it starts fast and small.
"""
