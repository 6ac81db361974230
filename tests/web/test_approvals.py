"""What waits for a decision: on the workbench, on its own page, decided in place."""

import pytest

from tests.factories import make, make_user
from zhike.kernel.approvals import approval_sources


def test_what_waits_is_listed_and_decided_in_place(browser, boss):
    assert "没有等您审批的事项" in browser.get("/approvals/").content.decode()
    other = make_user("other")
    asked = make("customers.gradeoverride", owner=boss)
    type(asked).unscoped.filter(pk=asked.pk).update(created_by=other)
    for address in ("/", "/approvals/"):
        html = browser.get(address).content.decode()
        assert f'action="/approvals/customers.overrides/{asked.pk}/"' in html
    address = f"/approvals/customers.overrides/{asked.pk}/"
    assert browser.post(address, {"decision": "approve"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.status, asked.decided_by) == ("approved", boss)


@pytest.mark.parametrize("name", sorted(approval_sources))
def test_every_source_has_an_address(browser, name):
    answer = browser.post(f"/approvals/{name}/9000000000/", {"decision": "approve"}, follow=True)
    assert answer.redirect_chain or answer.status_code == 404
    assert browser.get(f"/approvals/{name}/9000000000/").status_code in {404, 405}


def test_an_unknown_source_is_404(browser):
    assert browser.post("/approvals/nothing/1/", {"decision": "approve"}).status_code == 404
