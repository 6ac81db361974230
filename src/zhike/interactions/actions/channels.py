"""Registers that the product ships and administrators keep: channels, checklist points."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.interactions.models import Channel, ChecklistItem, ContactChannel, forget_channels
from zhike.interactions.models.channels import ICONS
from zhike.interactions.queries.ceiling import CLASS_OF
from zhike.kernel.actions import create_record, edit_record, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Invalid

# code -> (purpose, hours, working days only, needs consent)
SHIPPED: dict[str, tuple[str, str, bool, bool]] = {
    Channel.NOTE: ("记录与客户有关的进展，不计入沟通上限", "", False, False),
    Channel.CALL: ("日常跟进、紧急事项", "08:30-18:00", True, False),
    Channel.VISIT: ("重点客户维护、现场技术服务", "08:30-18:00", True, False),
    Channel.WECOM: ("日常答疑、发送资料与通知", "08:30-20:30", False, True),
    Channel.MAIL: ("报价、合同与技术资料", "", False, False),
    Channel.MEETING: ("需求会、评审与年度回顾", "08:30-18:00", True, False),
    Channel.SMS: ("到货与账期提醒", "09:00-20:00", False, True),
    Channel.SOCIAL: ("公众号、视频号等平台的互动", "08:30-20:30", False, False),
    Channel.FAX: ("盖章文件往来", "08:30-18:00", True, False),
    Channel.POST: ("样品、合同原件与贺卡", "", False, False),
    Channel.EVENT: ("客户答谢会、技术交流会等活动", "", False, True),
}
POINTS = (
    ("plan", "ready", "目的、议题与资料准备充分"), ("dress", "ready", "着装与名片得体"),
    ("time", "ready", "准时到达"), ("eyes", "body", "目光交流自然"),
    ("posture", "body", "坐姿端正，手势适度"), ("face", "body", "表情与语气友善"),
    ("distance", "body", "座位与距离合适"), ("listen", "speech", "先听后说，不打断客户"),
    ("ask", "speech", "提问开放，追问到位"), ("plain", "speech", "用客户听得懂的话"),
    ("sum", "close", "当场复述要点"), ("next", "close", "约定下一步与日期"),
)  # fmt: skip


def ensure_registers() -> int:
    """Write the shipped channels and checklist points that are missing; returns how many.

    What an administrator renamed or disabled stays as he left it.
    """
    by = SYSTEM(reason="shipped registers")
    with recorded(by, "interactions.ensure_registers"):
        known = set(ContactChannel.unscoped.values_list("code", flat=True))
        fresh: list[Any] = [
            ContactChannel(
                code=str(code), title=str(Channel(code).label), icon=ICONS[Channel(code)],
                channel_class=CLASS_OF.get(Channel(code), "message"), purpose=purpose,
                hours=hours, working_days=working, needs_consent=consent, rank=10 * number,
            )
            for number, (code, (purpose, hours, working, consent)) in enumerate(SHIPPED.items(), 1)
            if code not in known
        ]  # fmt: skip
        held = set(ChecklistItem.unscoped.values_list("code", flat=True))
        fresh += [
            ChecklistItem(code=code, group=group, text=text, rank=10 * number)
            for number, (code, group, text) in enumerate(POINTS, 1)
            if code not in held
        ]
        for row in fresh:
            store(row, by=by)
        _forget()
    return len(fresh)


def create_channel(
    model: type[ContactChannel], values: Mapping[str, Any], *, by: Actor
) -> ContactChannel:
    """Register a channel; it is offered in the composer at once."""
    row = create_record(model, values, by=by)
    _forget()
    return row


def edit_channel(
    model: type[ContactChannel],
    target: ContactChannel | int,
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> ContactChannel:
    """Change a channel; its code stays, for old records carry it.

    Raises:
        Invalid: another code was given.
    """
    pk = target.pk if isinstance(target, ContactChannel) else target
    given = dict(values)
    code = given.pop("code", None)
    known = model.unscoped.filter(pk=pk).values_list("code", flat=True).first()
    if code is not None and known is not None and str(code).strip() != known:
        raise Invalid(fields={"code": [_("代码保存后不能改：已有记录在用；不再使用请停用。")]})
    row = edit_record(model, pk, given, by=by, version=version)
    _forget()
    return row


def _forget() -> None:
    forget_channels()
    transaction.on_commit(forget_channels)
