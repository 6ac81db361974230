"""Nothing is loaded from outside: the product works with the cable unplugged (TOOL-005)."""

import re
from pathlib import Path

import pytest
from django.test import Client

import zhike

ROOT = Path(zhike.__file__).parent
LOADS = re.compile(
    r"""(?:src|href|action|hx-get|hx-post|poster|srcset)\s*=\s*["'](?:https?:)?//"""
    r"""|url\(\s*["']?(?:https?:)?//|@import\s+["'](?:https?:)?//"""
    r"""|import\(["']https?://|fetch\(["']https?://""",
    re.IGNORECASE,
)
TEMPLATES = sorted((ROOT / "web" / "templates").rglob("*.html"))
BUILT = sorted((ROOT / "web" / "static" / "dist").rglob("*.*"))


@pytest.mark.requirement("TOOL-005")
@pytest.mark.parametrize("folder", [TEMPLATES, BUILT], ids=["templates", "built"])
def test_no_page_and_no_built_file_loads_from_elsewhere(folder):
    texts = [p for p in folder if p.suffix in {".html", ".css", ".js", ".json", ".svg"}]
    assert texts, "nothing to check: build the front end first (make frontend)"
    found = [
        f"{path.name}: {match[0]}"
        for path in texts
        for match in LOADS.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_check_would_notice():
    assert LOADS.search('<script src="https://cdn.example/x.js">')
    assert LOADS.search("background: url(//fonts.example/a.woff2)")


@pytest.mark.django_db
@pytest.mark.requirement("TOOL-005")
def test_the_browser_is_told_to_load_nothing_from_elsewhere():
    policy = Client(HTTP_HOST="localhost").get("/sign-in/").headers["Content-Security-Policy"]
    sources = {word for part in policy.split(";") for word in part.split()[1:]}
    assert "default-src 'none'" in policy
    assert sources <= {"'none'", "'self'", "data:", "blob:"}
