"""Strategy cards: written for each class, and carried out as to-dos of the customers' owners."""

import datetime as dt
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.queries import end_of_day
from zhike.kernel.actions import authorise, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.policy_store import in_force
from zhike.segments.models import ClassCard
from zhike.segments.queries.mix import GRADE_FIELDS, labels


def open_card(scheme: str, code: str, *, by: Actor) -> ClassCard:
    """Return the card of a class, made empty where there is none yet.

    Raises:
        Invalid: no such class. Forbidden: there is none and the actor may not make one.
    """
    if code not in labels(scheme):
        raise Invalid(_("没有这个类别。"))
    row = ClassCard.unscoped.filter(scheme=scheme, code=code, archived_at__isnull=True).first()
    if row is not None:
        return row
    authorise(by, ClassCard.key(), "create")
    with recorded(by, "segments.open_card"):
        return store(ClassCard(scheme=scheme, code=code), by=by)


def carry_out(on: dt.date, by: Actor) -> int:
    """Make the to-dos of all cards that name one, for members without a fresh one; how many.

    A member gets it again ``cadence_days`` after the last was made; without a cadence once.
    """
    made = 0
    rows = ClassCard.unscoped.filter(archived_at__isnull=True).exclude(task="")
    with recorded(by, "segments.carry_out_cards"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('segments.cards'))")
        for card in rows.order_by("id"):
            cursor.execute(_MAKE.format(members=members_sql(card)), todo_values(card, on, by))
            made += cursor.rowcount
    return made


def members_sql(card: ClassCard) -> str:
    """Return the condition on customers ``c`` that are in the card's class."""
    if card.scheme in GRADE_FIELDS:
        return f"c.{GRADE_FIELDS[card.scheme]} = %(code)s"
    return """EXISTS (SELECT 1 FROM segments_classmembership m WHERE m.customer_id = c.id
              AND m.scheme = %(scheme)s AND m.code = %(code)s AND m.valid_to IS NULL)"""


def todo_values(card: ClassCard, on: dt.date, by: Actor) -> dict[str, Any]:
    """Return the parameters of a to-do of the card on a day."""
    version, _params = in_force(card.scheme, on)
    return {
        "scheme": card.scheme, "code": card.code, "card": card.pk, "title": card.task,
        "on": on, "days": card.cadence_days or 36_500, "now": timezone.now(),
        "user": by.user_id, "version": version.pk if version else None,
        "due": end_of_day(on + dt.timedelta(days=min(card.cadence_days or 14, 14))),
    }  # fmt: skip


_MAKE = """
    INSERT INTO interactions_todo (version, extra, created_at, updated_at, created_by_id,
           updated_by_id, title, customer_id, family, status, due_at, owner_id, unit_id, policy_id,
           policy_version_id, source_key, facts, result, link)
    SELECT 1, '{{}}', %(now)s, %(now)s, %(user)s, %(user)s, %(title)s, c.id, 'contact', 'open',
           %(due)s, c.owner_id, c.unit_id, %(scheme)s,
           %(version)s, 'card:' || %(card)s || ':' || c.id,
           jsonb_build_object('card', %(card)s::bigint, 'code', %(code)s::text), '', ''
      FROM customers_customer c
     WHERE c.archived_at IS NULL AND c.owner_id IS NOT NULL AND {members}
       AND NOT EXISTS (
           SELECT 1 FROM interactions_todo t
            WHERE t.customer_id = c.id AND t.policy_id = %(scheme)s
              AND t.source_key = 'card:' || %(card)s || ':' || c.id
              AND (t.status = 'open' OR t.created_at > %(now)s - make_interval(days => %(days)s)))
    ON CONFLICT (source_key) WHERE status = 'open' AND NOT source_key = '' DO NOTHING"""
