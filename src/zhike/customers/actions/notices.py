"""Advance notice of a downgrade to the owners (SEG-032): found set by set, told at once."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from zhike.identity.actions.notices import Message, notify_many
from zhike.kernel.actor import Actor

_TELL = """
    SELECT owner_id, format(%(title)s, name),
           format(%(body)s, held_label, ruled_label, ends_on) || %(ask)s,
           '/customers/customer/' || customer_id || '/'
      FROM ({source}) n WHERE owner_id IS NOT NULL"""
_LABEL = "COALESCE(%(labels)s::jsonb ->> {0}, {0})"
_BEGUN = f"""
    SELECT customer_id, owner_id, name, {_LABEL.format("held")} held_label,
           {_LABEL.format("ruled")} ruled_label, %(on)s::date + %(grace)s::int ends_on
      FROM zk_grading WHERE step = 'grace'"""  # noqa: S608
# The grace is told again shortly before it ends; a manual adjustment is told then only.
_ENDING = f"""
    WITH due AS (
        UPDATE customers_gradeassessment a SET noticed_on = %(on)s
          FROM customers_customer c
         WHERE c.id = a.customer_id AND a.scheme = %(scheme)s AND a.valid_to IS NULL
           AND a.origin IN ('grace', 'override') AND a.noticed_on IS NULL
           AND a.ruled_grade <> a.grade AND a.valid_from < %(on)s::date
           AND a.expires_on - %(on)s::date BETWEEN 0 AND %(notice)s
           AND (cardinality(%(ids)s::bigint[]) = 0 OR c.id = ANY(%(ids)s))
     RETURNING a.customer_id, c.owner_id, c.name, a.grade, a.ruled_grade, a.expires_on)
    SELECT customer_id, owner_id, name, {_LABEL.format("grade")} held_label,
           {_LABEL.format("ruled_grade")} ruled_label, expires_on ends_on FROM due"""  # noqa: S608


def write_notices(cursor: Any, params: Any, values: dict[str, Any], by: Actor) -> None:
    """Tell each owner whose customer entered the grace of a downgrade, or is about to leave it.

    The title takes the customer's name; the body both grades and the last day.
    """
    import json

    with translation.override("zh-hans"):
        ask = _("请在此之前告知客户。") if params.notify_customer else ""
        bound = {
            **values,
            "labels": json.dumps({code: params.label(code) for code in params.codes()}),
            "notice": params.notice_days,
            "ask": ask,
            "title": _("%s 即将降级").replace("%%", "%"),
            "body": _("按现有数据应由 %s 降为 %s，原级别保留至 %s。"),
        }
    due = _ENDING.split("    SELECT customer_id, owner_id", 1)
    head, tail = due[0], "    SELECT customer_id, owner_id" + due[1]
    for sql in (_TELL.format(source=_BEGUN), head + _TELL.format(source=tail)):
        cursor.execute(sql, bound)
        found = cursor.fetchall()
        notify_many(
            [Message([owner], title, body, url, "hourglass") for owner, title, body, url in found],
            by=by,
        )
