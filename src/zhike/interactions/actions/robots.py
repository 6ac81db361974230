"""Group robots: their address, and the messages that they take to a group (COM-018)."""

import hashlib
from collections.abc import Sequence
from typing import Annotated

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.queries import subtree, units_of_people
from zhike.interactions import robots
from zhike.interactions.actions.review_gate import hold_back
from zhike.interactions.models import Robot, RobotMessage
from zhike.kernel import kinds
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.jobs import defer
from zhike.kernel.outcome import Outcome

MOST_ATTEMPTS = 5
SEND = "interactions.send_robot_message"


@action(
    "interactions.set_robot_address",
    on=Robot,
    title=gettext_lazy("设置地址与密钥"),
    icon="key",
)
def set_robot_address(
    row: Robot,
    *,
    by: Actor,
    address: Annotated[str, kinds.Text(gettext_lazy("Webhook 地址"), max_length=400)],
    secret: Annotated[
        str, kinds.Text(gettext_lazy("加签密钥（可不填）"), max_length=200, blank=True)
    ] = "",
) -> Outcome:
    """Write a robot's address and secret. They are kept apart from the history, never shown.

    Raises:
        Invalid: not an address of a known platform.
    """
    try:
        robots.check_address(address)
    except ValidationError as error:
        raise Invalid(fields={"address": list(error.messages)}) from error
    row.address, row.secret, row.configured_at = address, secret, timezone.now()
    store(row, by=by, fields=["address", "secret", "configured_at"])
    return Outcome(_("已设置；地址与密钥不再显示，需要时请重新设置。"))


@action(
    "interactions.test_robot",
    on=Robot,
    title=gettext_lazy("发送测试消息"),
    icon="send",
    available=lambda row, by: bool(row.address),  # noqa: ARG005
)
def test_robot(row: Robot, *, by: Actor) -> Outcome:
    """Send a test message to the group; its fate stands under the robot's messages."""
    _queue(row, _("知客测试消息：%s 已接入。") % row.name, by)
    return Outcome(_("测试消息已排队，结果见消息列表。"))


def tell_robots(user_ids: Sequence[int], text: str, *, by: Actor) -> int:
    """Queue a message in the groups that serve the people's departments; returns how many.

    The text should name people and an address only: a group may hold readers without the right to
    see the customer.
    """
    with recorded(by, "interactions.tell_robots"):
        held = units_of_people(list(user_ids))
        units = {one.unit_id for rows in held.values() for one in rows}
        rows = Robot.unscoped.filter(active=True, archived_at__isnull=True).exclude(address="")
        serving = [
            row for row in rows
            if row.unit_id is None or units & subtree([row.unit_id])
        ]  # fmt: skip
        ids = [row.pk for row in serving]
        facts, key = {"robots": ids, "text": text}, hashlib.sha256(text.encode()).hexdigest()[:16]
        if serving and hold_back(text, facts, key=f"robot:{key}", link="", by=by):
            return 0
        for row in serving:
            _queue(row, text, by)
    return len(serving)


def queue_messages(robot_ids: Sequence[int], text: str, *, by: Actor) -> None:
    """Queue a reviewed message in the groups that still have their robot."""
    rows = Robot.unscoped.filter(pk__in=robot_ids, active=True, archived_at__isnull=True)
    for row in rows.exclude(address=""):
        _queue(row, text, by)


def _queue(row: Robot, text: str, by: Actor) -> None:
    message = store(RobotMessage(robot=row, text=text[:400]), by=by)
    defer(SEND, message_id=message.pk)


def deliver(message_id: int) -> None:
    """Send a waiting message; a failure is noted and raised, so that the job is tried again.

    Raises:
        RobotError: not the last attempt and not hopeless.
    """
    by = SYSTEM(reason=SEND)
    row = RobotMessage.unscoped.select_related("robot").filter(pk=message_id).first()
    if row is None or row.status != RobotMessage.Status.WAITING:
        return
    robot, failure = row.robot, None
    try:
        robots.send(str(robot.platform), robot.address, robot.secret, str(row.text))
    except (robots.RobotError, ValidationError) as error:
        failure = error
    row.attempts += 1
    hopeless = isinstance(failure, ValidationError) or getattr(failure, "hopeless", False)
    if failure is None:
        row.status, row.sent_at, row.error = RobotMessage.Status.SENT, timezone.now(), ""
    else:
        row.error = "；".join(getattr(failure, "messages", [str(failure)]))[:300]
        if hopeless or row.attempts >= MOST_ATTEMPTS:
            row.status = RobotMessage.Status.FAILED
    with recorded(by, SEND):
        store(row, by=by, fields=["attempts", "status", "sent_at", "error"])
    if row.status == RobotMessage.Status.WAITING and failure is not None:
        raise failure
