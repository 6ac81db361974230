"""The pages without script: every rule's form gives back what it shows, and says what is wrong."""

import re

import pytest
from django.http import QueryDict

from zhike.kernel.models import PolicyVersion
from zhike.kernel.registry import registry
from zhike.rulebook.actions import versions as act
from zhike.rulebook.actions.simulations import simulate_version
from zhike.rulebook.queries import schema
from zhike.web.views.rulebook import params_form

GRADE = "customers.grade"


def controls(bound, into):
    """Write what a browser would send for a field."""
    for child in bound.fields:
        controls(child, into)
    if bound.kind in {"rows", "mapping"}:
        below = bound.rows or bound.entries
        into[f"{bound.name}.#"] = str(len(below))
        for child in below:
            if bound.kind == "mapping":
                into[child.key_name] = child.key
            controls(child, into)
    elif bound.kind == "flag":
        if bound.value:
            into[bound.name] = "1"
    elif bound.kind != "group":
        into[bound.name] = bound.typed


@pytest.mark.django_db
@pytest.mark.requirement("SEG-028")
@pytest.mark.parametrize("policy_id", sorted(registry.policies) or ["none"])
def test_the_form_of_every_rule_gives_back_its_parameters(policy_id):
    policy = registry.policies[policy_id]
    plain = policy.default().model_dump(mode="json")
    node = schema.tree(policy.Params)
    sent = QueryDict(mutable=True)
    controls(params_form.Bound(node, "", plain, plain, {}), sent)
    assert policy.parse(params_form.read(node, sent)) == policy.default()


@pytest.mark.requirement("SEG-028")
def test_numbers_are_read_as_people_write_them():
    node = schema.Node("n", "n", "decimal")
    typed = ["100万", "1,000.50", "１２", "1.5亿", "abc", ""]
    found = [params_form.scalar(node, text) for text in typed]
    assert found == ["1000000", "1000.50", "12", "150000000", "abc", None]


@pytest.mark.requirement("SEG-028", "SEG-029")
def test_a_draft_with_overlapping_bands_is_shown_again_with_the_fault_at_its_cell(company, web):
    browser = web("author")
    browser.post(f"/rulebook/policies/{GRADE}/draft/")
    row = PolicyVersion.unscoped.get(policy_id=GRADE)
    policy = registry.policies[GRADE]
    sent: dict[str, str] = {}
    node = schema.tree(policy.Params)
    controls(params_form.Bound(node, "", row.params, row.params, {}), sent)
    sent |= {"p.tiers.1.upper": "120万", "version": "1", "op": "save", "reason": "试"}
    answer = browser.post(f"/rulebook/versions/{row.pk}/save/", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="f-tiers-1-upper-error"' in page
    assert 'value="1,200,000"' in page
    row.refresh_from_db()
    assert row.version == 1
    sent["p.tiers.1.upper"] = "100万"
    act.edit_version(PolicyVersion, row.pk, {"reason": "他人"}, by=company.approver)
    assert browser.post(f"/rulebook/versions/{row.pk}/save/", sent).status_code == 409


@pytest.mark.requirement("ORG-034")
def test_flows_and_roles_are_chosen_by_name(company, web):
    browser = web("author")
    browser.post("/rulebook/policies/interactions.automation_review/draft/")
    row = PolicyVersion.unscoped.get(policy_id="interactions.automation_review")
    url = f"/rulebook/policies/{row.policy_id}/?version={row.pk}"
    page = browser.get(url).content.decode()
    assert '<option value="pool.nightly">每日回收与提醒</option>' in page
    assert re.search(r'<option value="crm_supervisor" selected>[^<]+</option>', page)
    sent = {"version": "1", "op": "save", "reason": "试", "p.reviewer_role": "crm_owner",
            "p.within_days": "2", "p.flows": ["pool.nightly", "loyalty.nightly"]}  # fmt: skip
    assert browser.post(f"/rulebook/versions/{row.pk}/save/", sent).status_code in {200, 302}
    row.refresh_from_db()
    assert row.params["flows"] == ["pool.nightly", "loyalty.nightly"]
    assert row.params["reviewer_role"] == "crm_owner"
    page = browser.get(url).content.decode()
    assert '<option value="pool.nightly" selected>每日回收与提醒</option>' in page
    row.params["flows"] = ["gone.flow"]
    row.save(update_fields=["params"])
    page = browser.get(url).content.decode()
    assert '<option value="gone.flow" selected>（失效）gone.flow</option>' in page


@pytest.mark.requirement("SEG-029", "ORG-029")
def test_pages_answer_and_explain_why_a_button_is_missing(company, web):
    browser = web("author")
    row = act.create_version(
        PolicyVersion,
        {"policy_id": "interactions.contact_cadence", "reason": "试"},
        by=company.author,
    )
    simulate_version(row.pk, by=company.author)
    act.submit_version(row.pk, by=company.author)
    for policy_id in registry.policies:
        for tab in ("rules", "clauses", "records"):
            answer = browser.get(f"/rulebook/policies/{policy_id}/?tab={tab}")
            assert answer.status_code == 200
            assert not re.search(r'\sstyle="|\son[a-z]+="', answer.content.decode())
    page = browser.get(f"/rulebook/policies/{row.policy_id}/").content.decode()
    assert "须由另一人审批" in page
    assert "/approve/" not in page
    assert (
        "/approve/" in web("approver").get(f"/rulebook/policies/{row.policy_id}/").content.decode()
    )
    assert web("member").get(f"/rulebook/policies/{row.policy_id}/").status_code == 403
    assert browser.get("/rulebook/").status_code == 200
    assert browser.get("/rulebook/policies/no.such/").status_code == 404


@pytest.mark.requirement("SEG-030")
def test_a_large_simulation_runs_behind_in_parts_and_the_page_counts(
    company, customers, web, monkeypatch
):
    from zhike.customers.queries import simulate as grading
    from zhike.rulebook.actions import simulations
    from zhike.rulebook.jobs import simulate_in_parts

    params = registry.policies[GRADE].default().model_dump(mode="json")
    row = act.create_version(
        PolicyVersion, {"policy_id": GRADE, "reason": "试", "params": params}, by=company.author
    )
    whole = simulations.simulate(GRADE, row.params, by=company.author)
    monkeypatch.setattr(simulations, "BIG", 2)
    monkeypatch.setitem(grading.__globals__, "STEP", 1)
    running = simulate_version(row.pk, by=company.author)
    assert running.simulation["state"] == "running"
    history = PolicyVersion.pgh_event_model.objects.filter(pgh_obj_id=row.pk)
    before, pages = history.count(), []
    one_part = grading.__globals__["_outcomes"]

    def part_and_page(*values):
        pages.append(
            web("author").get(f"/rulebook/policies/{GRADE}/?version={row.pk}").content.decode()
        )
        return one_part(*values)

    monkeypatch.setitem(grading.__globals__, "_outcomes", part_and_page)
    simulate_in_parts(version_id=row.pk, user_id=company.author.user_id)
    assert [re.search(r"(\d) / (\d)<progress", page).groups() for page in pages] == [
        ("0", "3"), ("1", "3"), ("2", "3")
    ]  # fmt: skip
    row.refresh_from_db()
    done = row.simulation
    assert done["state"] == "done"
    assert (done["before"], done["after"]) == (dict(whole.counts_now), dict(whole.counts_then))
    assert [m["id"] for m in done["movers"]] == [m.id for m in whole.movers]
    assert history.count() == before + 1  # the result; how far it was leaves no trace
    simulate_in_parts(version_id=row.pk, user_id=company.author.user_id)  # a second time: nothing
    assert history.count() == before + 1


@pytest.mark.django_db
def test_entries_of_a_mapping_stand_in_the_order_they_are_offered():
    policy = registry.policies["interactions.contact_cadence"]
    stored = policy.default().model_dump(mode="json")
    name = next(key for key, value in stored.items() if isinstance(value, dict) and "vip" in value)
    stored[name] = dict(sorted(stored[name].items()))
    bound = params_form.Bound(schema.tree(policy.Params), "", stored, stored, {})
    (days,) = (one for one in bound.fields if one.node.name == name)
    assert [one.key for one in days.entries][:3] == ["vip", "gold", "silver"]
