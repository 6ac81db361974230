"""A real browser for stories and pictures: sign in, move about, check accessibility."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
SERIOUS = {"serious", "critical"}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium, or Playwright's own."""
    path = os.environ.get("ZHIKE_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def context(browser: Browser, *, phone: bool = False, scale: int = 1) -> BrowserContext:
    """Open a fresh profile in Chinese, at desktop or phone width."""
    return browser.new_context(
        viewport=PHONE if phone else DESKTOP, device_scale_factor=scale, locale="zh-CN",
        timezone_id="Asia/Shanghai", has_touch=phone, is_mobile=phone,
    )  # fmt: skip


def passwords(path: Path) -> dict[str, str]:
    """Return sign-in name -> password of the demo accounts."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.split()[0]: line.split()[1] for line in lines if line.strip()}


def sign_in(page: Page, url: str, username: str, password: str) -> None:
    """Sign in through the form."""
    page.goto(f"{url}/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("form[action='/sign-in/'] button[type=submit]")
    page.wait_for_url(re.compile(r"^(?!.*sign-in)"))


def accessibility_problems(page: Page) -> list[str]:
    """Return what axe-core finds serious on the page, one line for each rule."""
    import axe_core_python

    script = Path(axe_core_python.__file__).parent / "axe.min.js"
    page.evaluate(script.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
    ]
