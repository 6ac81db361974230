"""How alike two records are: forms of names, keys that bring candidates together, and a score.

Pure functions over plain values and arrays; the live check and the scan of everybody call the same.
"""
