"""Browsers signed in to the running demo company, one page for each person."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import browser as rig
from zhike.site.environment import Environment

# Playwright keeps an event loop in this thread; Django then refuses its blocking calls unless told.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with rig.chromium() as started:
        yield started


@pytest.fixture(scope="session")
def words(demo_product) -> dict[str, str]:
    return rig.passwords(Environment(home=demo_product.home).demo_accounts)


@pytest.fixture
def signed_in(chromium, demo_product, words) -> Iterator[Callable[..., Page]]:
    """Open a page for a colleague: ``signed_in("luzhixing", phone=True)``."""
    opened = []

    def opens(username: str, *, phone: bool = False) -> Page:
        context = rig.context(chromium, phone=phone)
        context.set_default_timeout(30_000)
        opened.append(context)
        page = context.new_page()
        rig.sign_in(page, demo_product.url, username, words[username])
        return page

    yield opens
    for context in opened:
        context.close()
