"""The menu: few lines, the rest beneath the one they belong to."""

from tests.factories import actor, make_user
from zhike.web import urls  # noqa: F401  (the views put their pages into the menu)
from zhike.web.context import navigation


def lines(by, path="/"):
    return {
        item.url: [one.url for one in item.items]
        for group in navigation(by, path)
        for item in group.items
    }


def test_lines_stand_under_the_one_they_belong_to(boss):
    found = lines(actor(boss))
    assert "/pool/registration/" in found["/pool/"]
    assert "/pool/registration/" not in found
    assert len(found) <= 22


def test_a_line_without_its_upper_line_stands_alone():
    ann = make_user("ann", grants={("sales.payment", "view"): "own"})
    assert "/sales/payment/" in lines(actor(ann))


def test_the_longest_address_is_the_current_one_and_opens_its_line(boss):
    groups = navigation(actor(boss), "/pool/conflict/7/")
    items = [item for group in groups for item in group.items]
    opened = [item for item in items if item.open]
    assert [item.url for item in opened] == ["/pool/"]
    assert not opened[0].active
    assert [one.url for one in opened[0].items if one.active] == ["/pool/conflict/"]


def test_the_page_shows_lower_lines_only_where_they_are_open(browser):
    assert "/pool/conflict/" not in browser.get("/customers/customer/").content.decode()
    assert 'href="/pool/conflict/"' in browser.get("/pool/").content.decode()
