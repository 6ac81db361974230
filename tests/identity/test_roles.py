import itertools

import pytest

from tests.identity.world import BY, actor, person
from zhike.identity.actions.people import create_user, deactivate
from zhike.identity.actions.roles import appoint_administrator, assign_role, withdraw_role
from zhike.identity.models import Role, User
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden
from zhike.trust.actions import change_grant
from zhike.trust.actions.defaults import rights_of, shipped
from zhike.trust.models import AuditEntry, Grant
from zhike.trust.vocabulary import WRITING_VERBS, is_business

pytestmark = pytest.mark.django_db
THREE = ("system_administrator", "security_administrator", "audit_administrator")
TEMPLATES = {
    "crm_owner": ("ORG-002", "CRM 负责人"),
    "data_analyst": ("ORG-003", "数据分析师"),
    "marketing_director": ("ORG-004", "市场总监"),
    "crm_supervisor": ("ORG-005", "客户关系管理主管"),
    "crm_specialist": ("ORG-006", "客户关系管理专员"),
    "csm": ("ORG-007", "客户成功经理"),
    "experience_officer": ("ORG-008", "客户体验官"),
}


def role(code: str) -> Role:
    return Role.unscoped.get(code=code)


@pytest.mark.requirement(
    "ORG-002", "ORG-003", "ORG-004", "ORG-005", "ORG-006", "ORG-007", "ORG-008"
)
def test_templates_ship_with_their_names():
    for code, (_requirement, name) in TEMPLATES.items():
        assert role(code).name == name
        assert role(code).is_template


@pytest.mark.requirement("ORG-002")
def test_crm_owner_reads_the_whole_company_and_approves():
    by = actor(person("owner", "crm_owner"))
    for key in (
        "customers.customer",
        "customers.person",
        "interactions.interaction",
        "sales.order",
    ):
        assert by.breadth(key, "view").everything
    assert by.may("kernel.policyversion", "approve")
    assert by.may("rulebook.edition", "approve")


@pytest.mark.requirement("ORG-003")
def test_analyst_sees_everything_with_personal_data_masked():
    by = actor(person("ana", "data_analyst"))
    assert by.breadth("customers.customer", "view").everything
    for name in ("name", "mobile", "phone", "email", "birthday"):
        assert by.field_access("customers.person", name, personal=True) == "masked"
    assert by.field_access("customers.person", "id_number", personal=True) == "hidden"
    assert not by.breadth("customers.person", "reveal")
    assert not by.breadth("customers.customer", "change")


@pytest.mark.requirement("ORG-004", "ORG-005", "ORG-006", "ORG-007", "ORG-008")
def test_what_the_other_templates_are_for():
    director = actor(person("dir", "marketing_director"))
    assert director.may("kernel.policyversion", "approve")
    assert director.may("rulebook.coverage", "view")
    supervisor = actor(person("sup", "crm_supervisor"))
    assert supervisor.breadth("interactions.todo", "assign").everything
    assert supervisor.may("customers.gradeoverride", "approve")
    specialist = actor(person("spe", "crm_specialist"))
    for verb in ("create", "change", "archive", "import"):
        assert specialist.breadth("customers.customer", verb).everything
    csm = actor(person("csm", "csm"))
    assert csm.breadth("customers.customer", "change").own
    assert not csm.breadth("customers.customer", "view").everything
    officer = actor(person("cxo", "experience_officer"))
    assert officer.breadth("interactions.interaction", "view").everything
    assert officer.may("interactions.todo", "assign")


@pytest.mark.requirement("ORG-009")
@pytest.mark.parametrize(
    "code",
    [
        "sales",
        "marketing",
        "product",
        "service",
        "customer_support",
        "technical_support",
        "sales_manager",
    ],
)
def test_department_templates_ship_and_can_name_colleagues(code):
    user = person("one", code)
    by = actor(user)
    assert by.may("customers.customer", "view")
    assert by.may("interactions.interaction", "create")
    for key in ("identity.user", "identity.orgunit", "identity.post"):
        assert by.breadth(key, "view").everything
        assert not by.may(key, "change")
    assert User.objects.visible_to(by).filter(pk=user.pk).exists()


def writes(code: str) -> set[tuple[str, str]]:
    rows = Grant.unscoped.filter(role__code=code, archived_at=None)
    return {(r, v) for r, v in rows.values_list("resource", "verb") if v in WRITING_VERBS}


def test_three_administrators_share_no_write_right():
    for one, other in itertools.combinations(THREE, 2):
        assert not writes(one) & writes(other)
    assert writes("audit_administrator") == set()
    assert ("identity.user", "create") not in writes("security_administrator")
    assert not {
        k
        for k in writes("system_administrator")
        if k[0] in {"identity.roleassignment", "identity.role"} or k[0].startswith("trust.")
    }


@pytest.mark.parametrize("code", THREE)
def test_no_administrator_reads_business_data(code):
    from django.apps import apps

    from zhike.kernel.actor import VERBS
    from zhike.kernel.records import Record

    by = actor(person("adm", code))
    for model in apps.get_models():
        if (
            issubclass(model, Record)
            and is_business(model.key())
            and model._meta.app_label != "exchange"
        ):
            for verb in VERBS:
                assert not by.may(model.key(), verb), (model.key(), verb)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *itertools.permutations(THREE, 2),
        *((c, "sales") for c in THREE),
        *(("sales", c) for c in THREE),
    ],
)
def test_nobody_holds_two_of_the_exclusive_roles(one, other):
    security = actor(person("security", "security_administrator"))
    user = person("li", one)
    with pytest.raises(Conflict):
        assign_role(user, role(other), by=security)
    assert user.role_assignments.count() == 1


def test_who_may_give_roles():
    system = person("sys", "system_administrator")
    security = person("sec", "security_administrator")
    auditor, user = person("aud", "audit_administrator"), person("li")
    for by in (actor(system), actor(auditor), actor(person("own", "crm_owner"))):
        with pytest.raises(Forbidden):
            assign_role(user, role("sales"), by=by)
        with pytest.raises(Forbidden):
            assign_role(by.user_id, role("sales"), by=by)
    with pytest.raises(Forbidden):
        assign_role(security, role("sales"), by=actor(security))
    with pytest.raises(Forbidden):
        create_user(User, {"username": "new", "display_name": "n"}, by=actor(security))
    with pytest.raises(Forbidden):
        create_user(User, {"username": "new", "display_name": "n"}, by=actor(auditor))
    given = assign_role(user, role("sales"), by=actor(security))
    assert actor(user).may("customers.customer", "create")
    withdraw_role(given, by=actor(security))
    assert not actor(user).breadth("customers.customer", "create")
    kinds = set(AuditEntry.objects.values_list("kind", flat=True))
    assert {"role_assigned", "role_withdrawn"} <= kinds


def test_a_role_ends_every_session():
    user = person("li")
    before = user.session_epoch
    assign_role(user, role("sales"), by=actor(person("sec", "security_administrator")))
    user.refresh_from_db()
    assert user.session_epoch == before + 1


def test_first_administrators_are_appointed_once_and_not_by_themselves():
    by = actor(person("sys", "system_administrator"))
    one, two = person("one"), person("two")
    with pytest.raises(Forbidden):
        appoint_administrator(by.user_id, "security", by=by)
    appoint_administrator(one, "security", by=by)
    with pytest.raises(Conflict):
        appoint_administrator(two, "security", by=by)
    with pytest.raises(Conflict):
        appoint_administrator(one, "audit", by=by)
    appoint_administrator(two, "audit", by=by)


def test_the_last_administrator_stays():
    one = person("one", "system_administrator")
    with pytest.raises(Conflict):
        deactivate(one, by=BY)
    person("two", "system_administrator")
    deactivate(one, by=BY)


def test_administrative_rights_cannot_leak_into_business_roles():
    by = actor(person("sec", "security_administrator"))
    for resource, verb in (
        ("identity.user", "create"),
        ("trust.grant", "view"),
        ("identity.roleassignment", "change"),
        ("trust.auditentry", "view"),
    ):
        with pytest.raises(Conflict):
            change_grant(role("sales"), resource, verb, "all", by=by)
    with pytest.raises(Conflict):
        change_grant(role("security_administrator"), "customers.customer", "view", "all", by=by)


def test_a_changed_grant_is_felt_and_survives_the_next_release():
    from zhike.trust.actions import ensure_defaults

    user = person("li", "sales")
    by = actor(person("sec", "security_administrator"))
    change_grant(role("sales"), "customers.customer", "export", "", by=by)
    change_grant(role("sales"), "customers.customer", "view", "all", by=by)
    assert ensure_defaults() == 0
    rights: Actor = actor(user)
    assert not rights.breadth("customers.customer", "export")
    assert rights.breadth("customers.customer", "view").everything


def test_shipped_rights_name_real_resources_and_verbs():
    from zhike.kernel.actor import VERBS
    from zhike.trust.vocabulary import resource_titles

    known = resource_titles()
    for spec in shipped()["roles"]:
        for resource, verb in rights_of(spec):
            assert resource in known, resource
            assert verb in VERBS
        for resource, fields in spec.get("fields", {}).items():
            from django.apps import apps

            assert set(fields) <= {f.name for f in apps.get_model(resource)._meta.fields}
