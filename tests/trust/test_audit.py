import pytest
from django.db import DatabaseError, connection, transaction

from tests.identity.world import BY, GOOD, actor, person, signed_in
from zhike.kernel.errors import Forbidden
from zhike.trust.actions import anchor_audit, note_audit, verify_chain
from zhike.trust.models import AuditEntry
from zhike.trust.queries import audit_entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(settings, tmp_path):
    settings.AUDIT_ANCHORS = tmp_path / "anchors.jsonl"
    return [note_audit("export", by=BY, resource="sales.order", details={"n": n}) for n in range(6)]


def without_trigger(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE trust_auditentry DISABLE TRIGGER trust_audit_append_only")
        cursor.execute(sql, values)
        cursor.execute("ALTER TABLE trust_auditentry ENABLE TRIGGER trust_audit_append_only")


@pytest.mark.parametrize(
    "sql", ["UPDATE trust_auditentry SET actor = 'x'", "DELETE FROM trust_auditentry"]
)
def test_the_database_refuses_change_and_deletion(trail, sql):
    refused = pytest.raises(DatabaseError, match="append-only")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verify_chain().whole
    assert AuditEntry.objects.count() == 6


@pytest.mark.parametrize(
    "column",
    [
        "actor = 'x'",
        "succeeded = false",
        "details = '{}'",
        "at = at + interval '1 second'",
        "object_id = 7",
        "user_id = NULL, kind = 'x'",
    ],
)
def test_alteration_is_found(trail, column):
    without_trigger(f"UPDATE trust_auditentry SET {column} WHERE id = %s", trail[2].pk)
    assert verify_chain().broken_at == trail[2].pk


def test_deletion_in_the_middle_is_found(trail):
    without_trigger("DELETE FROM trust_auditentry WHERE id = %s", trail[2].pk)
    assert verify_chain().broken_at == trail[3].pk


def test_insertion_and_reordering_are_found(trail):
    without_trigger("UPDATE trust_auditentry SET id = id + 1000 WHERE id = %s", trail[1].pk)
    assert not verify_chain().whole


def test_a_cut_off_end_is_found_by_the_anchor(trail):
    assert verify_chain().whole
    anchor_audit()
    without_trigger("DELETE FROM trust_auditentry WHERE id >= %s", trail[4].pk)
    assert verify_chain().missing_anchor == trail[5].pk


def test_an_act_without_its_audit_does_not_happen(monkeypatch):
    from zhike.identity import journal
    from zhike.identity.actions.people import create_user
    from zhike.identity.models import User

    monkeypatch.setattr(journal, "_writers", [])
    with pytest.raises(RuntimeError):
        create_user(User, {"username": "x", "display_name": "x"}, by=BY)
    assert not User.unscoped.filter(username="x").exists()


def test_only_the_audit_administrator_reads_the_trail(trail):
    for code in ("system_administrator", "security_administrator", "crm_owner"):
        with pytest.raises(Forbidden):
            audit_entries({}, by=actor(person(code[:6], code)))
    auditor = actor(person("aud", "audit_administrator"))
    assert audit_entries({"kind": "export"}, by=auditor).count() == 6
    assert audit_entries({"kind": "export", "succeeded": "0"}, by=auditor).count() == 0


def test_a_refusal_is_audited():
    browser = signed_in(person("li", "sales"))
    browser.raise_request_exception = False
    browser.get("/audit/")
    entry = AuditEntry.objects.get(kind="refused")
    assert (entry.resource, entry.details["verb"], entry.succeeded) == (
        "trust.auditentry",
        "view",
        False,
    )
    assert GOOD not in str(entry.details)
