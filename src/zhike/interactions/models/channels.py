"""The register of channels (COM-001): what may be used, and what old records still mean.

The titles are wanted wherever a communication is shown, so each process remembers the register and
reads it again after ``CHANNELS_REREAD_SECONDS`` (None: only when it is changed in this process).
"""

import re
import time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext_lazy as _

from zhike.kernel import kinds
from zhike.kernel.records import Record
from zhike.kernel.scope import Granted

HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


class Channel(models.TextChoices):
    """The channels that ship with the product, by code."""

    CALL = "call", _("通话")
    VISIT = "visit", _("拜访")
    MEETING = "meeting", _("会议")
    MAIL = "mail", _("邮件")
    WECOM = "wecom", _("企微")
    NOTE = "note", _("跟进")
    SMS = "sms", _("短信")
    SOCIAL = "social", _("社交媒体")
    FAX = "fax", _("传真")
    POST = "post", _("邮寄")
    EVENT = "event", _("活动")


class ChannelClass(models.TextChoices):
    """What the ceiling of contacts counts together; notes are never counted."""

    VISIT = "visit", _("当面")
    CALL = "call", _("通话")
    MESSAGE = "message", _("消息")
    NONE = "none", _("不计入")


def day_hours(value: str) -> None:
    """Refuse what is not a span of the day such as 08:30-18:00."""
    if value and not HOURS.fullmatch(value):
        raise ValidationError(_("应写成 08:30-18:00 的样子"))


class ContactChannel(Record):
    """One registered channel: who answers for it, when and what for it may be used."""

    scope = Granted()
    title_field = "title"

    code = kinds.Code(_("代码"), max_length=10, unique=True)
    title = kinds.Text(_("名称"), max_length=20)
    icon = kinds.Text(_("图标"), max_length=30, default="message", editable=False)
    channel_class = kinds.Choice(
        _("计入"), choices=ChannelClass.choices, default=ChannelClass.MESSAGE, max_length=8
    )
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    hours = kinds.Text(_("可用时段"), max_length=11, blank=True, validators=[day_hours])
    working_days = kinds.Bool(_("仅工作日"), default=False)
    purpose = kinds.Text(_("用途"), max_length=120, blank=True)
    needs_consent = kinds.Bool(_("须客户同意"), default=False)
    active = kinds.Bool(_("启用"), default=True)
    rank = kinds.Integer(_("顺序"), default=100, minimum=0, maximum=9999)

    class Meta(Record.Meta):
        verbose_name = _("沟通渠道")

    def __str__(self) -> str:
        return str(self.title)


_known: dict[str, Any] = {"at": None, "rows": ()}


def forget_channels() -> None:
    """Read the register anew at the next use in this process."""
    _known.update({"at": None, "rows": (), "stale": True})


def _rows() -> tuple[tuple[str, str, str, bool], ...]:
    """Return (code, title, icon, active) of the register, as this process knows it."""
    age = settings.CHANNELS_REREAD_SECONDS
    old = _known["at"] is None or (age is not None and time.monotonic() - _known["at"] > age)
    if old and (age is not None or _known.get("stale")):
        found = ContactChannel.unscoped.order_by("rank", "id")
        try:
            with transaction.atomic():
                rows = tuple(found.values_list("code", "title", "icon", "active"))
        except DatabaseError:  # the table is not there yet: checks before the first migration
            rows = ()
        _known.update({"at": time.monotonic(), "rows": rows, "stale": False})
    return _known["rows"]  # type: ignore[no-any-return]


def channel_choices() -> list[tuple[str, Any]]:
    """Return every channel that a record may carry, the disabled ones included."""
    return [*_choices(_rows())]


@lru_cache(maxsize=2)  # asked for each channel of a timeline
def _choices(rows: tuple[Any, ...]) -> tuple[tuple[str, Any], ...]:
    shipped: dict[str, Any] = dict(Channel.choices)
    names = {code: shipped.get(code) or title for code, title, _icon, _active in rows}
    return tuple({**shipped, **names}.items())


def usable_channels() -> list[tuple[str, str, str]]:
    """Return (code, title, icon) of the channels that may be used now, in their order."""
    shipped: dict[str, Any] = dict(Channel.choices)
    rows = _rows()
    if rows:
        return [(c, str(shipped.get(c) or t), icon) for c, t, icon, active in rows if active]
    order = (Channel.NOTE, Channel.CALL, Channel.VISIT, Channel.WECOM, Channel.MAIL,
             Channel.MEETING, Channel.SMS, Channel.SOCIAL, Channel.FAX, Channel.POST,
             Channel.EVENT)  # fmt: skip
    return [(str(c.value), str(c.label), ICONS[c]) for c in order]


ICONS = {
    Channel.CALL: "phone", Channel.VISIT: "map-pin", Channel.MEETING: "users-group",
    Channel.MAIL: "mail", Channel.WECOM: "brand-wechat", Channel.NOTE: "pencil",
    Channel.SMS: "message", Channel.SOCIAL: "world-share", Channel.FAX: "printer",
    Channel.POST: "package", Channel.EVENT: "calendar-event",
}  # fmt: skip


def channel_icon(code: str) -> str:
    """Return the icon of a channel, also of one that is no longer used."""
    found = {one: icon for one, _title, icon, _active in _rows()}
    return found.get(code) or ICONS.get(
        Channel(code) if code in Channel.values else Channel.NOTE, "message"
    )
