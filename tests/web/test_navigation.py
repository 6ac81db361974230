"""The menu: few lines, the rest beneath the one they belong to."""

from django.utils import translation

from tests.factories import actor, make_user
from zhike.web import urls  # noqa: F401  (the views put their pages into the menu)
from zhike.web.menu import current, html, menu


def lines(by):
    return {item.url: [one.url for one in item.items] for group in menu(by) for item in group.items}


def test_lines_stand_under_the_one_they_belong_to(boss):
    found = lines(actor(boss))
    assert "/pool/registration/" in found["/pool/"]
    assert "/pool/registration/" not in found
    assert len(found) <= 22


def test_a_line_without_its_upper_line_stands_alone():
    ann = make_user("ann", grants={("sales.payment", "view"): "own"})
    assert "/sales/payment/" in lines(actor(ann))


def test_the_longest_address_is_the_current_one_and_opens_its_line(boss):
    groups, path = menu(actor(boss)), "/pool/conflict/7/"
    assert current(groups, path) == "/pool/conflict/"
    shown = html(groups, path, {"/pool/": 3, "/rulebook/": 0})
    assert shown.count("aria-current") == 1
    assert 'title="撞单裁定"' in shown.split('aria-current="page"')[0].rpartition("<a ")[2]
    assert shown.count('class="zk-side-under"') == 1
    assert '<span class="zk-count zk-count-hot">3</span>' in shown
    assert shown.count("zk-count-hot") == 1
    assert shown.count('class="zk-count') == 1, "none wait: no number"


def test_the_menu_follows_the_language_and_the_rights(boss):
    ann = make_user("ann", grants={("sales.payment", "view"): "own"})
    chinese, few = menu(actor(boss)), menu(actor(ann))
    assert menu(actor(boss)) is chinese
    assert len(few) < len(chinese)
    with translation.override("en"):
        assert menu(actor(boss))[1].title == "Customers"
    assert chinese[1].title == "客户"


def test_the_page_shows_lower_lines_only_where_they_are_open(browser):
    assert "/pool/conflict/" not in browser.get("/customers/customer/").content.decode()
    assert 'href="/pool/conflict/"' in browser.get("/pool/").content.decode()
