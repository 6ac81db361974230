"""The product-improvement log, and the reviews that changing needs bring to the product team."""

import datetime as dt
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.identity.actions.notices import notify
from zhike.interactions.actions import settle_todos
from zhike.kernel import kinds
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Conflict, Invalid
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force
from zhike.needs.actions.todos import open_todo
from zhike.needs.events import CustomerTold, ImprovementReleased, ReviewAsked
from zhike.needs.models import Improvement, ImprovementNeed, StrategyReview
from zhike.needs.policies import Feedback, ReviewFacts, StrategyReviewRule
from zhike.needs.queries.calendar import after_working_days
from zhike.needs.queries.themes import product_people, theme_counts

Status = Improvement.Status
ReviewStatus = StrategyReview.Status


@action(
    "needs.link_need",
    on=Improvement,
    title=lazy("关联客户需求"),
    icon="link",
    available=lambda row, by: row.status != Status.DROPPED,  # noqa: ARG005
)
def link_need(
    row: Improvement, *, by: Actor, need: Annotated[Any, kinds.Link(lazy("客户需求"), "needs.Need")]
) -> ImprovementNeed:
    """Say that a customer asked for this (NEED-014); told at once if it is released already.

    Raises:
        Invalid: no need, or one that is linked already.
    """
    if need is None:
        raise Invalid(fields={"need": [_("请选择客户需求。")]})
    made = store(ImprovementNeed(improvement=row, need=need), by=by)
    if row.status == Status.RELEASED:
        _ask_to_tell(made, by)
    return made


@action(
    "needs.release_improvement",
    on=Improvement,
    title=lazy("登记上线"),
    icon="arrow-up-circle",
    available=lambda row, by: row.status == Status.PLANNED,  # noqa: ARG005
)
def release_improvement(
    row: Improvement,
    *,
    by: Actor,
    released_on: Annotated[
        dt.date | None, kinds.Date(lazy("上线日期"), null=True, blank=True)
    ] = None,
) -> Improvement:
    """Say that the change is there; each customer who asked gets a "tell them" to-do.

    Raises:
        Invalid: a day in the future.
    """
    day = released_on or timezone.localdate()
    if day > timezone.localdate():
        raise Invalid(fields={"released_on": [_("上线日期不能晚于今天。")]})
    row.status, row.released_on = Status.RELEASED, day
    store(row, by=by, fields=["status", "released_on"])
    asked = ImprovementNeed.unscoped.filter(improvement=row, archived_at__isnull=True)
    links = list(asked.select_related("need", "improvement").order_by("id"))
    for link in links:
        _ask_to_tell(link, by)
    emit(ImprovementReleased(row.pk, len({link.need.customer_id for link in links})), by=by)
    return row


@action("needs.drop_improvement", on=Improvement, title=lazy("不再改进"), icon="ban", danger=True,
        available=lambda row, by: row.status == Status.PLANNED)  # noqa: ARG005  # fmt: skip
def drop_improvement(
    row: Improvement, *, by: Actor, reason: Annotated[str, kinds.Text(lazy("原因"), max_length=200)]
) -> Improvement:
    """Give an improvement up, saying why.

    Raises:
        Invalid: no reason.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": [_("请写明不再改进的原因。")]})
    row.status = Status.DROPPED
    row.change = f"{row.change}\n{_('不再改进：%s') % reason.strip()}"
    return store(row, by=by, fields=["status", "change"])


def _ask_to_tell(link: ImprovementNeed, by: Actor) -> None:
    need, days = link.need, in_force(Feedback.id)[1].tell_days
    title = _("告知客户：%(title)s 已上线") % {"title": link.improvement.title}
    open_todo(
        f"needs.improved:{link.pk}", title, by=by, customer_id=need.customer_id,
        due=after_working_days(timezone.localdate(), days), unit_id=need.unit_id,
        owner_id=need.owner_id, policy_id=Feedback.id,
        facts={"need": need.pk, "improvement": link.improvement_id},
    )  # fmt: skip


@action(
    "needs.tell_improvement",
    on=ImprovementNeed,
    title=lazy("已告知客户"),
    icon="message-2",
    available=lambda row, by: row.told_at is None,  # noqa: ARG005
)
def tell_improvement(row: ImprovementNeed, *, by: Actor) -> ImprovementNeed:
    """Say that the customer who asked knows of the improvement.

    Raises:
        Conflict: it is not released yet.
    """
    if row.improvement.status != Status.RELEASED:
        raise Conflict(_("改进尚未上线，上线后再告知客户。"))
    row.told_at = timezone.now()
    store(row, by=by, fields=["told_at"])
    settle_todos([f"needs.improved:{row.pk}"], by=by)
    emit(CustomerTold(row.need.customer_id, row.need_id), by=by)
    return row


def ask_for_reviews(on: dt.date | None = None) -> int:
    """Put every theme that grew enough before the product team; returns how many are new.

    A theme with an open review, or one decided within the window, is left alone.
    """
    today = on or timezone.localdate()
    version, params = in_force(StrategyReviewRule.id, today)
    by = SYSTEM(reason=StrategyReviewRule.id)
    since = today - dt.timedelta(days=params.window_days)
    made = 0
    with recorded(by, "needs.ask_for_reviews"):
        rows = StrategyReview.unscoped.exclude(theme="")
        known = set(rows.filter(status=ReviewStatus.OPEN).values_list("theme", flat=True))
        known |= set(rows.filter(decided_at__date__gte=since).values_list("theme", flat=True))
        for theme, now, before in theme_counts(today, params.window_days):
            facts = ReviewFacts(customers_now=now, customers_before=before)
            if theme in known or StrategyReviewRule().decide(facts, params).outcome != "review":
                continue
            due = today + dt.timedelta(days=params.decide_days)
            row = StrategyReview(
                title=_("“%(theme)s”：%(now)d 家客户提出（上期 %(before)d 家）")
                % {"theme": theme, "now": now, "before": before},
                theme=theme, facts=facts.model_dump(), policy_version=version, due_on=due,
            )  # fmt: skip
            _ask_for_review(row, by)
            made += 1
    return made


def _ask_for_review(row: StrategyReview, by: Actor) -> None:
    people = product_people()
    row.owner_id = people[0] if people else None
    store(row, by=by)
    title = _("策略评审：%s") % row.title
    open_todo(
        f"needs.review:{row.pk}", title, by=by, due=row.due_on, owner_id=row.owner_id,
        policy_id=StrategyReviewRule.id, facts={"review": row.pk},
    )  # fmt: skip
    notify(people, title, by=by, icon="versions", url=f"/needs/strategyreview/{row.pk}/")
    emit(ReviewAsked(row.pk), by=by)


@action(
    "needs.decide_review",
    on=StrategyReview,
    title=lazy("给出评审结论"),
    icon="gavel",
    available=lambda row, by: row.status == ReviewStatus.OPEN,  # noqa: ARG005
)
def decide_review(
    row: StrategyReview,
    *,
    by: Actor,
    status: Annotated[
        str,
        kinds.Choice(
            lazy("结论"),
            choices=[("adjust", lazy("调整策略")), ("keep", lazy("维持现状"))],
            max_length=10,
        ),
    ],
    decision: Annotated[str, kinds.LongText(lazy("说明"), max_length=5000)],
) -> StrategyReview:
    """Say whether the strategy is adjusted, and how or why not (NEED-012).

    Raises:
        Invalid: no such outcome, no words.
    """
    errors: dict[str, list[str]] = {}
    if status not in (ReviewStatus.ADJUST, ReviewStatus.KEEP):
        errors["status"] = [_("请选择评审结论。")]
    if not decision.strip():
        errors["decision"] = [_("请写明评审的结论与理由。")]
    if errors:
        raise Invalid(fields=errors)
    row.status, row.decision, row.decided_at = status, decision.strip(), timezone.now()
    store(row, by=by, fields=["status", "decision", "decided_at"])
    settle_todos([f"needs.review:{row.pk}"], by=by)
    return row
