"""Registration and conflict: first come, evidence, a decision, one appeal."""

import datetime as dt
from pathlib import Path

import pytest
import yaml
from django.utils import timezone

import zhike.trust
from tests.factories import actor, make, make_user
from zhike.customers.models import Customer
from zhike.identity.models import RoleAssignment, User
from zhike.identity.responsibilities import owned, responsibilities
from zhike.kernel.errors import Conflict, Forbidden, Invalid
from zhike.pool.actions import (
    appeal_conflict,
    decide_conflict,
    expire_registrations,
    extend_registration,
    register_company,
    withdraw_registration,
)
from zhike.pool.models import Conflict as Case
from zhike.pool.models import Registration
from zhike.pool.queries.desk import judges

from .people import ROBOT

ROLES = Path(zhike.trust.__file__).parent / "data" / "roles.yaml"
pytestmark = [pytest.mark.django_db, pytest.mark.requirement("SEG-044")]
OWN = {("pool.registration", verb): "own" for verb in ("view", "create", "change")}
OWN |= {("pool.conflict", "view"): "own"}


def person(name, grants=OWN):
    return actor(make_user(name, unit=make("identity.orgunit"), grants=grants))


def register(by, company="嘉兴恒益涂料有限公司", project="水性涂料线", **more):
    return register_company(Registration, {"company": company, "project": project, **more}, by=by)


def test_the_first_registration_is_protected():
    row = register(person("ann"))
    assert row.status == "active"
    assert row.protected_until == timezone.localdate() + dt.timedelta(days=90)


def test_the_judges_are_asked_for_in_one_statement(django_assert_num_queries):
    everywhere = {("pool.conflict", "approve"): "all"}
    first, second = (make_user(name, grants=everywhere) for name in ("judge", "other"))
    make_user("near", grants={("pool.conflict", "approve"): "unit"})
    former, gone = (make_user(name, grants=everywhere) for name in ("former", "gone"))
    today = timezone.localdate()
    RoleAssignment.unscoped.filter(user=former).update(valid_to=today)
    User.unscoped.filter(pk=gone.pk).update(is_active=False)
    with django_assert_num_queries(1):
        assert judges() == [first.pk, second.pk]


def test_another_project_of_the_company_is_free():
    register(person("ann"))
    assert register(person("bo"), project="防火涂料").status == "active"


def test_the_same_project_written_otherwise_is_a_conflict():
    first = register(person("ann"))
    second = register(person("bo"), company="嘉兴恒益涂料（有限公司）", project="水性 涂料线")
    case = Case.unscoped.get()
    assert (second.status, case.first_id, case.second_id) == ("conflict", first.pk, second.pk)
    assert [line["what"] for line in case.evidence["holder"]] == ["registered"]
    assert case.evidence["holder"][0]["at"] < case.evidence["challenger"][0]["at"]


def test_a_customer_of_a_colleague_is_a_conflict():
    holder = make_user("holder")
    owned = make("customers.customer", name="嘉兴恒益涂料有限公司", owner=holder)
    register(person("bo"))
    case = Case.unscoped.get()
    assert (case.customer_id, case.holder_id) == (owned.pk, holder.pk)
    assert [line["what"] for line in case.evidence["holder"]] == ["owned"]


def test_twice_oneself_is_refused_and_writes_nothing():
    ann = person("ann")
    register(ann)
    with pytest.raises(Conflict, match="已报备过"):
        register(ann)
    assert Registration.unscoped.count() == 1


def test_a_decision_moves_customer_and_protection_and_may_be_appealed_once():
    holder = make_user("holder", unit=make("identity.orgunit"), grants=OWN)
    owned = make("customers.customer", name="嘉兴恒益涂料有限公司", owner=holder)
    bo = person("bo")
    second = register(bo)
    judge, other = (person(n, {("*", "*"): "all"}) for n in ("judge", "other"))
    case = Case.unscoped.get()
    with pytest.raises(Invalid):
        decide_conflict(case.pk, by=judge, winner=judge.user_id, reason="")
    decide_conflict(case.pk, by=judge, winner=bo.user_id, reason="一年没有跟进", split="20")
    second.refresh_from_db()
    assert (Customer.unscoped.get(pk=owned.pk).owner_id, second.status) == (bo.user_id, "active")
    appeal_conflict(case.pk, by=actor(holder), appeal="上周刚寄样")
    with pytest.raises(Forbidden, match="另一位"):
        decide_conflict(case.pk, by=judge, winner=holder.pk, reason="改判")
    decide_conflict(case.pk, by=other, winner=holder.pk, reason="寄样单在先")
    case.refresh_from_db()
    second.refresh_from_db()
    assert (case.status, second.status) == ("final", "lost")
    assert Customer.unscoped.get(pk=owned.pk).owner_id == holder.pk


def test_nobody_decides_his_own_case():
    boss = person("boss", {("*", "*"): "all"})
    register(person("ann"))
    register(boss)
    with pytest.raises(Forbidden):
        decide_conflict(Case.unscoped.get().pk, by=boss, winner=boss.user_id, reason="先到")


def test_protection_is_prolonged_once_on_evidence_and_ends():
    ann = person("ann")
    row = register(ann)
    with pytest.raises(Invalid):
        extend_registration(row.pk, by=ann, progress="")
    extend_registration(row.pk, by=ann, progress="已送样，待检测报告")
    with pytest.raises(Conflict, match="已用完 1 次"):
        extend_registration(row.pk, by=ann, progress="继续")
    assert expire_registrations(timezone.localdate() + dt.timedelta(days=121), by=ROBOT) == 1
    assert register(person("bo")).status == "active"


def test_a_leavers_live_registrations_pass_on_and_the_past_stays():
    ann = person("ann")
    row = register(ann)
    by_key = {one.key: one for one in responsibilities()}
    assert owned(by_key["pool.registration"], ann.user_id).count() == 1
    withdraw_registration(row.pk, by=ann)
    assert owned(by_key["pool.registration"], ann.user_id).count() == 0
    assert not {"pool.ownership", "pool.conflict", "pool.bulktransfer"} & by_key.keys()


def test_only_sales_people_claim_and_only_named_roles_decide():
    roles = yaml.safe_load(ROLES.read_text("utf-8"))
    holding = {"change": set(), "assign": set()}
    codes = set()
    for role in roles["roles"]:
        for grant in role["grants"]:
            for rights in grant.values():
                verbs = rights.get("pool.poolentry", "").split()
                for verb in holding:
                    if verb in verbs:
                        holding[verb].add(role["code"])
                if "approve" in rights.get("pool.conflict", "").split():
                    codes.add(role["code"])
    assert holding["change"] == {"sales", "sales_manager"}
    assert holding["assign"] == {"sales_manager", "crm_supervisor", "crm_owner"}
    assert codes == {"crm_supervisor", "crm_owner"}
