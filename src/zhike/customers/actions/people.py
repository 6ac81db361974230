"""Persons, their dated roles in organisations, and the main contact of a customer."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.actions.entry import entry_check, split_reason
from zhike.customers.events import ContactAdded, CustomerEdited
from zhike.customers.models import Affiliation, Customer, Person
from zhike.kernel import kinds
from zhike.kernel.actions import action, create_record, edit_record, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Invalid
from zhike.kernel.events import emit


def create_person(model: type[Person], values: Mapping[str, Any], *, by: Actor) -> Person:
    """Create a person; with a main customer the role there begins today.

    The first person of a customer becomes its main contact.

    Raises:
        Forbidden, Invalid: nothing was written.
    """
    values, reason = split_reason(values)
    with recorded(by, f"{model.key()}.create", reason=reason):
        entry_check().before("person", values, by=by, reason=reason, but=None)
        person = create_record(model, values, by=by)
        if person.customer_id is not None:
            _begin(person, person.customer, timezone.localdate(), by)
    return person


def edit_person(
    model: type[Person],
    target: "Person | int",
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
) -> Person:
    """Change a person; another main customer ends the role at the former one today.

    Raises:
        Forbidden, NotFound, Invalid, Conflict: nothing was written.
    """
    pk = target.pk if isinstance(target, Person) else target
    values, reason = split_reason(values)
    former = Person.unscoped.filter(pk=pk).values_list("customer_id", flat=True).first()
    with recorded(by, f"{model.key()}.edit", reason=reason):
        entry_check().before("person", values, by=by, reason=reason, but=pk)
        person = edit_record(model, target, values, by=by, version=version)
        emit(*(CustomerEdited(pk) for pk in {person.customer_id, former} if pk), by=by)
        if person.customer_id == former:
            return person
        today = timezone.localdate()
        for role in _open_roles(person).filter(customer_id=former):
            _end(role, today, by)
        if person.customer_id is not None:
            _begin(person, person.customer, today, by)
    return person


@action(
    "customers.add_affiliation",
    on=Person,
    title=gettext_lazy("新增任职"),
    icon="id-badge",
)
def add_affiliation(
    person: Person,
    *,
    by: Actor,
    customer: Annotated[Any, kinds.Link(gettext_lazy("客户"), Customer)],
    title: Annotated[str, kinds.Text(gettext_lazy("职务"), max_length=60, blank=True)] = "",
    valid_from: Annotated[
        dt.date | None, kinds.Date(gettext_lazy("开始日期"), null=True, blank=True)
    ] = None,
) -> Affiliation:
    """Give the person a role in one more organisation (DAT-002)."""
    organisation = visible_customer(customer, by)
    if _open_roles(person).filter(customer_id=organisation.pk).exists():
        raise Invalid(fields={"customer": [_("此人已在该客户任职；如需更改，请先结束原任职。")]})
    return _begin(person, organisation, valid_from or timezone.localdate(), by, title)


@action(
    "customers.end_affiliation",
    on=Affiliation,
    title=gettext_lazy("结束任职"),
    icon="user-off",
    available=lambda row, _by: row.valid_to is None,
)
def end_affiliation(
    role: Affiliation,
    *,
    by: Actor,
    on: Annotated[
        dt.date | None, kinds.Date(gettext_lazy("离任日期"), null=True, blank=True)
    ] = None,
) -> Affiliation:
    """End the role on a day; the customer's main contact and the person's main post follow."""
    return _end(role, on or timezone.localdate(), by)


@action(
    "customers.set_primary_contact",
    on=Person,
    title=gettext_lazy("设为主要联系人"),
    icon="star",
    available=lambda row, _by: row.customer_id is not None,
)
def set_primary_contact(person: Person, *, by: Actor) -> Person:
    """Make the person the main contact of its main customer."""
    role = _open_roles(person).filter(customer_id=person.customer_id).first()
    if role is None:
        role = _begin(person, person.customer, timezone.localdate(), by)
    _make_primary(role, by)
    return person


def visible_customer(customer: Any, by: Actor, name: str = "customer") -> Customer:
    """Return a customer the actor may see, given as row or id.

    Raises:
        Invalid: absent and out of scope look the same.
    """
    pk = customer.pk if isinstance(customer, Customer) else customer
    try:
        found: Customer = Customer.objects.visible_to(by).get(pk=int(pk))
    except (Customer.DoesNotExist, ValueError, TypeError, OverflowError):
        raise Invalid(fields={name: [_("没有找到所选的记录，请重新选择。")]}) from None
    return found


def _open_roles(person: Person) -> Any:
    return Affiliation.unscoped.filter(
        person_id=person.pk, valid_to__isnull=True, archived_at__isnull=True
    )


def _begin(
    person: Person, customer: Customer, day: dt.date, by: Actor, title: str = ""
) -> Affiliation:
    role = Affiliation(
        person=person, customer=customer, title=title or person.title, valid_from=day
    )
    store(role, by=by)
    emit(ContactAdded(customer.pk, person.pk, person.name), by=by)
    if not Customer.unscoped.filter(pk=customer.pk, primary_contact__isnull=False).exists():
        _make_primary(role, by)
    return role


def _make_primary(role: Affiliation, by: Actor) -> None:
    others = Affiliation.unscoped.filter(customer_id=role.customer_id, is_primary=True)
    for other in others.exclude(pk=role.pk):
        other.is_primary = False
        store(other, by=by, fields=["is_primary"])
    role.is_primary = True
    store(role, by=by, fields=["is_primary"])
    _set_contact(role.customer_id, role.person_id, by)


def _set_contact(customer_id: int, person_id: int | None, by: Actor) -> None:
    customer = Customer.unscoped.select_for_update().get(pk=customer_id)
    if customer.primary_contact_id != person_id:
        customer.primary_contact_id = person_id
        store(customer, by=by, fields=["primary_contact"])


def _end(role: Affiliation, day: dt.date, by: Actor) -> Affiliation:
    if role.valid_from and day < role.valid_from:
        raise Invalid(fields={"on": [_("离任日期不能早于开始日期。")]})
    was_primary, role.is_primary, role.valid_to = role.is_primary, False, day
    store(role, by=by, fields=["is_primary", "valid_to"])
    person = Person.unscoped.get(pk=role.person_id)
    if person.customer_id == role.customer_id:
        following = _open_roles(person).order_by("valid_from", "id").first()
        person.customer_id = following.customer_id if following else None
        store(person, by=by, fields=["customer"])
    if was_primary:
        rest = Affiliation.unscoped.filter(
            customer_id=role.customer_id, valid_to__isnull=True, archived_at__isnull=True
        )
        heir = rest.order_by("valid_from", "id").first()
        if heir is None:
            _set_contact(role.customer_id, None, by)
        else:
            _make_primary(heir, by)
    return role
