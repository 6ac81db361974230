"""Advance notice of a downgrade to the owners (SEG-032), set by set."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

_INSERT = """
    INSERT INTO identity_notice (version, extra, created_at, updated_at, created_by_id,
           updated_by_id, user_id, title, body, url, icon)
    SELECT 1, '{{}}', %(now)s, %(now)s, %(user)s, %(user)s, owner_id,
           left(format(%(title)s, name), 200),
           format(%(body)s, held_label, ruled_label, ends_on) || %(ask)s,
           '/customers/customer/' || customer_id || '/', 'hourglass'
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


def write_notices(cursor: Any, scheme: str, params: Any, values: dict[str, Any]) -> None:  # noqa: ARG001
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
    cursor.execute(_INSERT.format(source=_BEGUN), bound)
    due = _ENDING.split("    SELECT customer_id, owner_id", 1)
    head, tail = due[0], "    SELECT customer_id, owner_id" + due[1]
    cursor.execute(head + _INSERT.format(source=tail), bound)
