"""The audit trail is append-only for everybody who comes through SQL."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION trust_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are append-only: % refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER trust_audit_append_only BEFORE UPDATE OR DELETE ON trust_auditentry
    FOR EACH ROW EXECUTE FUNCTION trust_audit_is_append_only();
"""
BACKWARD = """
DROP TRIGGER trust_audit_append_only ON trust_auditentry;
DROP FUNCTION trust_audit_is_append_only();
"""


class Migration(migrations.Migration):
    """Refuse UPDATE and DELETE on audit entries."""

    dependencies = [("trust", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
