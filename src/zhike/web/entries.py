"""Lines of a customer's timeline as HTML, made in Python: a page shows twenty of them.

As a template each line cost about a millisecond, most of it for conditions that do not hold.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.html import conditional_escape as e
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from zhike.kernel.timeline import Entry
from zhike.web import badges, formats
from zhike.web.graphics import icon
from zhike.web.marks import when, words

Day = Mapping[str, Any]


def entries_html(days: Sequence[Day], base: str, csrf_token: object) -> SafeString:
    """Return the ``<li>`` of days and entries.

    Args:
        days: each with ``day`` and ``entries``, an entry with its ``source`` and itself.
        base: address of the customer, where a comment returns to.
        csrf_token: of the request, for the comment forms.
    """
    form = _CommentForm(base, csrf_token)
    made = []
    for day in days:
        title = formats.day(day["day"], with_weekday=True)
        made.append(f'<li class="zk-timeline-day">{title}</li>')
        made += [_line(one["source"], one["entry"], form) for one in day["entries"]]
    return mark_safe("".join(made))  # noqa: S308  (every value went through escape)


def _line(source: str, entry: Entry, form: "_CommentForm") -> str:
    talk = source == "interactions"
    anchor = f' id="interaction-{entry.id}"' if talk else ""
    return (
        f'<li class="zk-event"{anchor}><span class="zk-event-node">{icon(entry.icon)}</span>\n'
        f'<div class="zk-event-head">{_title(source, entry)}{_note(entry)}{_signed(entry)}</div>\n'
        f"{_body(entry)}{_talk(entry, form) if talk else ''}</li>"
    )


def _title(source: str, entry: Entry) -> str:
    if not entry.url:
        return f'<b class="zk-w5">{e(entry.title)}</b>'
    kinds = {"orders": _("订单"), "payments": _("回款")}
    kind = f"{kinds[source]} " if source in kinds else ""
    state = entry.more.get("state")
    tail = f" {e(state)}" if state else ""
    return f'<a class="zk-w5 zk-plain" href="{e(entry.url)}">{kind}{e(entry.title)}{tail}</a>'


def _note(entry: Entry) -> str:
    amount = entry.more.get("amount")
    if not entry.note and not amount:
        return ""
    parts = [e(entry.note)] if entry.note else []
    if amount is not None and amount != "":
        parts.append(e(formats.money_short(amount)))
    return f'<span class="zk-ink2 zk-num">{" · ".join(parts)}</span>'


def _signed(entry: Entry) -> str:
    who = f'<span class="zk-muted zk-t12">{e(entry.who)}</span>' if entry.who else ""
    if entry.whole_day:
        return who
    at = timezone.localtime(entry.at)
    return (
        f'{who}<time class="zk-num" datetime="{entry.at.isoformat()}"'
        f' title="{formats.stamp(entry.at)}">{at:%H:%M}</time>'
    )


def _body(entry: Entry) -> str:
    if not entry.body:
        return ""
    more, foot = entry.more, []
    if more.get("next_step_on"):
        step = f"{e(more['next_step'])} · " if more.get("next_step") else ""
        day = formats.day(more["next_step_on"], with_weekday=True)
        foot.append(f'<span class="zk-tag zk-tag-dai">{icon("calendar")}{step}{day}</span>')
    if more.get("attachment"):
        url = f"/interactions/interaction/{entry.id}/attachment/"
        name = e(more["attachment"])
        foot.append(f'<a class="zk-tag" href="{url}">{icon("paperclip")}{name}</a>')
    for number, pk in enumerate(more.get("photos", ()), 1):
        url = f"/interactions/visitphoto/{pk}/image/"
        foot.append(f'<a class="zk-tag" href="{url}">{icon("photo")}{_("照片")} {number}</a>')
    if more.get("position"):
        foot.append(f'<span class="zk-tag zk-num">{icon("map-pin")}{e(more["position"])}</span>')
    foot += [badges.tag(text, tone) for text, tone in entry.tags]
    below = f'<div class="zk-event-foot">{"".join(foot)}</div>' if foot else ""
    text = words(entry.body, entry.names)
    if more.get("findings"):
        text += f'\n<b class="zk-w5">{_("发现")}</b>\n{e(more["findings"])}'
    return f'<div class="zk-event-body"><div class="zk-pre">{text}</div>{below}</div>'


def _talk(entry: Entry, form: "_CommentForm") -> str:
    comments = "".join(_comment(one) for one in entry.more.get("comments", ()))
    edit = ""
    if entry.more.get("mine"):
        url = f"/interactions/interaction/{entry.id}/edit/"
        edit = f'<a class="zk-muted zk-t12" href="{url}">{_("修改")}</a>'
    return (
        f'\n<div class="zk-comments">{comments}\n'
        f'<div class="zk-row zk-row-6 zk-comment-acts">{form.html(entry.id)}{edit}</div></div>'
    )


def _comment(one: Mapping[str, Any]) -> str:
    return (
        f'<div class="zk-comment">{badges.avatar(one["owner_id"], one["who"])}'
        f'<div class="zk-grow"><span class="zk-w5">{e(one["who"])}</span>'
        f' <span class="zk-muted zk-t12">{when(one["at"])}</span>'
        f'<div class="zk-pre">{words(one["text"], one["names"])}</div></div></div>'
    )


class _CommentForm:
    """The form under each communication; only the address differs."""

    def __init__(self, base: str, csrf_token: object) -> None:
        label = _("评论")
        self.start = (
            f'<details class="zk-comment-box"><summary>{icon("message-circle", "zk-i-sm")}{label}'
            "</summary>"
        )
        hidden = f'<input type="hidden" name="csrfmiddlewaretoken" value="{e(csrf_token)}">'
        self.end = (
            f' hx-target="#timeline">{hidden}<input type="hidden" name="next" value="{e(base)}">'
            f'<input class="zk-fc zk-grow" name="text" maxlength="2000" required aria-label="{label}"'
            f' placeholder="{_("写评论，@同事 提醒他")}">'
            f'<button class="zk-btn zk-btn-sm" type="submit">{_("发送")}</button></form></details>'
        )

    def html(self, pk: int) -> str:
        """Return the form of one communication."""
        url = f"/interactions/interaction/{pk}/comment/"
        return f'{self.start}<form action="{url}" method="post" hx-post="{url}"{self.end}'
