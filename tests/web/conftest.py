"""People with different rights, signed in, and a few customers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.factories import make, make_user

KEY = "customers.customer"
LIST = "/customers/customer/"
FULL = {("*", "*"): "all"}


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test here uses the database."""


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    """A browser of a person."""

    def open_browser(user: Any) -> Client:
        client = Client(headers={"accept-language": "zh-hans"})
        client.force_login(user)
        return client

    return open_browser


@pytest.fixture
def boss() -> Any:
    """A person with all rights."""
    return make_user("boss", grants=FULL, display_name="陆知行")


@pytest.fixture
def browser(boss: Any, signed_in: Callable[[Any], Client]) -> Client:
    """The browser of the person with all rights."""
    return signed_in(boss)


@pytest.fixture
def customer(boss: Any) -> Any:
    """A customer of the boss."""
    return make(KEY, name="华东蓝屿化工有限公司", owner=boss)


def htmx(target: str) -> dict[str, str]:
    """The headers with which HTMX asks for a fragment."""
    return {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": target}


def field(html: str, name: str) -> str:
    """The value of a hidden input of a page."""
    import re

    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', html)
    assert found, name
    return found[1]


def submitted(html: str, **changes: str) -> dict[str, str]:
    """What a browser would send from the record form of a page, with some fields typed anew."""
    import html as entities
    import re

    body = html[html.index("zk-record-form") :]
    body = body[: body.index("</form>")]
    values: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", body):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name:
            values[name[1]] = entities.unescape(value[1]) if value else ""
    for name, inner in re.findall(
        r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', body, re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        values[name] = chosen[1] if chosen else ""
    for name, inner in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', body, re.DOTALL
    ):
        values[name] = entities.unescape(inner).strip()
    return {**values, **changes}
