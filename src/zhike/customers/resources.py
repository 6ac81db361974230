"""How customers, persons and what belongs to them are seen and handled on every door."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhike.customers.actions import (
    archive_customer,
    create_customer,
    create_person,
    edit_customer,
    edit_person,
)
from zhike.customers.bulk import customer_columns, improper_names, person_columns
from zhike.customers.models import (
    Affiliation,
    Customer,
    CustomerRelation,
    CustomerTag,
    GradeAssessment,
    GradeOverride,
    GradingRun,
    Person,
    Tag,
    TeamMember,
)
from zhike.kernel.actor import Actor
from zhike.kernel.columns import Column, bind
from zhike.kernel.registry import registry
from zhike.kernel.resources import Fields, Panel, Related, Resource, Timeline, View
from zhike.kernel.search import Hit

MISSING_BELOW = 60  # percent of the key facts; below, a customer stands in the view 待完善


class CustomerResource(Resource):
    """Organisations; the list is mock-up 02 and the page is mock-up 03."""

    model = Customer
    title = _("客户")
    icon = "building"
    counter = _("家")
    group = "customers"
    rank = 10
    columns = (
        Column("name", template="link", width=240),
        Column("grade", template="grade"),
        Column("abc_grade", template="grade"),
        Column("lifecycle", template="lifecycle"),
        Column("region"),
        Column("industry"),
        Column("size"),
        Column("position"),
        Column("annual_spend", template="money", total=True),
        Column("receivable", template="money", total=True),
        Column("primary_contact.name", title=_("主要联系人")),
        Column("primary_contact.mobile", title=_("手机"), sortable=False),
        Column("owner", template="person", sortable=False),
        Column("unit", sortable=False),
        Column("last_contact_at", template="ago"),
        Column("next_step_on"),
        Column("tag_names", template="tags", sortable=False),
        Column("order_count"),
        Column("last_order_on"),
        Column("purchase_volume", template="money", total=True),
        Column("completeness", title=_("资料完整度")),
        Column("code"),
        Column("short_name"),
        Column("credit_code"),
        Column("phone", sortable=False),
        Column("email", sortable=False),
        Column("address", sortable=False),
        Column("source"),
        Column("payment_terms"),
        Column("since"),
        Column("preferences", sortable=False),
        Column("confidentiality"),
        Column("created_at"),
        Column("created_by", template="person", sortable=False),
        Column("updated_at", template="ago"),
    )
    default_columns = (
        "name",
        "grade",
        "lifecycle",
        "region",
        "industry",
        "annual_spend",
        "receivable",
        "primary_contact.name",
        "primary_contact.mobile",
        "owner",
        "last_contact_at",
        "next_step_on",
    )
    filters = (
        "grade",
        "abc_grade",
        "lifecycle",
        "owner",
        "unit",
        "region",
        "industry",
        "size",
        "position",
        "annual_spend",
        "receivable",
        "order_count",
        "last_order_on",
        "last_contact_at",
        "next_step_on",
        "tag_names",
        "source",
        "since",
        "completeness",
        "code",
        "name",
        "credit_code",
        "confidentiality",
        "created_at",
    )
    form = (
        (_("基本信息"), ("name", "short_name", "credit_code", "lifecycle", "code")),
        (_("归属"), ("owner", "unit")),
        (_("企业资料"), ("industry", "size", "position", "region", "address", "website")),
        (_("联系方式"), ("phone", "email")),
        (_("合作"), ("source", "since", "payment_terms", "purchase_volume", "preferences", "note")),
    )
    detail = (
        Fields(_("基本信息"), "credit_code", "industry", "size", "position", "source",
               "payment_terms", "since", "completeness"),
        Fields(_("分级与交易"), "grade", "abc_grade", "annual_spend", "receivable", "order_count",
               "last_order_on"),
        Timeline(),
        Related("customers.person", "customer", _("联系人")),
        Related("sales.order", "customer", _("订单")),
        Related("sales.payment", "customer", _("回款")),
        Related("customers.customerrelation", "customer", _("关联企业")),
        Related("customers.teammember", "customer", _("协作团队")),
        Related("customers.gradeassessment", "customer", _("分级历史")),
        Panel("history", _("审计")),
    )  # fmt: skip
    views = (
        View("all", _("全部")),
        View("mine", _("我的客户"), "owner=me"),
        View("key", _("重点客户"), "grade=vip,gold&sort=-annual_spend"),
        View("quiet", _("30 天未联系"), "last_contact_at__quiet=-30d&lifecycle__not=lost"),
        View("no-next-step", _("无下一步"), "next_step_on__empty=1&lifecycle__not=lost"),
        View("incomplete", _("待完善"), f"completeness__lte={MISSING_BELOW}&sort=completeness"),
    )
    hit_fields = ("code", "name", "short_name", "grade")
    match_keys = ("code", "credit_code", "name")
    confirms = True
    create = staticmethod(create_customer)
    edit = staticmethod(edit_customer)
    archive = staticmethod(archive_customer)

    def prepare_import(self, columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
        """Return the server-owned columns that follow from the cleaned ones, for the bulk path.

        Args:
            columns: field name -> cleaned values of the new rows, all of one length, with ``name``.

        Returns:
            ``name_normal``, ``name_sort``, ``completeness``, ``search_tsv`` (tsvector literals) and
            ``code``, drawn from the sequence where the file gives none.
        """
        return customer_columns(columns)

    def check_import(self, columns: dict[str, list[Any]]) -> dict[str, dict[int, str]]:
        """Return field -> row -> message by the entry standards (DAT-021) beyond the kinds."""
        return {"name": improper_names(columns.get("name", []))}

    def title_of(self, row: Any, by: Actor) -> str:  # noqa: ARG002
        """Return the full name."""
        return str(row.name)

    def hit(self, row: Any, by: Actor) -> Hit:  # noqa: ARG002
        """Return the customer with code and short name, and its grade as the badge."""
        subtitle = " · ".join(part for part in (row.code, row.short_name) if part)
        return Hit(self.key, row.pk, str(row.name), subtitle, self.record_url(row.pk), row.grade)


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
        name = bind(Column("name"), Person, by)
        title = name.text(row.name) if name else f"#{row.pk}"
        return Hit(self.key, row.pk, title, str(row.title), self.record_url(row.pk))

    def hits(self, rows: Sequence[Any], by: Actor) -> list[Hit]:
        """Return the persons, each leading to his customer where the reader may see that one.

        Who types the end of a telephone number wants the customer that is calling.
        """
        wanted = {row.customer_id for row in rows if row.customer_id}
        seen = Customer.objects.visible_to(by).filter(pk__in=wanted).order_by()
        names = dict(seen.values_list("pk", "name")) if wanted else {}
        return [self._at_customer(self.hit(row, by), row.customer_id, names, by) for row in rows]

    def _at_customer(self, hit: Hit, pk: int | None, names: dict[int, str], by: Actor) -> Hit:
        if pk not in names:
            return hit
        named = by.field_access(Customer.key(), "name") != "hidden"
        parts = (hit.subtitle, names[pk] if named else "")
        subtitle = " · ".join(part for part in parts if part)
        return replace(hit, subtitle=subtitle, url=registry.resource(Customer).record_url(pk))


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


class CustomerRelationResource(Resource):
    """Typed links between customers (DAT-031)."""

    model = CustomerRelation
    title = _("客户关系")
    icon = "sitemap"
    columns = (
        Column("customer", template="link", sortable=False),
        "kind",
        Column("other", template="link", sortable=False),
        "valid_from",
        "valid_to",
        "note",
    )
    default_columns = ("customer", "kind", "other", "valid_from", "valid_to")
    filters = ("customer", "other", "kind", "valid_from", "valid_to")
    search = ("customer.name", "other.name", "note")
    form = ((_("客户关系"), ("customer", "kind", "other", "valid_from", "valid_to", "note")),)


class TeamMemberResource(Resource):
    """Account teams (ORG-013)."""

    model = TeamMember
    title = _("协作成员")
    icon = "users-group"
    columns = (
        Column("customer", template="link", sortable=False),
        Column("user", template="person", sortable=False),
        "role",
        "valid_from",
        "valid_to",
    )
    default_columns = ("customer", "user", "role", "valid_from", "valid_to")
    filters = ("customer", "user", "role", "valid_from", "valid_to")
    search = ("customer.name", "user.display_name")
    form = ((_("协作成员"), ("customer", "user", "role", "valid_from", "valid_to")),)


class TagResource(Resource):
    """The list of tags."""

    model = Tag
    title = _("标签")
    icon = "tag"
    columns = (Column("name", template="link"), "dimension", "colour", "created_at")
    default_columns = ("name", "dimension", "colour")
    filters = ("name", "dimension", "colour")
    search = ("name",)
    form = ((_("标签"), ("name", "dimension", "colour")),)
    match_keys = ("name",)


class CustomerTagResource(Resource):
    """Which customer carries which tag."""

    model = CustomerTag
    title = _("客户标签")
    icon = "tags"
    columns = (
        Column("customer", template="link", sortable=False),
        Column("tag", sortable=False),
        "source",
        "confidence",
        "valid_from",
        "expires_on",
        "created_at",
    )
    default_columns = ("customer", "tag", "source", "confidence", "valid_from", "expires_on")
    filters = ("customer", "tag", "tag.dimension", "source", "valid_from", "expires_on")
    search = ("customer.name", "tag.name")
    form = (
        (_("客户标签"), ("customer", "tag", "source", "confidence", "valid_from", "expires_on")),
    )
    edit = None


class GradeAssessmentResource(Resource):
    """The history of grades (SEG-035); written by gradings only."""

    model = GradeAssessment
    title = _("分级记录")
    icon = "medal"
    columns = (
        Column("customer", template="link", sortable=False),
        "scheme",
        Column("grade", template="grade"),
        Column("ruled_grade", template="grade"),
        "origin",
        "valid_from",
        "valid_to",
        "expires_on",
        Column("reason", sortable=False),
        Column("approved_by", template="person", sortable=False),
    )
    default_columns = ("customer", "grade", "ruled_grade", "origin", "valid_from", "valid_to",
                       "expires_on")  # fmt: skip
    filters = ("customer", "scheme", "grade", "ruled_grade", "origin", "valid_from", "valid_to",
               "expires_on")  # fmt: skip
    search = ("customer.name",)
    order = "-created_at"
    importable = False
    create = None
    edit = None
    archive = None


class GradeOverrideResource(Resource):
    """Requests to set a grade by hand (SEG-031)."""

    model = GradeOverride
    title = _("分级调整申请")
    icon = "writing-sign"
    columns = (
        Column("customer", template="link", sortable=False),
        "scheme",
        Column("grade", template="grade"),
        Column("reason", sortable=False),
        "expires_on",
        "status",
        Column("created_by", template="person", sortable=False),
        Column("decided_by", template="person", sortable=False),
        "decision_note",
        "created_at",
    )
    default_columns = ("customer", "grade", "reason", "expires_on", "status", "created_by",
                       "decided_by", "created_at")  # fmt: skip
    filters = ("customer", "scheme", "grade", "status", "expires_on")
    search = ("customer.name", "reason")
    importable = False
    create = None
    edit = None
    archive = None


class GradingRunResource(Resource):
    """Gradings of everybody (SEG-029)."""

    model = GradingRun
    title = _("评定批次")
    icon = "player-play"
    columns = ("on", "scheme", "assessed", "moved_up", "moved_down", "seconds", "created_at")
    default_columns = ("on", "scheme", "assessed", "moved_up", "moved_down", "seconds",
                       "created_at")  # fmt: skip
    filters = ("on", "scheme")
    search = ("scheme",)
    order = "-created_at"
    importable = False
    create = None
    edit = None
    archive = None
