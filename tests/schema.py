"""What a database looks like, read from PostgreSQL's own catalogue, so that two can be compared.

What may differ without meaning anything is left out: the order of columns, object ids, and names
that Django makes with a digest (their definitions still count).
"""

import re
from collections import Counter
from collections.abc import Iterable

import psycopg

Schema = dict[str, list[str]]

GENERATED = re.compile(r"\w+_[0-9a-f]{8}(_fk_\w+|_fk|_uniq|_like|_idx|_check)?\b")
OURS = "n.nspname = 'public'"
NOT_OF_AN_EXTENSION = """NOT EXISTS (SELECT FROM pg_depend d
    WHERE d.classid = '{catalogue}'::regclass AND d.objid = {row}.oid AND d.deptype = 'e')"""

# Each lists (what it is called, how it is defined); the generated names in both are blanked.
PARTS = {
    "extensions": "SELECT extname, extversion FROM pg_extension",
    "collations": f"""SELECT c.collname, concat_ws(' ', collprovider, collisdeterministic, collcollate,
            collctype, colllocale, collicurules)
        FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE {OURS}""",
    "relations": f"""SELECT c.relname, concat_ws(' ', c.relkind, c.relpersistence, c.reloptions,
            c.relrowsecurity, c.relreplident, c.relacl, obj_description(c.oid, 'pg_class'),
            CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OURS} AND c.relkind NOT IN ('i', 'S')""",
    "sequences": f"""SELECT c.relname, concat_ws(' ', format_type(s.seqtypid, NULL), s.seqstart,
            s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}""",
    "columns": f"""SELECT c.relname || '.' || a.attname, concat_ws(' ',
            format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attnotnull THEN 'NOT NULL' END, pg_get_expr(v.adbin, v.adrelid),
            nullif(a.attidentity, ''), nullif(a.attgenerated, ''), a.attstorage,
            nullif(a.attcompression, ''), a.attstattarget, l.collname,
            col_description(c.oid, a.attnum))
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef v ON v.adrelid = a.attrelid AND v.adnum = a.attnum
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE {OURS} AND c.relkind NOT IN ('i', 'S') AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": f"""SELECT c.relname || '.' || k.conname, concat_ws(' ',
            pg_get_constraintdef(k.oid), k.condeferrable, k.condeferred, k.convalidated)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OURS} AND k.contype <> 'n'""",  # NOT NULL stands with its column
    "indexes": f"""SELECT c.relname || '.' || i.relname, concat_ws(' ', pg_get_indexdef(i.oid),
            x.indisvalid, x.indisreplident)
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}""",
    "triggers": f"""SELECT c.relname || '.' || t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid),
            t.tgenabled, obj_description(t.oid, 'pg_trigger'))
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS} AND NOT t.tgisinternal""",
    "functions": f"""SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE {OURS} AND p.prokind IN ('f', 'p')
          AND {NOT_OF_AN_EXTENSION.format(catalogue="pg_proc", row="p")}""",
    "types": f"""SELECT t.typname, concat_ws(' ', t.typtype, format_type(t.typbasetype, t.typtypmod),
            t.typnotnull, t.typdefault, (SELECT array_agg(enumlabel ORDER BY enumsortorder)
                FROM pg_enum WHERE enumtypid = t.oid))
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE {OURS} AND t.typtype IN ('e', 'd', 'r')
          AND {NOT_OF_AN_EXTENSION.format(catalogue="pg_type", row="t")}""",
    "policies": "SELECT tablename || '.' || policyname, concat_ws(' ', cmd, qual) FROM pg_policies",
    "statistics": f"""SELECT s.stxname, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s
        JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE {OURS}""",
    "migrations": "SELECT app, name FROM django_migrations",
    "content types": "SELECT app_label, model FROM django_content_type",
}


def schema_of(url: str) -> Schema:
    """Return what the database at an address consists of: part -> sorted ``name: definition``."""
    with psycopg.connect(url) as connection:
        return {part: _lines(connection.execute(query)) for part, query in PARTS.items()}


def differences(one: Schema, other: Schema) -> list[str]:
    """Return what only one of two schemas has, as ``part - line`` and ``part + line``."""
    found = []
    for part in PARTS:
        first, second = Counter(one[part]), Counter(other[part])
        found += [f"{part} - {line}" for line in (first - second).elements()]
        found += [f"{part} + {line}" for line in (second - first).elements()]
    return found


def _lines(rows: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(GENERATED.sub("(generated)", f"{name}: {how}") for name, how in rows)
