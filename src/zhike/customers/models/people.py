"""Natural persons and their posts in organisations."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.customers.models.customer import LIVE, Customer
from zhike.customers.naming import sort_key
from zhike.kernel import kinds
from zhike.kernel.records import Record, Searchable
from zhike.kernel.scope import OwnedBy, Via


class Person(Searchable):
    """A natural person. Posts in organisations are Affiliations, with dates (DAT-002)."""

    scope = OwnedBy("owner", "unit") | Via("customer")
    search_fields = ("name", "mobile", "title")

    name = kinds.PersonName(_("姓名"), max_length=64, personal=False)
    name_sort = models.CharField(max_length=120, blank=True, editable=False)
    salutation = kinds.Text(_("称谓"), max_length=20, blank=True)
    customer = kinds.Link(
        _("主要单位"), Customer, models.PROTECT, null=True, blank=True, related_name="people"
    )
    title = kinds.Text(_("职务"), max_length=60, blank=True)
    influence = kinds.Choice(
        _("决策角色"),
        choices=[
            ("decider", _("决策人")),
            ("influencer", _("影响者")),
            ("user", _("使用者")),
            ("buyer", _("采购")),
        ],
        blank=True,
        max_length=12,
    )
    mobile = kinds.Mobile(_("手机"), null=True, blank=True)
    phone = kinds.Phone(_("座机"), null=True, blank=True)
    email = kinds.Email(_("邮箱"), null=True, blank=True)
    wecom = kinds.Text(_("企业微信"), max_length=64, blank=True)
    id_number = kinds.IdNumber(_("证件号码"), null=True, blank=True)
    birthday = kinds.Date(_("生日"), null=True, blank=True)
    lunar_birthday = kinds.LunarDate(_("农历生日"), null=True, blank=True)
    owner = kinds.Owner(_("负责人"), null=True, blank=True)
    unit = kinds.Unit(_("所属部门"), null=True, blank=True)
    note = kinds.LongText(_("备注"), blank=True)

    class Meta(Searchable.Meta):
        verbose_name = _("联系人")
        indexes = [
            *Searchable.Meta.indexes,
            models.Index(
                fields=["-updated_at", "-id"], condition=LIVE, name="customers_person_live"
            ),
            models.Index(fields=["owner", "-updated_at"], name="customers_person_owner"),
            models.Index(fields=["unit", "-updated_at"], name="customers_person_unit"),
            models.Index(fields=["name_sort", "id"], name="customers_person_name"),
        ]

    def derive(self) -> tuple[str, ...]:
        """Keep the sort form, family name first by its reading as a surname (DAT-037)."""
        self.name_sort = sort_key(self.name, surname=True)[:120]
        return ("name_sort",)

    def __str__(self) -> str:
        return str(self.name)


class Affiliation(Record):
    """A person's role in an organisation between two dates (``valid_to`` exclusive)."""

    scope = Via("customer")

    person = kinds.Link(_("联系人"), Person, models.CASCADE, related_name="affiliations")
    customer = kinds.Link(_("客户"), Customer, models.CASCADE, related_name="affiliations")
    title = kinds.Text(_("职务"), max_length=60, blank=True)
    is_primary = kinds.Bool(_("主要联系人"), default=False)
    valid_from = kinds.Date(_("开始日期"), null=True, blank=True)
    valid_to = kinds.Date(_("结束日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("任职关系")

    def __str__(self) -> str:
        return f"{self.person_id} @ {self.customer_id}"
