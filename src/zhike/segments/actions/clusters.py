"""Segments that a model finds: fitted by a job, explained by their centres (SEG-008)."""

import datetime as dt
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.policy_store import in_force
from zhike.segments.models import Segment, SegmentMember
from zhike.segments.policies import ClusterModel
from zhike.segments.queries.clustering import Clustering, cluster
from zhike.segments.queries.facts import bound, facts_sql

RFM = f"""
    SELECT customer_id, days_since_order, orders, annual_spend
      FROM ({facts_sql(limited=False)}) f WHERE orders_ever > 0 ORDER BY customer_id"""  # noqa: S608


def recluster(on: dt.date, by: Actor) -> int:
    """Fit the model to the customers with orders and write its segments; returns how many.

    The segments keep their numbers, the group that spends most being the first; those that the
    model no longer has are put away. Nothing is written where there are too few customers or the
    rule is switched off.
    """
    version, params = in_force(ClusterModel.id, on)
    if not params.active:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(RFM, bound(on))
        rows = cursor.fetchall()
    if len(rows) < params.least:
        return 0
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    values = np.array([[float(v) for v in row[1:]] for row in rows])
    found = cluster(values, params.groups, params.seed, params.rounds)
    with recorded(by, "segments.recluster"):
        there = {row.cluster: row for row in Segment.unscoped.filter(kind=Segment.Kind.CLUSTER)}
        for number in range(len(found.centres)):
            inside = found.labels == number
            row = there.pop(number, None) or Segment(kind=Segment.Kind.CLUSTER, cluster=number)
            row.definition = _explained(found, number, values, params, on, version)
            row.name = row.name or _name(number, row.definition["centre"])  # people may rename it
            row.note, row.archived_at = in_words(row.definition), None
            row.listed_on = timezone.now()
            store(row, by=by)
            _write(row, ids[inside].tolist())
        for gone in there.values():
            if gone.archived_at is None:
                gone.archived_at = timezone.now()
                store(gone, by=by, fields=["archived_at"])
    return len(found.centres)


def _explained(
    found: Clustering, number: int, values: Any, params: Any, on: dt.date, version: Any
) -> dict[str, Any]:
    """Return what the model says of a group: its centre in days, orders and yuan, and itself."""
    inside = values[found.labels == number]
    centre, whole = np.median(inside, axis=0), np.median(values, axis=0)
    return {
        "model": ClusterModel.id, "version": version.pk if version else None,
        "on": on.isoformat(), "seed": params.seed, "groups": len(found.centres),
        "customers": len(values), "size": len(inside),
        "centre": [round(float(one), 2) for one in centre],
        "everybody": [round(float(one), 2) for one in whole],
        "centres": [[round(float(v), 6) for v in one] for one in found.centres],
        "means": [round(float(one), 6) for one in found.means],
        "spreads": [round(float(one), 6) for one in found.spreads],
        "inertia": round(found.inertia, 4),
    }  # fmt: skip


def _name(number: int, centre: list[float]) -> str:
    days, orders, _money = centre
    return _("聚类 %(n)d：约 %(days)d 天前下单、年 %(orders)d 单") % {
        "n": number + 1, "days": round(days), "orders": round(orders),
    }  # fmt: skip


def in_words(definition: dict[str, Any]) -> str:
    """Return the explanation of a group as a sentence."""
    days, orders, money = definition["centre"]
    others = definition["everybody"]
    return _(
        "%(size)d 家；中位：最近下单 %(days)d 天前（全体 %(all_days)d），"
        "近 12 月 %(orders)d 单（%(all_orders)d）、%(money)d 元（%(all_money)d）。"
    ) % {
        "size": definition["size"], "days": round(days), "all_days": round(others[0]),
        "orders": round(orders), "all_orders": round(others[1]), "money": round(money),
        "all_money": round(others[2]),
    }  # fmt: skip


def _write(segment: Segment, ids: list[int]) -> None:
    """Bring the members in line: only customers that come or go are written."""
    mine = SegmentMember.objects.filter(segment=segment)
    with connection.cursor() as cursor:
        mine.exclude(customer_id__in=ids).delete()
        cursor.execute(
            "INSERT INTO segments_segmentmember (segment_id, customer_id)"
            " SELECT %s, unnest(%s::bigint[]) ON CONFLICT DO NOTHING",
            [segment.pk, ids],
        )
