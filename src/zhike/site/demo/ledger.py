"""Writes the drawn customers with their people, teams, tags, orders and payments."""

import datetime as dt
from decimal import Decimal

from zhike.customers.actions import add_relation, add_team_member, set_tags
from zhike.customers.models import Affiliation, Customer, Person, Tag
from zhike.kernel.actions import create_record
from zhike.kernel.actor import Actor
from zhike.kernel.kinds.names import salutation
from zhike.kernel.models import EventRow
from zhike.sales.actions import settle
from zhike.sales.models import Order, Payment
from zhike.site.demo import cast, words
from zhike.site.demo.draw import Drawn, all_sales
from zhike.site.demo.organisation import MARK, Staff
from zhike.site.demo.rows import at, insert

Books = list[tuple[Drawn, Customer, list[Person]]]


def open_books(drawn: list[Drawn], staff: Staff, today: dt.date) -> Books:
    """Insert customers and their people; returns them side by side with what was drawn."""
    customers = insert(Customer, [_customer(one, staff) for one in drawn])
    pairs = list(zip(drawn, customers, strict=True))
    persons = insert(Person, [_person(who, one, row) for one, row in pairs for who in one.people])
    rest = iter(persons)
    books = [(one, row, [next(rest) for _who in one.people]) for one, row in pairs]
    roles = []
    for one, row, people in books:
        for number, person in enumerate(people):
            begun = max(one.since, today - dt.timedelta(days=900 - 40 * number))
            roles.append(
                Affiliation(
                    person=person,
                    customer=row,
                    title=person.title,
                    is_primary=number == 0,
                    valid_from=begun,
                    created_at=at(begun),
                )
            )
        row.primary_contact = people[0] if people else None
        row.derive()
    insert(Affiliation, roles)
    Customer.unscoped.bulk_update(customers, ["primary_contact", "completeness"], batch_size=500)
    return books


def _customer(one: Drawn, staff: Staff) -> Customer:
    seller = staff.users.get(one.seller)
    unit = staff.unit_of(one.seller)
    return Customer(
        code=one.code, name=one.name, short_name=one.short, credit_code=one.credit_code or None,
        owner=seller, unit=unit, lifecycle=one.lifecycle, region=one.region, address=one.address,
        industry=one.industry, size=one.size, position=one.position, source=one.source,
        phone=one.phone or None, email=one.email or None, payment_terms=one.terms[0], since=one.since,
        purchase_volume=one.purchase_volume or None, created_at=at(one.since), extra=dict(MARK),
        created_by=seller,
    )  # fmt: skip


def _address(name: str, post: str) -> str:
    """Return how one speaks to a person of a post: 顾总, 罗经理, 卢工; "" where nothing is usual."""
    for end, form in (("总监", "总"), ("总经理", "总"), ("经理", "经理"), ("工程师", "工")):
        if post.endswith(end):
            return salutation(name, form)
    return ""


def _person(who: object, one: Drawn, row: Customer) -> Person:
    return Person(
        name=who.name, salutation=_address(who.name, who.post), customer=row,
        title=who.post, influence=who.influence, mobile=who.mobile,
        email=who.email, birthday=who.birthday, owner_id=row.owner_id, unit_id=row.unit_id,
        created_at=at(one.since), created_by_id=row.owner_id, extra=dict(MARK),
    )  # fmt: skip


def relate(books: Books, staff: Staff, by: Actor, today: dt.date) -> None:
    """Put up tags, account teams and relations between customers."""
    known = {one.short: row for one, row, _people in books}
    for name, colour in words.TAGS:
        create_record(Tag, {"name": name, "colour": colour}, by=by)
        tagged = [row.pk for one, row, _people in books if name in one.tags]
        if tagged:
            set_tags(tagged, by=by, tags=name)
    for one, kind, other in cast.RELATIONS:
        since = today - dt.timedelta(days=600)
        add_relation(known[one].pk, by=by, other=known[other].pk, kind=kind, valid_from=since)
        _told_on(since, by, known[one].pk, known[other].pk)
    for number, (one, row, _people) in enumerate(books):
        if one.grade not in {"vip", "gold"}:
            continue
        since = max(one.since, today - dt.timedelta(days=420 - number))
        team = [("jianganran", "csm"), ("xutinglan", "technical")]
        team += [("zhouyunshen", "service")] if one.grade == "vip" else []
        for username, role in team[: 3 if one.grade == "vip" else 1 + number % 2]:
            user = staff.users[username]
            add_team_member(row.pk, by=by, user=user, role=role, valid_from=since)
        _told_on(since, by, row.pk)


def _told_on(day: dt.date, by: Actor, *customers: int) -> None:
    """Put the timeline lines of these customers, written just now, on the day of the fact."""
    told = EventRow.objects.filter(
        request_id=by.request_id, subject_id__in=customers, occurred_at__gt=at(day, 23)
    )
    told.update(occurred_at=at(day, 15, 20))


def book_sales(books: Books, by: Actor) -> tuple[int, int]:
    """Insert orders and payments; returns how many of each."""
    rows = {one.code: row for one, row, _people in books}
    orders, payments = [], []
    for one, sale in all_sales([one for one, _row, _people in books]):
        row = rows[one.code]
        order = Order(
            number=sale.number, customer=row, ordered_on=sale.on, amount=sale.amount,
            status=sale.status, summary=sale.summary, due_on=sale.due_on, owner_id=row.owner_id,
            unit_id=row.unit_id, created_at=at(sale.on, 10), created_by_id=row.owner_id,
        )  # fmt: skip
        orders.append((order, sale))
    insert(Order, [order for order, _sale in orders])
    for order, sale in orders:
        if sale.paid_on is not None:
            payments.append(
                Payment(
                    number=sale.number.replace("SO-", "SK-"),
                    customer_id=order.customer_id,
                    order=order,
                    received_on=sale.paid_on,
                    amount=Decimal(order.amount),
                    method=sale.method,
                    owner_id=order.owner_id,
                    unit_id=order.unit_id,
                    created_at=at(sale.paid_on, 16),
                )
            )
    insert(Payment, payments)
    settle(None, by=by)
    return len(orders), len(payments)
