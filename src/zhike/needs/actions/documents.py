"""The life of a needs document: drafted, edited, submitted, approved by another, delivered, read."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.customers.models import Customer
from zhike.identity.actions.notices import notify
from zhike.kernel import kinds
from zhike.kernel.actions import (
    action,
    archive_record,
    authorise,
    create_record,
    edit_record,
    lock,
    recorded,
    store,
)
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.kernel.events import emit
from zhike.needs.events import DocumentDecided, DocumentDelivered
from zhike.needs.models import Clause, Meeting, Need, NeedsDocument, Project, ProjectMember, Receipt
from zhike.needs.queries.drafting import Draft, draft_clauses, needs_of_meeting

Status = NeedsDocument.Status
EDITABLE = (Status.DRAFT, Status.REJECTED)
MOST_CLAUSES = 200


def _url(row: NeedsDocument) -> str:
    return f"/needs/needsdocument/{row.pk}/"


def _write(row: NeedsDocument, clauses: Sequence[Draft], *, by: Actor) -> NeedsDocument:
    """Store a new document with its clauses."""
    authorise(by, NeedsDocument.key(), "create")
    row.owner_id, row.unit_id = by.user_id, by.unit_id
    store(row, by=by)
    for number, one in enumerate(clauses):
        store(
            Clause(document=row, position=number, heading=one.heading, text=one.text,
                   need_id=one.need_id),
            by=by,
        )  # fmt: skip
    return row


@action(
    "needs.draft_meeting_document",
    on=Meeting,
    verb="view",
    title=lazy("生成需求文档"),
    icon="file-plus",
    available=lambda row, by: row.status == Meeting.Status.HELD,  # noqa: ARG005
)
def draft_meeting_document(row: Meeting, *, by: Actor) -> NeedsDocument:
    """Draft the needs document of a meeting from the needs it discussed (NEED-005).

    Raises:
        Invalid: no need was discussed. Conflict: the meeting has a document already.
    """
    if NeedsDocument.unscoped.filter(meeting=row, archived_at__isnull=True).exists():
        raise Conflict(_("这次会议已有需求文档，请打开它继续编辑或起草新版。"))
    needs = needs_of_meeting(row)
    if not needs:
        raise Invalid(_("议程里还没有客户需求，请先收集待议需求。"))
    made = NeedsDocument(title=_("%s 客户需求文档") % row.title, meeting=row, project=row.project)
    return _write(made, draft_clauses(needs, meeting=row, project=row.project), by=by)


@action(
    "needs.draft_project_document",
    on=Project,
    verb="view",
    title=lazy("生成需求文档"),
    icon="file-plus",
)
def draft_project_document(row: Project, *, by: Actor) -> NeedsDocument:
    """Draft a needs document of a project from its needs.

    Raises:
        Invalid: the project has no need that the actor may see.
    """
    rows = Need.objects.visible_to(by).filter(project=row).select_related("customer", "type")
    made = NeedsDocument(title=_("%s 客户需求文档") % row.name, project=row, customer=row.customer)
    return _write(made, draft_clauses(_some(rows), project=row), by=by)


@action(
    "needs.draft_customer_document",
    on=Customer,
    verb="view",
    title=lazy("生成需求文档"),
    icon="file-plus",
    available=lambda row, by: by.may("needs.needsdocument", "create"),  # noqa: ARG005
)
def draft_customer_document(row: Customer, *, by: Actor) -> Any:
    """Draft a needs document of one customer from the needs that are not closed.

    Raises:
        Invalid: the customer has none that the actor may see.
    """
    from zhike.kernel.outcome import Outcome
    from zhike.needs.models.need import OPEN

    rows = Need.objects.visible_to(by).filter(customer=row, status__in=OPEN)
    needs = _some(rows.select_related("customer", "type"))
    made = NeedsDocument(title=_("%s 客户需求文档") % row, customer=row)
    document = _write(made, draft_clauses(needs), by=by)
    return Outcome(_("已生成需求文档草稿"), url=_url(document))


def _some(rows: Any) -> list[Need]:
    found = list(rows.order_by("id")[:MOST_CLAUSES])
    if not found:
        raise Invalid(_("还没有可写入文档的客户需求，请先登记需求。"))
    return found


def draft_only(row: NeedsDocument) -> None:
    """Refuse a change of a text that was submitted or approved.

    Raises:
        Conflict: the text stands still.
    """
    if row.status not in EDITABLE:
        raise Conflict(_("文档已提交或已批准，条文不能修改；需要修改请起草新版。"))


def create_clause(model: type[Clause], values: Mapping[str, Any], *, by: Actor) -> Clause:
    """Add a clause at the end of a draft.

    Raises:
        Conflict: the document is no draft. Invalid: as of every form.
    """
    with recorded(by, "needs.clause.create"):
        document = values.get("document")
        pk = getattr(document, "pk", document)
        if str(pk or "").isdigit():
            _draft(int(str(pk)[:18]))
        row = create_record(model, values, by=by)
        known = Clause.unscoped.filter(document=row.document).exclude(pk=row.pk)
        last = known.aggregate(n=Max("position"))["n"]
        row.position = 0 if last is None else last + 1
        return store(row, by=by, fields=["position"])


def _draft(document_id: int) -> None:
    """Lock a document's row and refuse unless its text may change; an unknown one is not told."""
    row = NeedsDocument.unscoped.select_for_update().filter(pk=document_id).first()
    if row is not None:
        draft_only(row)


def _draft_of(clause: "Clause | int") -> None:
    pk = clause.pk if isinstance(clause, Clause) else clause
    found = Clause.unscoped.filter(pk=pk).values_list("document_id", flat=True).first()
    if found is not None:
        _draft(found)


def edit_clause(
    model: type[Clause],
    target: "Clause | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Clause:
    """Change a clause of a draft; it stays in its document.

    Raises:
        Conflict: the document is no draft.
    """
    given = {name: value for name, value in values.items() if name != "document"}
    authorise(by, Clause.key(), "change")
    with recorded(by, "needs.clause.edit"):
        lock(Clause, target, by=by, verb="change")
        _draft_of(target)
        return edit_record(model, target, given, by=by, version=version)


def archive_clause(
    model: type[Clause],
    target: "Clause | int",
    *,
    by: Actor,
    version: int | None = None,
    undo: bool = False,
) -> Clause:
    """Take a clause out of a draft, or bring it back.

    Raises:
        Conflict: the document is no draft.
    """
    authorise(by, Clause.key(), "archive")
    with recorded(by, "needs.clause.archive"):
        lock(Clause, target, by=by, verb="archive")
        _draft_of(target)
        return archive_record(model, target, by=by, version=version, undo=undo)


@action("needs.write_clauses", on=NeedsDocument, title=lazy("保存条文"), icon="device-floppy")
def write_clauses(
    row: NeedsDocument, *, by: Actor, clauses: Sequence[Mapping[str, Any]] = (), title: str = ""
) -> NeedsDocument:
    """Replace the text of a draft by clauses in their order.

    Args:
        clauses: ``id`` (of a clause to keep, else a new one), ``heading``, ``text``.

    Raises:
        Conflict: no draft. Invalid: empty headings or texts, too many, or another's clause.
    """
    draft_only(row)
    known = {one.pk: one for one in Clause.unscoped.filter(document=row, archived_at__isnull=True)}
    _check_clauses(clauses, known)
    kept = set()
    for number, one in enumerate(clauses):
        clause = known.get(int(one.get("id") or 0)) or Clause(document=row)
        clause.position = number
        clause.heading, clause.text = one["heading"].strip(), one["text"].strip()
        store(clause, by=by)
        kept.add(clause.pk)
    for pk, clause in known.items():
        if pk not in kept:
            clause.archived_at = timezone.now()
            store(clause, by=by, fields=["archived_at"])
    row.title = title.strip() or row.title
    return store(row, by=by, fields=["title"])


def _check_clauses(clauses: Sequence[Mapping[str, Any]], known: Mapping[int, Clause]) -> None:
    errors: dict[str, list[str]] = {}
    if not clauses:
        errors["clauses"] = [_("文档至少要有一条条文。")]
    if len(clauses) > MOST_CLAUSES:
        errors["clauses"] = [_("条文不能超过 %d 条。") % MOST_CLAUSES]
    for number, one in enumerate(clauses):
        if not str(one.get("heading", "")).strip() or not str(one.get("text", "")).strip():
            errors[f"clauses.{number}"] = [_("第 %d 条缺少标题或内容。") % (number + 1)]
        if one.get("id") and int(one["id"]) not in known:
            errors[f"clauses.{number}"] = [_("第 %d 条已被他人删除，请刷新后再改。") % (number + 1)]
    if errors:
        raise Invalid(fields=errors)


@action("needs.submit_document", on=NeedsDocument, title=lazy("提交审批"), icon="send",
        available=lambda row, by: row.status in EDITABLE)  # noqa: ARG005  # fmt: skip
def submit_document(row: NeedsDocument, *, by: Actor) -> NeedsDocument:
    """Hand a draft with at least one clause to a second person; its text stands still from now.

    Raises:
        Invalid: it has no clause.
    """
    if not Clause.unscoped.filter(document=row, archived_at__isnull=True).exists():
        raise Invalid(_("文档还没有条文，不能提交。"))
    row.status, row.submitted_by_id = Status.SUBMITTED, by.user_id
    row.submitted_at, row.decision_note = timezone.now(), ""
    return store(row, by=by, fields=["status", "submitted_by", "submitted_at", "decision_note"])


def authors(row: NeedsDocument) -> set[int]:
    """Return who wrote or submitted a version; none of them may approve it."""
    clauses = Clause.unscoped.filter(document=row)
    found = {row.created_by_id, row.submitted_by_id, row.owner_id}
    for pair in clauses.values_list("created_by_id", "updated_by_id"):
        found.update(pair)
    return {pk for pk in found if pk is not None}


def _second_person(row: NeedsDocument, by: Actor) -> None:
    if by.user_id is None or by.user_id in authors(row):
        message = _("编写或提交过这份文档的人不能审批它，请由另一人审批。")
        raise Forbidden(message, resource=NeedsDocument.key(), verb="approve")


def _submitted(row: NeedsDocument, by: Actor) -> bool:  # noqa: ARG001
    return bool(row.status == Status.SUBMITTED)


@action("needs.approve_document", on=NeedsDocument, verb="approve", title=lazy("批准"),
        icon="check", available=_submitted)  # fmt: skip
def approve_document(
    row: NeedsDocument,
    *,
    by: Actor,
    note: Annotated[str, kinds.Text(lazy("审批意见"), max_length=200, blank=True)] = "",
) -> NeedsDocument:
    """Approve a version: its text never changes again, the project team is given it at once.

    Raises:
        Forbidden: the actor wrote or submitted it.
    """
    _second_person(row, by)
    _decide(row, Status.APPROVED, note, by)
    if row.project_id and _team(row):
        _deliver(row, by)
    return row


@action("needs.reject_document", on=NeedsDocument, verb="approve", title=lazy("驳回"), icon="x",
        danger=True, available=_submitted)  # fmt: skip
def reject_document(
    row: NeedsDocument,
    *,
    by: Actor,
    note: Annotated[str, kinds.Text(lazy("驳回理由"), max_length=200)],
) -> NeedsDocument:
    """Send a version back to its authors, saying why.

    Raises:
        Forbidden: the actor wrote or submitted it. Invalid: no reason.
    """
    _second_person(row, by)
    if not (note or "").strip():
        raise Invalid(fields={"note": [_("请写明驳回理由。")]})
    return _decide(row, Status.REJECTED, note, by)


def _decide(row: NeedsDocument, status: Status, note: str, by: Actor) -> NeedsDocument:
    row.status, row.decision_note = status, (note or "").strip()
    row.decided_at, row.decided_by_id = timezone.now(), by.user_id
    store(row, by=by, fields=["status", "decision_note", "decided_at", "decided_by"])
    approved = status == Status.APPROVED
    emit(DocumentDecided(row.pk, approved), by=by)
    title = _("需求文档已批准：%s") if approved else _("需求文档被驳回：%s")
    people = sorted(authors(row))
    notify(people, title % row, by=by, body=row.decision_note, icon="file-check", url=_url(row))
    return row


@action(
    "needs.new_document_version",
    on=NeedsDocument,
    title=lazy("起草新版"),
    icon="versions",
    available=lambda row, by: row.status == Status.APPROVED,  # noqa: ARG005
)
def new_document_version(
    row: NeedsDocument,
    *,
    by: Actor,
    change_note: Annotated[str, kinds.Text(lazy("修订说明"), max_length=200)],
) -> NeedsDocument:
    """Start the next version with a copy of the text; the approved one stays as it is.

    Raises:
        Invalid: no note. Conflict: there is a later version already.
    """
    if not (change_note or "").strip():
        raise Invalid(fields={"change_note": [_("请写明修订说明。")]})
    if NeedsDocument.unscoped.filter(former=row).exists():
        raise Conflict(_("这一版之后已有新版，请在最新版上修改。"))
    made = NeedsDocument(
        title=row.title, number=row.number + 1, former=row, meeting=row.meeting,
        customer=row.customer, project=row.project, change_note=change_note.strip(),
    )  # fmt: skip
    rows = Clause.unscoped.filter(document=row, archived_at__isnull=True).order_by("position")
    return _write(made, [Draft(c.heading, c.text, c.need_id) for c in rows], by=by)


def _team(row: NeedsDocument) -> list[int]:
    members = ProjectMember.unscoped.filter(
        project_id=row.project_id or 0, archived_at__isnull=True, user__is_active=True
    )
    return list(members.values_list("user_id", flat=True))


@action(
    "needs.deliver_document",
    on=NeedsDocument,
    title=lazy("交付项目组"),
    icon="send",
    available=lambda row, by: row.status == Status.APPROVED and row.project_id is not None,  # noqa: ARG005
)
def deliver_document(row: NeedsDocument, *, by: Actor) -> NeedsDocument:
    """Give an approved document to the members of the team who have not got it yet.

    Raises:
        Invalid: the project has no team.
    """
    if not _team(row):
        raise Invalid(_("项目还没有团队成员，请先在项目里添加成员。"))
    return _deliver(row, by)


def _deliver(row: NeedsDocument, by: Actor) -> NeedsDocument:
    known = set(Receipt.unscoped.filter(document=row).values_list("user_id", flat=True))
    fresh = [pk for pk in _team(row) if pk not in known]
    for pk in fresh:
        store(Receipt(document=row, user_id=pk), by=by)
    row.delivered_at = row.delivered_at or timezone.now()
    store(row, by=by, fields=["delivered_at"])
    notify(fresh, _("请签收需求文档：%s") % row, by=by, icon="file-text", url=_url(row))
    emit(DocumentDelivered(row.pk, len(fresh)), by=by)
    return row


def _mine_unread(row: NeedsDocument, by: Actor) -> bool:
    rows = Receipt.unscoped.filter(
        document_id=row.pk, user_id=by.user_id or 0, read_at__isnull=True
    )
    return rows.exists()


@action("needs.sign_document", on=NeedsDocument, verb="view", title=lazy("我已阅读并签收"),
        icon="signature", available=_mine_unread)  # fmt: skip
def sign_document(row: NeedsDocument, *, by: Actor) -> NeedsDocument:
    """Say that one has read the document one was given."""
    receipt = Receipt.unscoped.select_for_update().get(document=row, user_id=by.user_id or 0)
    receipt.read_at = timezone.now()
    store(receipt, by=by, fields=["read_at"])
    return row
