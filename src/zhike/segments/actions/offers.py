"""Recommendations of strategy cards as to-dos: one kind for each customer, by the rule (SEG-038)."""

import datetime as dt
import json

from django.db import connection

from zhike.kernel.actions import recorded
from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force
from zhike.sales.queries import COUNTS
from zhike.segments.actions.cards import members_sql, todo_values
from zhike.segments.models import ClassCard
from zhike.segments.policies import DevelopmentOffer
from zhike.surveys.queries import by_customer

# ruff: noqa: S608  (the statement is put together from constants only)
FIELDS = {"product": "product_offer", "personal": "personal_offer", "added": "added_offer"}


def recommend(on: dt.date, by: Actor) -> int:
    """Make the to-dos of all cards that recommend something; returns how many.

    As with a card's own to-do, a customer gets the next one ``cadence_days`` after the last, and
    never a second while one is open. A kind for which the card has no words makes none.
    """
    rule = DevelopmentOffer()
    version, params = in_force(rule.id, on)
    scores = json.dumps({str(pk): str(score) for pk, score in by_customer(on).items()})
    made = 0
    with recorded(by, "segments.recommend"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('segments.cards'))")
        for card in ClassCard.unscoped.filter(archived_at__isnull=True).order_by("id"):
            texts = {kind: str(getattr(card, name)) for kind, name in FIELDS.items()}
            if not any(texts.values()):
                continue
            values = todo_values(card, on, by) | params.model_dump() | {
                "texts": json.dumps(texts), "scores": scores, "policy": rule.id,
                "version": version.pk if version else None,
            }  # fmt: skip
            cursor.execute(_MAKE.format(members=members_sql(card), kind=rule.sql()), values)
            made += cursor.rowcount
    return made


_MAKE = f"""
    WITH known AS (
        SELECT c.id, c.owner_id, c.unit_id, 'card:' || %(card)s || ':offer:' || c.id AS source_key,
               (%(scores)s::jsonb ->> c.id::text)::numeric AS satisfaction,
               (SELECT count(*) FROM sales_order
                 WHERE customer_id = c.id AND {COUNTS} AND amount > 0 AND ordered_on <= %(on)s
                   AND ordered_on > (%(on)s::date - interval '1 year')::date) AS orders
          FROM customers_customer c
         WHERE c.archived_at IS NULL AND c.owner_id IS NOT NULL AND {{members}}),
    chosen AS (SELECT *, {{kind}} AS kind FROM known)
    INSERT INTO interactions_todo (version, extra, created_at, updated_at, created_by_id,
           updated_by_id, title, customer_id, family, status, due_at, owner_id, unit_id, policy_id,
           policy_version_id, source_key, facts, result, link)
    SELECT 1, '{{{{}}}}', %(now)s, %(now)s, %(user)s, %(user)s, %(texts)s::jsonb ->> kind, id,
           'task', 'open', %(due)s, owner_id, unit_id,
           %(policy)s, %(version)s, source_key, jsonb_build_object('card', %(card)s::bigint,
           'scheme', %(scheme)s::text, 'code', %(code)s::text, 'kind', kind,
           'satisfaction', satisfaction, 'orders', orders), '', ''
      FROM chosen
     WHERE %(texts)s::jsonb ->> kind <> '' AND NOT EXISTS (
           SELECT 1 FROM interactions_todo t
            WHERE t.customer_id = chosen.id AND t.source_key = chosen.source_key
              AND (t.status = 'open' OR t.created_at > %(now)s - make_interval(days => %(days)s)))
    ON CONFLICT (source_key) WHERE status = 'open' AND NOT source_key = '' DO NOTHING"""
