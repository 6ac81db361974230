"""A need is recorded, answered, analysed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.customers.models import Person
from zhike.interactions.actions import settle_todos
from zhike.kernel import kinds
from zhike.kernel.actions import action, create_record, edit_record, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.events import emit
from zhike.needs.actions.links import LINKED, keep_links
from zhike.needs.actions.todos import open_todo
from zhike.needs.events import NeedAnalysed, NeedAnswered, NeedRecorded
from zhike.needs.models import Need
from zhike.needs.models.need import CLOSED, Kano, NeedType, Status
from zhike.needs.policies import AnswerTime
from zhike.needs.queries.answers import decide_answer, due_at

SHIPPED_TYPES = (
    ("业务需求", "流程、交期、账期、合作方式等"),
    ("产品需求", "品种、规格、包装、质量等"),
    ("技术需求", "配方、工艺、检测、技术支持等"),
)


def ensure_types(*, by: Actor) -> int:
    """Write the types that ship with the product where there is none at all; returns how many."""
    if NeedType.unscoped.exists():
        return 0
    with recorded(by, "needs.ensure_types"):
        for name, note in SHIPPED_TYPES:
            store(NeedType(name=name, note=note), by=by)
    return len(SHIPPED_TYPES)


def create_need(model: type[Need], values: Mapping[str, Any], *, by: Actor) -> Need:
    """Record a need: the clock of the first answer starts, and its to-do is opened.

    Raises:
        Invalid: as of every form, or a person who belongs to another customer.
    """
    with recorded(by, "needs.need.create"):
        row = create_record(model, values, by=by)
        _check(row)
        keep_links(row, by=by)
        row.answer_due_at = due_at(row)
        store(row, by=by, fields=["answer_due_at", *LINKED])
        _ask_for_answer(row, by)
        emit(NeedRecorded(row.customer_id, row.pk), by=by)
    return row


def _check(row: Need) -> None:
    """Refuse links that do not belong together."""
    errors: dict[str, list[str]] = {}
    if row.person is not None and not _belongs(row.person, row.customer_id):
        errors["person"] = [_("提出人应为该客户的联系人，请重新选择。")]
    if row.project is not None and row.project.customer_id != row.customer_id:
        errors["project"] = [_("项目应属于该客户，请重新选择。")]
    if row.type.archived_at is not None:
        errors["type"] = [_("这个需求类型已停用，请选择其他类型。")]
    if errors:
        raise Invalid(fields=errors)


def _belongs(person: Person, customer_id: int) -> bool:
    mine = person.customer_id == customer_id
    return mine or person.affiliations.filter(customer_id=customer_id).exists()


def _ask_for_answer(row: Need, by: Actor) -> None:
    open_todo(
        f"needs.answer:{row.pk}", _("首次答复：%s") % row.title, by=by, owner_id=row.owner_id,
        due=row.answer_due_at, unit_id=row.unit_id, customer_id=row.customer_id,
        policy_id=AnswerTime.id, facts={"need": row.pk},
    )  # fmt: skip


def edit_need(
    model: type[Need],
    target: "Need | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Need:
    """Correct what was recorded; another priority moves the deadline of the first answer.

    Raises:
        Conflict: the need is closed. Invalid: as of every form.
    """
    with recorded(by, "needs.need.edit"):
        row = edit_record(model, target, values, by=by, version=version)
        if row.status in CLOSED:
            raise Conflict(_("需求已关闭，不能再修改；客户有新的要求请另行登记。"))
        _check(row)
        if keep_links(row, by=by):
            store(row, by=by, fields=[*LINKED])
        if row.answered_at is None and (deadline := due_at(row)) != row.answer_due_at:
            row.answer_due_at = deadline
            store(row, by=by, fields=["answer_due_at"])
            _ask_for_answer(row, by)
    return row


def note_answer(row: Need, text: str, *, by: Actor) -> list[str]:
    """Take the first answer down if there was none, close its to-do; returns the changed fields."""
    if row.answered_at is not None:
        return []
    row.answered_at, row.answer = timezone.now(), text
    outcome = decide_answer(row).outcome
    row.answer_minutes = outcome["minutes"]
    settle_todos([f"needs.answer:{row.pk}"], by=by)
    emit(NeedAnswered(row.customer_id, row.pk, outcome["state"] == "met"), by=by)
    return ["answered_at", "answer", "answer_minutes"]


def is_open(row: Need, by: Actor) -> bool:  # noqa: ARG001  (the signature of ``available``)
    """Tell whether the need is neither confirmed nor declined."""
    return row.status not in CLOSED


@action(
    "needs.answer_need",
    on=Need,
    title=lazy("首次答复"),
    icon="message-plus",
    available=lambda row, by: row.answered_at is None and is_open(row, by),
)
def answer_need(
    row: Need, *, by: Actor, text: Annotated[str, kinds.LongText(lazy("答复内容"), max_length=2000)]
) -> Need:
    """Say that the customer has a first answer, and what it was (NEED-015).

    Raises:
        Invalid: no text.
    """
    if not (text or "").strip():
        raise Invalid(fields={"text": [_("请写下给客户的答复。")]})
    return store(row, by=by, fields=note_answer(row, text.strip(), by=by))


@action(
    "needs.analyse_need",
    on=Need,
    title=lazy("分析需求"),
    icon="report-analytics",
    available=lambda row, by: row.status in (Status.RECORDED, Status.ANALYSED),  # noqa: ARG005
)
def analyse_need(
    row: Need,
    *,
    by: Actor,
    importance: Annotated[int, kinds.Integer(lazy("重要度（1–10）"), minimum=1, maximum=10)],
    satisfaction: Annotated[int, kinds.Integer(lazy("现状满意度（1–10）"), minimum=1, maximum=10)],
    effort: Annotated[int, kinds.Integer(lazy("投入（人日）"), minimum=1, maximum=100_000)],
    value: Annotated[Decimal, kinds.Money(lazy("涉及金额"))],
    fit: Annotated[int, kinds.Integer(lazy("战略契合度（1–5）"), minimum=1, maximum=5)],
    kano: Annotated[
        str, kinds.Choice(lazy("KANO 分类"), choices=Kano.choices, max_length=12, blank=True)
    ] = "",
    theme: Annotated[str, kinds.Text(lazy("需求主题"), max_length=60, blank=True)] = "",
    analysis: Annotated[str, kinds.LongText(lazy("分析结论"), blank=True)] = "",
) -> Need:
    """Class and weigh a need (NEED-008); may be done again until something is promised.

    Raises:
        Invalid: a figure outside its range, an amount below zero.
    """
    if value < 0:
        raise Invalid(fields={"value": [_("涉及金额不能为负数。")]})
    row.importance, row.satisfaction, row.effort, row.fit = importance, satisfaction, effort, fit
    row.value, row.kano, row.theme = value, kano or "", (theme or row.theme or "").strip()
    row.analysis, row.status = analysis or row.analysis, Status.ANALYSED
    store(
        row, by=by,
        fields=["importance", "satisfaction", "effort", "fit", "value", "kano", "theme",
                "analysis", "status"],
    )  # fmt: skip
    emit(NeedAnalysed(row.customer_id, row.pk), by=by)
    return row
