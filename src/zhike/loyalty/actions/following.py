"""What is done when a to-do of this package was ticked off elsewhere."""

from django.utils.translation import gettext as _

from zhike.interactions.models import ToDo
from zhike.kernel.actions import recorded
from zhike.kernel.actor import Actor
from zhike.loyalty.actions.care import finish_care
from zhike.loyalty.actions.establishing import finish_step
from zhike.loyalty.actions.winback import count_contacts
from zhike.loyalty.models import CareItem, RelationStep, WinBackCase


def follow_todo(todo_id: int, *, by: Actor) -> None:
    """Set care, step or contact done behind a to-do that is done; a repeated call does nothing."""
    todo = ToDo.unscoped.filter(pk=todo_id, status=ToDo.Status.DONE).first()
    if todo is None or not todo.source_key.startswith("loyalty."):
        return
    name, _sep, rest = todo.source_key.partition(":")
    pk, result = int(rest.partition(":")[0]), todo.result or _("在待办中完成")
    with recorded(by, "loyalty.follow_todo"):
        if name == "loyalty.care":
            planned = CareItem.unscoped.select_for_update().filter(pk=pk, status="planned")
            for item in planned:
                finish_care(item, result, by=by)
        elif name == "loyalty.step":
            for step in RelationStep.unscoped.select_for_update().filter(pk=pk, status="open"):
                finish_step(step, result, by=by)
        elif name == "loyalty.contact":
            for case in WinBackCase.unscoped.select_for_update().filter(pk=pk, status="planned"):
                count_contacts(case, by=by)
