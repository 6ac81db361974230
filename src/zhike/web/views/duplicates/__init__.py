"""Pages of duplicates: the workbench, the merges, the check for everybody and the live check."""
