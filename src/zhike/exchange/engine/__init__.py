"""The import engine: fields, mapping, check, write and undo, all set-based.

An import is made of a Resource declaration; this package knows no entity. A Resource may add

* ``import_synonyms``: field name -> words that people write as its header;
* ``prepare_import(columns, fresh)``: static; ``columns`` holds, for a chunk of rows, the full values
  by field name (links as ids), ``fresh`` which rows are new; returns the derived columns, by name;
* ``after_import(ids, *, by)``: static; called in the transaction of each chunk, also by undo, with
  the ids of the records written, so that figures kept on other records follow.
"""
