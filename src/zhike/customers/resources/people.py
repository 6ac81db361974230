"""How persons and their posts are seen and handled."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhike.customers.actions import create_person, edit_person
from zhike.customers.bulk import person_columns
from zhike.customers.models import Affiliation, Customer, Person
from zhike.kernel.actor import Actor
from zhike.kernel.columns import BoundColumn, Column, bind
from zhike.kernel.prepared import Ids, prepared
from zhike.kernel.registry import registry
from zhike.kernel.resources import Fields, Panel, Related, Resource, Timeline, View
from zhike.kernel.scope import among
from zhike.kernel.search import Hit


class PersonResource(Resource):
    """Contact persons."""

    model = Person
    title = _("联系人")
    icon = "users"
    counter = _("人")
    group = "customers"
    rank = 20
    columns = (
        Column("name", template="link", width=120),
        Column("salutation"),
        Column("customer", template="link", sortable=False),
        Column("title"),
        Column("influence"),
        Column("mobile", sortable=False),
        Column("phone", sortable=False),
        Column("email", sortable=False),
        Column("wecom", sortable=False),
        Column("birthday"),
        Column("lunar_birthday", sortable=False),
        Column("id_number", sortable=False),
        Column("owner", template="person", sortable=False),
        Column("unit", sortable=False),
        Column("created_at"),
        Column("updated_at", template="ago"),
    )
    default_columns = (
        "name",
        "salutation",
        "customer",
        "title",
        "influence",
        "mobile",
        "email",
        "birthday",
        "owner",
        "updated_at",
    )
    filters = ("name", "customer", "title", "influence", "owner", "unit", "birthday", "created_at")
    form = (
        (_("基本信息"), ("name", "salutation", "customer", "title", "influence")),
        (_("联系方式"), ("mobile", "phone", "email", "wecom")),
        (_("个人"), ("birthday", "lunar_birthday", "id_number")),
        (_("归属"), ("owner", "unit", "note")),
    )
    detail = (
        Fields(_("基本信息"), "salutation", "customer", "title", "influence"),
        Fields(_("联系方式"), "mobile", "phone", "email", "wecom"),
        Timeline(),
        Related("customers.affiliation", "person", _("任职关系")),
        Panel("history", _("审计")),
    )
    order = "-updated_at"
    views = (
        View("all", _("全部")),
        View("mine", _("我的联系人"), "owner=me"),
        View("deciders", _("决策人"), "influence=decider"),
    )
    hit_fields = ("name", "title", "customer_id")
    match_keys = ("mobile", "email", "name")
    confirms = True
    create = staticmethod(create_person)
    edit = staticmethod(edit_person)

    def prepare_import(self, columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
        """Return ``name_sort`` and ``search_tsv`` of new persons, as ``CustomerResource`` does."""
        return person_columns(columns)

    def title_of(self, row: Any, by: Actor) -> str:  # noqa: ARG002
        """Return the name, family name first (DAT-037)."""
        return str(row.name)

    def hit(self, row: Any, by: Actor) -> Hit:
        """Return the person with post; the name masked as in lists."""
        return self._hit(row, bind(Column("name"), Person, by))

    def _hit(self, row: Any, name: BoundColumn | None) -> Hit:
        title = name.text(row.name) if name else f"#{row.pk}"
        return Hit(self.key, row.pk, title, str(row.title), self.record_url(row.pk))

    def hits(self, rows: Sequence[Any], by: Actor) -> list[Hit]:
        """Return the persons, each leading to his customer where the reader may see that one.

        Who types the end of a telephone number wants the customer that is calling.
        """
        wanted = sorted({row.customer_id for row in rows if row.customer_id})
        names, name = dict(_names(by, wanted)) if wanted else {}, bind(Column("name"), Person, by)
        return [self._at_customer(self._hit(row, name), row.customer_id, names, by) for row in rows]

    def _at_customer(self, hit: Hit, pk: int | None, names: dict[int, str], by: Actor) -> Hit:
        if pk not in names:
            return hit
        named = by.field_access(Customer.key(), "name") != "hidden"
        parts = (hit.subtitle, names[pk] if named else "")
        subtitle = " · ".join(part for part in parts if part)
        return replace(hit, subtitle=subtitle, url=registry.resource(Customer).record_url(pk))


@prepared
def _names(by: Actor, ids: Ids) -> "QuerySet[Customer, tuple[int, str]]":
    rows = Customer.objects.visible_to(by).filter(among("id", ids)).order_by()
    return rows.values_list("pk", "name")


class AffiliationResource(Resource):
    """Roles of persons in organisations."""

    model = Affiliation
    title = _("任职关系")
    icon = "id-badge"
    columns = (
        Column("person", template="link", sortable=False),
        Column("customer", template="link", sortable=False),
        "title",
        "is_primary",
        "valid_from",
        "valid_to",
    )
    default_columns = ("person", "customer", "title", "is_primary", "valid_from", "valid_to")
    filters = ("person", "customer", "is_primary", "valid_from", "valid_to")
    search = ("person.name", "customer.name", "title")
    form = (
        (_("任职关系"), ("person", "customer", "title", "is_primary", "valid_from", "valid_to")),
    )
