"""The words of rights: resources, verbs and what belongs to the three administrators alone."""

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from zhike.kernel.actor import VERBS
from zhike.kernel.records import Record

VERB_TITLES = {
    "view": _("查看"),
    "create": _("新建"),
    "change": _("修改"),
    "archive": _("归档"),
    "export": _("导出"),
    "import": _("导入"),
    "reveal": _("查看明文"),
    "approve": _("审批"),
    "assign": _("分派"),
}
REACH_TITLES = {
    "own": _("本人"),
    "unit": _("本部门"),
    "subtree": _("本部门及下级"),
    "chosen": _("指定部门"),
    "all": _("全部"),
}
WRITING_VERBS = frozenset(VERBS) - {"view", "export"}
# Keys that are no entity but a right of their own.
SPECIAL = {"identity.sign_in_rules": _("登录安全规则"), "trust.auditentry": _("审计记录")}
ADMINISTRATIVE_PACKAGES = ("identity", "trust")
# The rights of this administration that business roles may hold too.
SHARED_RIGHTS = frozenset({("identity.user", "assign")})
BUSINESS_PACKAGES_EXCLUDED = ("identity", "trust", "kernel", "rulebook")
# Connections to outside services: set up by the system administrator, without business data.
CONNECTIONS = frozenset({"interactions.robot"})


def is_business(resource: str) -> bool:
    """Tell whether a resource holds business data, which no administrator may read."""
    package = resource.partition(".")[0]
    return package not in BUSINESS_PACKAGES_EXCLUDED and resource not in CONNECTIONS


def is_administrative(resource: str, verb: str) -> bool:
    """Tell whether a right belongs to the three administrators alone."""
    if (resource, verb) in SHARED_RIGHTS:
        return False
    if resource.partition(".")[0] == "trust":
        return True
    return resource.partition(".")[0] == "identity" and verb in WRITING_VERBS


def resource_titles() -> dict[str, str]:
    """Return every resource key that rights can be given on, with its name."""
    found = {
        model.key(): str(model._meta.verbose_name)
        for model in apps.get_models()
        if issubclass(model, Record)
    }
    return {**found, **{key: str(title) for key, title in SPECIAL.items()}}
