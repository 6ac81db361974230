"""No page is wider than a phone: what is wide scrolls within itself."""

import pytest

pytestmark = pytest.mark.journey

BESIDE = ("/rulebook/policies/customers.grade/", "/rulebook/policies/interactions.contact_cadence/")


@pytest.mark.parametrize("username", ["luzhixing", "songyanqiu", "yanshouzhuo"])
def test_every_page_of_the_menu_fits(signed_in, demo_product, username):
    page = signed_in(username, phone=True)
    page.goto(demo_product.url)
    menu = "elements => elements.map(element => element.getAttribute('href'))"
    addresses = {*page.eval_on_selector_all("a.zk-side-item", menu), *BESIDE}
    addresses |= {"/me/", "/notices/", "/search/?q=化工"}
    wide = []
    for address in sorted(addresses):
        page.goto(f"{demo_product.url}{address}", wait_until="load")
        if page.evaluate(
            "document.documentElement.scrollWidth > innerWidth + 1 || innerWidth > 391"
        ):
            wide.append(address)
    assert len(addresses) > 8
    assert wide == []
