"""Composition root: settings, addresses, command line, database server, supervisor."""
