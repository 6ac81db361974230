import datetime as dt

import pytest
from django.utils import timezone

from tests.identity.world import OLD, actor, person, unit
from zhike.customers.models import Customer, Person, TeamMember
from zhike.identity.models import Notice
from zhike.kernel.errors import BadQuery, Forbidden, NotFound, PolicyRefused
from zhike.trust.actions import issue_token, reveal, revoke_token
from zhike.trust.actions.tokens import actor_of_token
from zhike.trust.models import ApiToken, AuditEntry
from zhike.trust.policies import RevealFacts, RevealParams, RevealRules

pytestmark = pytest.mark.django_db


def contact(owner, mobile: str = "13800138000") -> Person:
    now = {"created_at": timezone.now(), "updated_at": timezone.now()}
    customer = Customer.unscoped.create(code=f"C{mobile}", name="客户", owner=owner, **now)
    return Person.unscoped.create(name="顾言", customer=customer, mobile=mobile, owner=owner, **now)


def test_the_owner_reveals_and_it_is_written_down():
    owner = person("owner", "sales")
    row = contact(owner)
    assert reveal(row, "mobile", by=actor(owner)).replace(" ", "").endswith("13800138000")
    entry = AuditEntry.objects.get(kind="reveal")
    assert (entry.user_id, entry.object_id, entry.details["field"]) == (owner.pk, row.pk, "mobile")
    assert "13800138000" not in str(entry.details)


@pytest.mark.requirement("ORG-003")
def test_an_analyst_sees_the_record_but_no_number():
    row = contact(person("owner", "sales"))
    with pytest.raises(Forbidden):
        reveal(row, "mobile", by=actor(person("ana", "data_analyst")))
    with pytest.raises(BadQuery):
        reveal(row, "id_number", by=actor(person("ana2", "data_analyst")))


def test_out_of_scope_looks_like_absent_and_other_fields_are_refused():
    owner = person("owner", "sales")
    row = contact(owner)
    with pytest.raises(NotFound):
        reveal(row, "mobile", by=actor(person("other", "sales")))
    for name in ("note", "nonsense", "customer"):
        with pytest.raises(BadQuery):
            reveal(row, name, by=actor(owner))


def test_team_members_reveal_followers_do_not():
    row = contact(person("owner", "sales"))
    now = {"created_at": timezone.now(), "updated_at": timezone.now()}
    for role, expected in (("csm", True), ("follower", False)):
        user = person(role, "sales")
        TeamMember.unscoped.create(
            customer=row.customer, user=user, role=role, valid_from=OLD, **now
        )
        if expected:
            assert reveal(row, "mobile", by=actor(user))
        else:
            with pytest.raises(Forbidden):
                reveal(row, "mobile", by=actor(user))


def test_the_21st_asks_for_a_purpose_and_tells_the_supervisor(clock):
    boss = person("boss")
    team = unit("t", leader=boss.pk)
    owner = person("owner", "sales", unit=team)
    row, by = contact(owner), actor(owner)
    for _ in range(20):
        reveal(row, "mobile", by=by)
    with pytest.raises(PolicyRefused) as refused:
        reveal(row, "mobile", by=by)
    assert refused.value.policy == "trust.reveal_rules"
    assert not Notice.unscoped.exists()
    for _ in range(2):
        assert reveal(row, "mobile", by=by, purpose="年底回访核对")
    assert Notice.unscoped.get().user_id == boss.pk
    clock.shift(dt.timedelta(days=1))
    assert reveal(row, "mobile", by=by)


def test_the_day_ends_at_the_limit():
    rules, params = RevealRules(), RevealParams()
    for today, purpose, outcome in (
        (0, False, "show"),
        (19, False, "show"),
        (20, False, "ask"),
        (20, True, "show_and_tell"),
        (199, True, "show_and_tell"),
        (200, True, "stop"),
    ):
        assert (
            rules.decide(RevealFacts(today=today, purpose_given=purpose), params).outcome == outcome
        )


def test_tokens_work_until_they_end(clock):
    user = person("li", "sales")
    token, text = issue_token(user, "脚本", by=actor(user))
    assert text not in str(ApiToken.unscoped.values_list("digest", flat=True))
    by = actor_of_token(text, request_id="r1")
    assert (by.user_id, by.channel, by.request_id) == (user.pk, "api", "r1")
    assert actor_of_token(text + "x") is None
    assert actor_of_token("") is None
    with pytest.raises(NotFound):
        revoke_token(token.pk, by=actor(person("other")))
    with pytest.raises(Forbidden):
        issue_token(user, "x", by=actor(person("third")))
    revoke_token(token.pk, by=actor(user))
    assert actor_of_token(text) is None
    _token, text = issue_token(user, "脚本", by=actor(user), expires_on=dt.date(2026, 3, 6))
    clock.shift(dt.timedelta(days=3))
    assert actor_of_token(text) is None


def test_a_leavers_token_is_dead_at_once():
    from tests.identity.world import BY
    from zhike.identity.actions.people import deactivate

    user = person("li", "sales")
    _token, text = issue_token(user, "脚本", by=actor(user))
    deactivate(user, by=BY)
    assert actor_of_token(text) is None
