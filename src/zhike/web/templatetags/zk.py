"""Template tags and filters: ``{% load zk %}``. See docs/how-to/build-a-page.md."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zhike.web import badges, bundle, entries, facts, formats, graphics, marks, monogram, table

register = template.Library()

register.filter("money", formats.money)
register.filter("money_short", formats.money_short)
register.filter("number", formats.number)
register.filter("percent", formats.percent)
register.filter("delta", formats.delta)
register.filter("trend", formats.trend)
register.filter("quantity", formats.quantity)
register.filter("day", formats.day)
register.filter("iso_day", formats.iso_day)
register.filter("stamp", formats.stamp)
register.filter("ago", formats.ago)
register.filter("left", formats.left)
register.filter("days_left", formats.days_left)
register.filter("lunar", formats.lunar)
register.filter("weekday", formats.weekday)
register.filter("file_size", formats.file_size)

register.simple_tag(graphics.icon, name="icon")
register.simple_tag(graphics.sparkline, name="sparkline")
register.simple_tag(graphics.bar, name="bar")
register.simple_tag(graphics.ring, name="ring")
register.simple_tag(badges.grade, name="grade")
register.simple_tag(badges.life, name="life")
register.simple_tag(badges.severity, name="severity")
register.simple_tag(badges.tag, name="tag")
register.simple_tag(badges.avatar, name="avatar")
register.simple_tag(badges.company, name="company")
register.simple_tag(badges.rule, name="rule")
register.simple_tag(table.pager, name="pager")
register.simple_tag(marks.when, name="when")
register.simple_tag(marks.words, name="words")
register.simple_tag(bundle.address, name="asset")
register.simple_tag(bundle.is_built, name="assets_built")


@register.filter
def day_weekday(value: date | datetime | None) -> str:
    """Date with its weekday, for planning: ``11月20日 周五``."""
    return formats.day(value, with_weekday=True)


@register.filter
def tint(key: object) -> str:
    """Tint class of an id: ``zk-tint-3``."""
    return f"zk-tint-{monogram.tint(key)}"


@register.filter
def company_monogram(name: str) -> str:
    """First telling character of a company name."""
    return monogram.company_monogram(name)


@register.filter
def person_monogram(name: str, length: int = 1) -> str:
    """Last characters of a person's name."""
    return monogram.person_monogram(name, length)


@register.simple_tag
def clock(
    deadline: datetime, started: datetime | None = None, done: datetime | None = None
) -> SafeString:
    """A deadline that ticks in the browser; without script it shows the state at rendering.

    Args:
        deadline: when it is due.
        started: when it began, for the colour at 25 % and 10 % left.
        done: when it was met; a clock that is done stands still.
    """
    now = done or timezone.now()
    state = formats.urgency(deadline, started or deadline, now=now)
    late = deadline < now
    span = formats.clock(deadline - now)
    text = _("超时 %(span)s") % {"span": span} if late else span
    ticking = format_html(
        ' data-clock="{}" data-clock-start="{}"',
        deadline.isoformat(),
        started.isoformat() if started else "",
    )
    return format_html(
        '<span class="zk-clock{}"{}>{}<span data-clock-text>{}</span></span>',
        f" zk-clock-{state}" if state else "",
        "" if done else ticking,
        graphics.icon("stopwatch"),
        text,
    )


@register.simple_tag(takes_context=True)
def qs(context: template.Context, **changes: Any) -> str:
    """Query string of this page with changes: ``<a href="{% qs page=2 %}">``.

    None or "" removes a key; lists give the key several times.
    """
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            query.setlist(key, [str(item) for item in value])
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def control(field: BoundField) -> SafeString:
    """The widget of a form field with its error and help wired for screen readers."""
    attrs: dict[str, Any] = {}
    described = [
        f"{field.id_for_label}-{part}"
        for part, on in (("error", field.errors), ("help", field.help_text))
        if on
    ]
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def control_kind(field: BoundField) -> str:
    """``check`` for one check box, ``group`` for several controls in one field, else ``plain``."""
    widget = field.field.widget
    if isinstance(widget, (CheckboxSelectMultiple, RadioSelect)):
        return "group"
    return "check" if isinstance(widget, CheckboxInput) else "plain"


@register.simple_tag
def strings_block(**strings: str) -> SafeString:
    """The words of the browser modules, as a JSON block that ts/strings.ts reads."""
    return json_script(strings, "zk-strings")


@register.filter
def is_past(moment: datetime) -> bool:
    """Whether a moment is over."""
    return moment < timezone.now()


@register.filter
def percent_whole(ratio: float | None) -> str:
    """A ratio without decimals: ``55%``."""
    return formats.percent(ratio, 0)


@register.filter
def tone_kept(share: float) -> str:
    """The tone of a share of work done in time, for a bar."""
    return formats.tone_kept(share)


@register.simple_tag
def deadline(due: datetime, started: datetime | None = None) -> SafeString:
    """When a to-do is due: overdue and today as time left, later as a date with its weekday."""
    now = timezone.now()
    state = formats.urgency(due, started or due, now=now)
    tone = "zk-zhu zk-w5" if due < now else {"late": "zk-zhu", "soon": "zk-hu"}.get(state, "")
    near = due < now or timezone.localtime(due).date() == timezone.localtime(now).date()
    text = formats.left(due, now=now) if near else formats.day(due, with_weekday=True)
    return format_html(
        '<time class="{}" datetime="{}" title="{}">{}</time>',
        tone, due.isoformat(), formats.stamp(due), text,
    )  # fmt: skip


@register.simple_tag(takes_context=True, name="entries")
def entries_of(context: template.Context) -> SafeString:
    """The lines of a customer's timeline: ``days``, ``base``."""
    token = context.get("csrf_token", "")
    return entries.entries_html(context["days"], context["base"], token)


@register.simple_tag(takes_context=True, name="fact")
def fact_of(context: template.Context, one: Any, saved: object = False) -> SafeString:
    """A field of a record: ``{% fact one %}``."""
    return facts.fact_html(one, context.get("csrf_token", ""), saved=bool(saved))


@register.simple_tag(takes_context=True, name="masked")
def masked_of(context: template.Context, value: object, reveal_url: str = "") -> SafeString:
    """A masked value with the eye that reveals it: ``{% masked value reveal_url %}``."""
    return facts.masked_html(value, reveal_url, context.get("csrf_token", ""))
