"""Public forms: taken, checked against what is there, and accepted by a person (DAT-005)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.actions import create_customer, create_person
from zhike.customers.models import Customer, Person
from zhike.interactions.actions import raise_todo, settle_todos
from zhike.kernel import kinds
from zhike.kernel.actions import action, recorded, store
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.kinds.names import normalise
from zhike.quality.actions.upkeep import verified
from zhike.quality.models import RequestStatus, Submission, Verification
from zhike.quality.policies import OutsideRules
from zhike.quality.queries.doors import ASKED, open_form

MOST_ALIKE = 5


def submit_form(slug: str, values: Mapping[str, str], *, consented: bool) -> Submission:
    """Keep an entry with the consent as it was read, and what it resembles; tell the owner.

    The spam decision is the caller's, by ``judge``: what is spam never comes here.

    Raises:
        NotFound: no such form. Invalid: with a message for each field.
    """
    form, by = open_form(slug), _outside()
    if not consented:
        raise Invalid(fields={"consent": [_("请阅读并同意后再提交。")]})
    clean = _clean(values)
    with recorded(by, "quality.submit_form"):
        made = store(
            Submission(
                form=form, consent_version=form.consent_version, consent_text=form.consent_text,
                consented_at=timezone.now(), alike=alike(clean), **clean,
            ),
            by=by,
        )  # fmt: skip
        raise_todo(
            _key(made.pk), _("在线表单有新提交：%s") % made.company, owner_id=form.owner_id,
            due_at=timezone.now() + timedelta(days=1), by=by,
            link=f"/quality/submissions/{made.pk}/", policy_id=OutsideRules.id, tell=True,
        )  # fmt: skip
    return made


def _clean(values: Mapping[str, str]) -> dict[str, Any]:
    clean, errors = {}, {}
    for name in ASKED:
        field: Any = Submission._meta.get_field(name)
        try:
            clean[name] = field.clean(values.get(name, ""), None)
        except ValidationError as error:
            errors[name] = list(error.messages)
    if errors:
        raise Invalid(fields=errors)
    return clean


def alike(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return live customers with the same name, credit code or telephone, and why."""
    name, code = normalise(values.get("company") or ""), values.get("credit_code")
    mobile = values.get("mobile")
    at = Person.unscoped.filter(mobile=mobile, archived_at=None, customer__isnull=False)
    wanted = Q(name_normal=name) | Q(phone=mobile) | Q(pk__in=at.values("customer_id"))
    if code:
        wanted |= Q(credit_code=code)
    rows = Customer.unscoped.filter(wanted, archived_at=None).order_by("pk")[:MOST_ALIKE]
    return [{"id": one.pk, "why": _why(one, name, code)} for one in rows]


def _why(row: Customer, name: str, code: Any) -> str:
    if code and row.credit_code == code:
        return "credit_code"
    return "name" if row.name_normal == name else "phone"


def _outside() -> Actor:
    by = SYSTEM(reason="在线表单")
    return replace(by, channel="form", name=by.system_reason)


def _key(pk: int) -> str:
    return f"quality.submission:{pk}"


@action(
    "quality.accept_submission",
    on=Submission,
    verb="approve",
    title=gettext_lazy("受理"),
    icon="check",
    available=lambda row, _by: row.status == RequestStatus.WAITING,
)
def accept_submission(
    submission: Submission,
    *,
    by: Actor,
    customer: Annotated[
        Any, kinds.Link(gettext_lazy("并入已有客户"), Customer, null=True, blank=True)
    ] = None,
) -> Submission:
    """Make a customer and its contact of the entry, or add the contact to a known customer.

    Raises:
        Forbidden, Invalid: nothing was written, such as a credit code that is in use.
    """
    through = by.through("form")
    found = customer if isinstance(customer, Customer) else _known(customer, by)
    if found is None:
        values = {"name": submission.company, "source": str(submission.form.source or "")}
        values |= {"note": submission.message} if submission.message else {}
        values |= {"credit_code": submission.credit_code} if submission.credit_code else {}
        found = create_customer(Customer, values, by=through)
    if not Person.unscoped.filter(customer=found, mobile=submission.mobile).exists():
        person = {"name": submission.contact, "mobile": submission.mobile, "customer": found.pk}
        person |= {"email": submission.email} if submission.email else {}
        create_person(Person, person, by=through)
    submission.customer = found
    _decide(submission, RequestStatus.ACCEPTED, by)
    verified([found.pk], Verification.Origin.FORM, by=by)
    return submission


def _known(pk: Any, by: Actor) -> Customer | None:
    if pk in (None, ""):
        return None
    found: Customer | None = Customer.objects.visible_to(by, "change").filter(pk=int(pk)).first()
    if found is None:
        raise Invalid(fields={"customer": [_("没有找到所选的记录，请重新选择。")]})
    return found


@action(
    "quality.reject_submission",
    on=Submission,
    verb="approve",
    title=gettext_lazy("不受理"),
    icon="x",
    available=lambda row, _by: row.status == RequestStatus.WAITING,
)
def reject_submission(submission: Submission, *, by: Actor) -> Submission:
    """Put the entry aside."""
    _decide(submission, RequestStatus.REJECTED, by)
    return submission


def _decide(row: Submission, status: str, by: Actor) -> None:
    row.status, row.decided_by_id, row.decided_at = status, by.user_id, timezone.now()
    store(row, by=by, fields=["status", "decided_by", "decided_at", "customer"])
    settle_todos([_key(row.pk)], by=by, result=str(RequestStatus(status).label))
