"""Drop the indexes that no query reads from databases that have them.

Fresh databases never get them: the first migrations of all packages say ``db_index=False`` now. Of a
history only the record and the act are looked up; and a foreign key of a Record (every one has an
author) that an index of many columns begins with needs none of its own. Each of them cost a write
of every row.
"""

from django.db import migrations

SPARE = r"""
    SELECT i.indexrelid::regclass::text
      FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid AND c.relnamespace = current_schema()::regnamespace
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     WHERE NOT i.indisunique AND i.indnatts = 1 AND i.indpred IS NULL
       AND c.relname ~ '_id_[0-9a-f]{8}$'
       AND c.relname !~ '^(auth|django|procrastinate|pghistory)_'
       AND (a.attname NOT LIKE 'pgh\_%' AND EXISTS (
                SELECT FROM pg_attribute p
                 WHERE p.attrelid = i.indrelid AND p.attname = 'pgh_obj_id')
            OR EXISTS (
                SELECT FROM pg_index o
                  JOIN pg_attribute p ON p.attrelid = o.indrelid AND p.attname = 'created_by_id'
                 WHERE o.indrelid = i.indrelid AND o.indnkeyatts > 1 AND o.indpred IS NULL
                   AND o.indkey[0] = i.indkey[0]))
"""
DROP = f"""
    DO $$
    DECLARE spare text;
    BEGIN
        FOR spare IN {SPARE} LOOP
            EXECUTE 'DROP INDEX ' || spare;
        END LOOP;
    END $$
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunSQL(DROP, migrations.RunSQL.noop)]
