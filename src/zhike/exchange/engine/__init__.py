"""The import engine: fields, mapping, check, write and undo, all set-based.

An import is made of a Resource declaration; this package knows no entity. A Resource may add

* ``import_synonyms``: field name -> words that people write as its header;
* ``prepare_import(columns)``: ``columns`` holds, for a chunk of rows, the full values by field name
  (links as ids); returns the server-owned columns that follow, by name;
* ``check_import(columns)``: field name -> row -> message, of rules that kinds cannot know;
* ``after_import(ids, by)``: called in the transaction of each chunk, also by undo, with the ids of
  the records written or put away, so that figures kept on other records follow.
"""
