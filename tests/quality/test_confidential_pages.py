"""No page prints the name of a customer that its reader is not cleared for (DAT-028).

Generated: every address of the product without a parameter, and every address with one, for the
secret customer and for a record of every entity that hangs on it. A new page is in it by itself.
"""

import json
import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tests.api.client import Api
from tests.factories import actor, make, make_user, makeable, model_of
from zhike.customers.models import Customer
from zhike.duplicates.models import CUSTOMER
from zhike.kernel.models import PolicyVersion
from zhike.kernel.policy_store import in_force
from zhike.kernel.registry import registry
from zhike.kernel.simulation import simulators

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("DAT-028")]
NAME, SHORT, PERSON, CODE = "绝密海星石化有限公司", "绝密海星", "阙静澜", "C-XSTAR-1"
SECRETS = (NAME, SHORT, PERSON, CODE)
# What is no page of the product: other doors, static files, and what ends the session.
SKIPPED = re.compile(
    r"^(api/|static/|media/|sign-out|logout|components/|health|u/|f/|\.well-known)"
)
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


def patterns(resolver=None, prefix: str = "") -> Iterator[str]:
    """Yield the route of every view, with its parameters as they are declared."""
    for one in (resolver or get_resolver()).url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, route)
        elif isinstance(one, URLPattern):
            yield route


@pytest.fixture
def secret():
    """A customer that only its owner and the cleared may know, with one record of every entity."""
    owner = make("identity.user", display_name="主管甲")
    row = make(
        "customers.customer", owner=owner, name=NAME, short_name=SHORT, phone=None, code=CODE
    )
    person = make("customers.person", customer=row, owner=owner, name=PERSON)
    Customer.unscoped.filter(pk=row.pk).update(
        primary_contact=person, annual_spend=9_000_000, since=timezone.localdate(), grade="vip",
        confidentiality="secret",
    )  # fmt: skip
    row.refresh_from_db()
    return row


@pytest.fixture
def hanging(secret):
    """Key -> the record of each entity that belongs to the secret customer."""
    found = {}
    for key in makeable():
        links = [f for f in model_of(key)._meta.fields if f.related_model is Customer]
        given = {f.name: secret for f in links if f.name == "customer"}
        given.update({f.name: secret for f in links if f.name.startswith("left")})
        try:
            found[key] = make(key, **{"customer": secret, **given})
        except Exception:
            continue
    PolicyVersion.unscoped.update(simulation={})  # invented figures: their page needs real ones
    return found


@pytest.fixture
def reader(hanging):
    """Holds every right on everything, and no clearance."""
    cache.clear()
    return make_user("reader", grants={("*", "*"): "all"})


def browser(user) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


def told(content: str) -> list[str]:
    return [name for name in SECRETS if name in content]


def look(client: Client, address: str, leaks: list[str], odd: list[str]) -> None:
    answer = client.get(address)
    if answer.status_code >= 500:
        odd.append(f"{address}: {answer.status_code}")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    names = told(content.decode("utf-8", "replace"))
    if names:
        leaks.append(f"{address}: {names}")


def addresses(secret, hanging) -> Iterator[str]:
    """Yield every address: without parameter once, with one for each record it may be about."""
    ids = {secret.pk, *(row.pk for row in hanging.values())}
    for route in dict.fromkeys(patterns()):
        if SKIPPED.match(route) or "(?P" in route:
            continue
        names = PARAMETER.findall(route)
        if not names:
            yield f"/{route}"
        elif [kind for kind, _name in names] == ["int"]:
            package = route.partition("/")[0]
            near = {row.pk for key, row in hanging.items() if key.partition(".")[0] == package}
            for pk in sorted(near | {secret.pk} if near else ids):
                yield "/" + PARAMETER.sub(str(pk), route)
    yield from generated(hanging)
    for policy in registry.policies:
        yield f"/rulebook/policies/{policy}/"


def generated(hanging) -> Iterator[str]:
    """Yield the addresses of every resource and of its record that hangs on the customer."""
    for key, resource in registry.resources.items():
        yield resource.url
        row = hanging.get(key)
        if row is None:
            continue
        for tail in ("", "?peek=1", "edit/", "history/"):
            yield f"{resource.url}{row.pk}/{tail}"
        for action in resource.actions:
            yield f"{resource.url}{row.pk}/{action.slug}/"


def test_no_page_prints_the_name_of_a_secret_customer(secret, hanging, reader):
    client, leaks, odd = browser(reader), [], []
    client.raise_request_exception = False
    seen = list(dict.fromkeys(addresses(secret, hanging)))
    for address in seen:
        look(client, address, leaks, odd)
    assert len(hanging) > 40
    assert len(seen) > 400
    assert leaks == []
    assert odd == []


def test_whoever_is_cleared_finds_it(secret, hanging):
    """The walk would find the name if it were there: the owner's own pages print it."""
    owner = secret.owner
    make("identity.roleassignment", user=owner, role=_full_role())
    cache.clear()
    leaks: list[str] = []
    for address in (
        "/customers/customer/",
        f"/customers/customer/{secret.pk}/",
        f"/search/?q={SHORT}",
    ):
        look(browser(owner), address, leaks, [])
    assert len(leaks) == 3


def _full_role():
    make_user("template", grants={("*", "*"): "all"})
    return model_of("identity.role").unscoped.get(name="template")


@pytest.mark.parametrize("query", [NAME, SHORT, PERSON, CODE, "jmhx"])
def test_no_search_finds_it(secret, hanging, reader, query):
    client = browser(reader)
    for address in ("/search/", "/log/", "/colleagues/"):
        content = client.get(address, {"q": query}).content.decode()
        assert told(content.replace(query, "")) == [], address  # what was asked for is echoed
        assert f"/customers/customer/{secret.pk}/" not in content


def test_no_list_of_the_interface_gives_it(secret, hanging, reader):
    api = Api(reader)
    leaks = []
    for key, resource in registry.resources.items():
        if resource.api:
            answer = json.dumps(api.get(f"{resource.slug}/").json(), ensure_ascii=False)
            leaks += [f"{key}: {names}" for names in [told(answer)] if names]
    assert leaks == []


def test_no_simulation_names_it(secret, hanging, reader):
    """The widest grant passes no level: each simulation looks at cleared customers only."""
    by, checked = actor(reader), 0
    for policy_id, simulate in simulators.items():
        params = in_force(policy_id)[1]
        result = simulate(params, timezone.localdate(), by)
        assert secret.pk not in {mover.id for mover in result.movers}, policy_id
        checked += 1
    assert checked >= 5


def test_duplicates_and_care_and_recycling_leave_it_out(secret, reader):
    from zhike.loyalty.queries.occasions import coming_for
    from zhike.pool.queries.tonight import tonight

    twin = make("customers.customer", name=NAME + "分公司", owner=secret.owner)
    sides = sorted([secret, twin], key=lambda one: one.pk)
    make("duplicates.pair", kind=CUSTOMER, left_customer=sides[0], right_customer=sides[1])
    cache.clear()
    by, today = actor(reader), timezone.localdate()
    assert NAME not in browser(reader).get("/duplicates/").content.decode().replace(twin.name, "")
    assert secret.pk not in {one.customer_id for one in coming_for(by, today, 366)}
    assert secret.pk not in {one.customer_id for one in tonight(today, by).rows}


MARKS = ("data-off-paper", 'class="zk-no-print"', "zk-c360 zk-no-print", "zk-record zk-no-print")


def test_no_page_puts_on_paper_what_may_only_be_seen(secret, hanging, reader):
    """Its owner sees the customer everywhere; whatever page names it, main area or row is marked."""
    owner = secret.owner
    make(
        "identity.roleassignment",
        user=owner,
        role=model_of("identity.role").unscoped.get(name="reader"),
    )
    cache.clear()
    client, bare, named = browser(owner), [], 0
    for address in dict.fromkeys(addresses(secret, hanging)):
        answer = client.get(address)
        if answer.streaming:
            assert b"".join(answer.streaming_content)
        if answer.streaming or not answer["Content-Type"].startswith("text/html"):
            continue
        content = answer.content.decode()
        main = content.partition('id="main"')[2] or content
        main = re.sub(r"<select.*?</select>", "", main, flags=re.DOTALL)  # not printed anywhere
        if answer.status_code == 200 and told(main):
            named += 1
            if not any(mark in content for mark in MARKS):
                bare.append(address)
    assert named > 50
    assert bare == [], "\n".join(bare)


def test_a_document_of_needs_stays_with_those_who_are_cleared(secret, reader):
    """Its text names customers whom the document itself does not link."""
    need = make("needs.need", customer=secret, owner=secret.owner)
    document = make("needs.needsdocument", customer=None, owner=secret.owner)
    make("needs.clause", document=document, need=need, text=f"涉及客户：{NAME}。")
    cache.clear()
    for tail in ("", "text/", "print/", "word/"):
        assert browser(reader).get(f"/needs/needsdocument/{document.pk}/{tail}").status_code == 404
    assert told(browser(reader).get("/needs/clause/").content.decode()) == []
    role = model_of("identity.role").unscoped.get(name="reader")
    make("identity.roleassignment", user=secret.owner, role=role)
    cache.clear()
    client = browser(secret.owner)  # he sees it and may take none of it out
    assert told(client.get(f"/needs/needsdocument/{document.pk}/").content.decode())
    for tail in ("print/", "word/"):
        assert client.get(f"/needs/needsdocument/{document.pk}/{tail}").status_code == 403
