"""The words for checks, missing fields and sources on the pages of data quality."""

from django.utils.translation import gettext_lazy as _

from zhike.kernel.registry import registry

FAULTS = {
    "correction_waiting": _("有待核对的更正"),
    "name_improper": _("名称不规范"),
    "region_code": _("信用代码与地区不符"),
    "unmapped_value": _("取值不在代码表"),
    "owner_without_unit": _("有负责人却无部门"),
    "same_name": _("与其他客户同名"),
    "same_phone": _("与其他客户同电话"),
    "credit_code_format": _("信用代码格式不对"),
    "phone_format": _("电话格式不对"),
    "email_format": _("邮箱格式不对"),
    "mobile_format": _("联系人手机号无效"),
}
ALIKE = {"credit_code": _("信用代码相同"), "name": _("名称相同"), "phone": _("电话相同")}


def field_title(name: str) -> str:
    """Return the name of a profile field for people."""
    if name == "contact":
        return str(_("联系人手机号"))
    model = registry.resource("customers.customer").model
    return str(model._meta.get_field(name).verbose_name)
