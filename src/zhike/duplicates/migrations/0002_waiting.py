"""Whoever writes customers or persons, also in bulk, leaves a note of whose keys are out of date."""

from django.db import migrations

COLUMNS = {
    "customer": "name, short_name, credit_code, phone, email, website, address, archived_at",
    "person": "name, mobile, email, wecom, id_number, birthday, customer_id, archived_at",
}


def forward(kind: str) -> str:
    changed = ", ".join(f"OLD.{name}" for name in COLUMNS[kind].split(", "))
    to = changed.replace("OLD.", "NEW.")
    return f"""
CREATE FUNCTION duplicates_{kind}_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO duplicates_waiting (kind, record_id) VALUES ('{kind[0]}', NEW.id)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE FUNCTION duplicates_{kind}_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO duplicates_waiting (kind, record_id) SELECT '{kind[0]}', id FROM added
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER duplicates_written AFTER UPDATE OF {COLUMNS[kind]} ON customers_{kind}
    FOR EACH ROW WHEN (({changed}) IS DISTINCT FROM ({to}))
    EXECUTE FUNCTION duplicates_{kind}_written();
CREATE TRIGGER duplicates_added AFTER INSERT ON customers_{kind}
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION duplicates_{kind}_added();
INSERT INTO duplicates_waiting (kind, record_id) SELECT '{kind[0]}', id FROM customers_{kind};
"""


def backward(kind: str) -> str:
    return f"""
DROP TRIGGER duplicates_written ON customers_{kind};
DROP TRIGGER duplicates_added ON customers_{kind};
DROP FUNCTION duplicates_{kind}_written();
DROP FUNCTION duplicates_{kind}_added();
"""


class Migration(migrations.Migration):
    dependencies = [("duplicates", "0001_initial"), ("customers", "0002_numbering")]
    operations = [migrations.RunSQL(forward(kind), backward(kind)) for kind in COLUMNS]
