"""Reports upward: drawn up from live figures, frozen, signed, kept (ORG-021)."""

import datetime as dt
import hashlib
from typing import Annotated, Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.identity.actions.notices import notify
from zhike.identity.models import User
from zhike.identity.queries import add_working_days, end_of_day, holders, supervisors
from zhike.interactions.actions import raise_todo, settle_todos
from zhike.kernel import kinds
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Conflict
from zhike.kernel.events import emit
from zhike.kernel.policy_store import in_force
from zhike.teamwork.events import ReportSigned
from zhike.teamwork.models import StatusReport
from zhike.teamwork.policies import ReportFacts, UpwardReport
from zhike.teamwork.queries import figures_of, report_paper
from zhike.trust.queries import actor_for

Status = StatusReport.Status
URL = "/teamwork/statusreport/"


def draw_up_reports(on: dt.date | None = None) -> int:
    """Draw up the past month's report of everybody who reports; returns how many were missing."""
    day = on or timezone.localdate()
    params = in_force(UpwardReport.id, day)[1]
    period = UpwardReport().decide(ReportFacts(today=day), params).outcome
    if period is None:
        return 0
    first, last = (dt.date.fromisoformat(period[name]) for name in ("starts_on", "ends_on"))
    people = User.unscoped.filter(pk__in=holders(*params.roles, on=day))
    written = StatusReport.unscoped.filter(starts_on=first, ends_on=last, archived_at=None)
    due = add_working_days(day, params.sign_within_days)
    by, count = SYSTEM(reason=UpwardReport.id), 0
    for person in people.exclude(pk__in=written.values("owner_id")).order_by("pk"):
        with recorded(by, "teamwork.draw_up_reports"):
            draw_up(person, first, last, by=by, due_on=due)
            count += 1
    return count


def draw_up(
    person: User, first: dt.date, last: dt.date, *, by: Actor, due_on: dt.date
) -> StatusReport:
    """Draw up one person's report with the figures that he may see, for his superior."""
    author = actor_for(person, channel="job")
    above = supervisors(person.pk)
    with translation.override("zh-hans"):
        title = _("客户关系管理情况报告 %s") % f"{first:%Y-%m}"
        row = StatusReport(
            title=title, starts_on=first, ends_on=last, owner=person, unit_id=author.unit_id,
            superior_id=above[0] if above else None, snapshot=_taken(author, first, last),
        )  # fmt: skip
        store(row, by=by)
        raise_todo(
            _key(row), _("签发：%s") % title, owner_id=person.pk, due_at=end_of_day(due_on), by=by,
            link=f"{URL}{row.pk}/", policy_id=UpwardReport.id,
        )  # fmt: skip
    return row


def _taken(author: Actor, first: dt.date, last: dt.date) -> dict[str, Any]:
    at = timezone.localtime()
    return {"sections": figures_of(author, first, last), "taken_at": f"{at:%Y-%m-%d %H:%M}"}


def _is_draft(row: StatusReport, by: Actor) -> bool:
    return bool(row.status == Status.DRAFT) and row.owner_id == by.user_id


@action(
    "teamwork.refresh_report",
    on=StatusReport,
    title=gettext_lazy("重新取数"),
    icon="refresh",
    available=_is_draft,
)
def refresh_report(row: StatusReport, *, by: Actor) -> StatusReport:
    """Take the figures anew while the report is not signed."""
    with translation.override("zh-hans"):
        row.snapshot = _taken(by, row.starts_on, row.ends_on)
    return store(row, by=by, fields=["snapshot"])


@action(
    "teamwork.sign_report",
    on=StatusReport,
    title=gettext_lazy("签发"),
    icon="signature",
    confirm=gettext_lazy("签发后报告不能再修改，并报送上级。"),
    available=_is_draft,
)
def sign_report(
    row: StatusReport,
    *,
    by: Actor,
    remark: Annotated[str, kinds.LongText(gettext_lazy("说明"), max_length=4_000, blank=True)] = "",
) -> StatusReport:
    """Sign the report: its PDF and the hash of it are kept and never change.

    Raises:
        Conflict: nobody stands above the author, so that there is no one to report to.
    """
    if row.superior_id is None:
        above = supervisors(row.owner_id or 0)
        if not above:
            raise Conflict(_("没有可以报送的上级，请先维护部门负责人。"))
        row.superior_id = above[0]
    row.remark = remark or row.remark
    row.signed_by_id, row.signed_at, row.status = by.user_id, timezone.now(), Status.SIGNED
    with translation.override("zh-hans"):
        row.pdf = report_paper(row)
    row.digest = hashlib.sha256(bytes(row.pdf)).hexdigest()
    fields = ["remark", "signed_by", "signed_at", "status", "pdf", "digest", "superior"]
    store(row, by=by, fields=fields)
    settle_todos([_key(row)], by=by, result=str(Status.SIGNED.label))
    title = _("%(who)s 报送：%(title)s") % {"who": by.name, "title": row.title}
    notify([row.superior_id], title, by=by, icon="report", url=f"{URL}{row.pk}/")
    emit(ReportSigned(row.pk, row.digest), by=by)
    return row


@action(
    "teamwork.receive_report",
    on=StatusReport,
    verb="view",
    title=gettext_lazy("已阅"),
    icon="eye-check",
    available=lambda row, by: row.status == Status.SIGNED and row.superior_id == by.user_id,
)
def receive_report(row: StatusReport, *, by: Actor) -> StatusReport:
    """The superior has read it."""
    row.status = Status.RECEIVED
    return store(row, by=by, fields=["status"])


def _key(row: StatusReport) -> str:
    return f"teamwork.report:{row.pk}"
