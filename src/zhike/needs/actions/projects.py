"""A project goes on."""

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.kernel import kinds
from zhike.kernel.actions import action, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit
from zhike.needs.events import StageChanged
from zhike.needs.models import Project

Stage = Project.Stage


@action(
    "needs.move_project",
    on=Project,
    title=lazy("推进阶段"),
    icon="progress",
    available=lambda row, by: row.stage not in (Stage.RUNNING, Stage.STOPPED),  # noqa: ARG005
)
def move_project(
    row: Project,
    *,
    by: Actor,
    stage: Annotated[str, kinds.Choice(lazy("项目阶段"), choices=Stage.choices, max_length=12)],
    reason: Annotated[str, kinds.Text(lazy("说明"), max_length=200, blank=True)] = "",
) -> Project:
    """Move a project to another stage; going back or stopping needs a word of reason.

    Raises:
        Invalid: the stage it is in, or no reason where one is needed.
    """
    order = list(Stage)
    if stage == row.stage:
        raise Invalid(fields={"stage": [_("项目已在这个阶段。")]})
    back = order.index(Stage(stage)) < order.index(Stage(row.stage))
    if (back or stage == Stage.STOPPED) and not reason.strip():
        raise Invalid(fields={"reason": [_("退回或终止项目，请写明原因。")]})
    old, row.stage = row.stage, stage
    store(row, by=by, fields=["stage"])
    emit(StageChanged(row.customer_id, row.pk, str(old), str(stage)), by=by)
    return row
