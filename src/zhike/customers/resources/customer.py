"""How customers are seen and handled on every door."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhike.customers.actions import archive_customer, create_customer, edit_customer
from zhike.customers.bulk import customer_columns, improper_names
from zhike.customers.models import Customer
from zhike.kernel.actor import Actor
from zhike.kernel.columns import Column
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
        Related("sales.opportunity", "customer", _("商机")),
        Related("sales.order", "customer", _("订单")),
        Related("sales.payment", "customer", _("回款")),
        Related("customers.customerrelation", "customer", _("关联企业")),
        Related("customers.teammember", "customer", _("协作团队")),
        Related("customers.gradeassessment", "customer", _("分级历史")),
        Panel("history", _("审计")),
    )  # fmt: skip
    order = "-updated_at"
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
