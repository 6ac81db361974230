"""The trigger that keeps the ownership ledger, and the ledger of what is there already."""

from django.db import migrations

KEEP = """
CREATE FUNCTION pool_keep_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    said text := nullif(current_setting('zhike.ownership_cause', true), '');
    why text := coalesce(current_setting('zhike.ownership_note', true), '');
BEGIN
    UPDATE pool_ownership SET until = greatest(moment, since), updated_at = moment
     WHERE customer_id = NEW.id AND until IS NULL;
    INSERT INTO pool_ownership (version, extra, created_at, updated_at, created_by_id,
        updated_by_id, customer_id, owner_id, since, cause, note, changed_by_id)
    SELECT 1, '{}', moment, moment, NEW.updated_by_id, NEW.updated_by_id, NEW.id, NEW.owner_id,
        greatest(moment, (SELECT max(until) FROM pool_ownership WHERE customer_id = NEW.id)),
        coalesce(said, 'assigned'), left(why, 200), NEW.updated_by_id;
    IF NEW.owner_id IS NOT NULL THEN
        UPDATE pool_poolentry SET left_at = moment, updated_at = moment, version = version + 1,
            left_as = CASE said WHEN 'claimed' THEN 'claimed' WHEN 'restored' THEN 'restored'
                                ELSE 'assigned' END
         WHERE customer_id = NEW.id AND left_at IS NULL;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER pool_ledger_update AFTER UPDATE OF owner_id ON customers_customer
    FOR EACH ROW WHEN (OLD.owner_id IS DISTINCT FROM NEW.owner_id)
    EXECUTE FUNCTION pool_keep_ledger();

CREATE FUNCTION pool_open_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pool_ownership (version, extra, created_at, updated_at, created_by_id,
        updated_by_id, customer_id, owner_id, since, cause, note, changed_by_id)
    SELECT 1, '{}', now(), now(), n.created_by_id, n.created_by_id, n.id, n.owner_id,
        least(n.created_at, clock_timestamp()), 'created', '', n.created_by_id
    FROM fresh n;
    RETURN NULL;
END
$$;
CREATE TRIGGER pool_ledger_insert AFTER INSERT ON customers_customer
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION pool_open_ledger();
"""

DROP = """
DROP TRIGGER pool_ledger_insert ON customers_customer;
DROP TRIGGER pool_ledger_update ON customers_customer;
DROP FUNCTION pool_open_ledger();
DROP FUNCTION pool_keep_ledger();
"""

KNOWN = """
INSERT INTO pool_ownership (version, extra, created_at, updated_at, customer_id, owner_id, since,
    cause, note)
SELECT 1, '{}', now(), now(), id, owner_id, created_at, 'created', '' FROM customers_customer
"""


class Migration(migrations.Migration):
    dependencies = [("pool", "0001_initial")]

    operations = [
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, DROP),
    ]
