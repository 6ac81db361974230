"""What every template must keep: no inline style or script, known icons; and the tags in use."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.template import Context, Template, engines
from django.test import RequestFactory

import zhike.web
from zhike.web import bundle, graphics

PACKAGE = Path(zhike.web.__file__).parent.parent
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>", re.IGNORECASE)
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def name_of(path):
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_inline_style_or_script(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text), "style attribute: use a class"
    assert not re.search(r"<[^>{]*\son[a-z]+\s*=", text), "on… attribute: use data-*"
    assert "<style" not in text
    assert "javascript:" not in text
    for match in SCRIPT.finditer(text):
        attributes = match["attributes"]
        assert "src=" in attributes or "application/json" in attributes, "inline script"


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_compiles(path):
    relative = path.relative_to(next(p for p in path.parents if p.name == "templates"))
    engines["django"].get_template(str(relative))


def test_icons_used_exist():
    used = set()
    for path in TEMPLATES:
        used |= set(re.findall(r"""{%\s*icon\s+["']([a-z0-9-]+)["']""", path.read_text("utf-8")))
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text("utf-8")
        used |= set(re.findall(r"""\bicon["']?(?:\s*[=:]\s*|\()["']([a-z0-9-]+)["']""", text))
    assert "gavel" in used
    assert used <= bundle.icon_names(), sorted(used - bundle.icon_names())


def test_an_unknown_icon_is_named_in_debug_and_a_point_at_work(settings):
    settings.DEBUG = True
    graphics.icon.cache_clear()
    with pytest.raises(LookupError, match="no-such-icon"):
        graphics.icon("no-such-icon")
    settings.DEBUG = False
    assert "#point" in graphics.icon("no-such-icon")


def render(source, **context):
    return Template("{% load i18n zk %}" + source).render(Context(context))


def test_labels_are_escaped():
    assert "<b>" not in render('{% tag text "zhu" %}', text="<b>x</b>")
    assert "&quot;" in render("{% icon 'gavel' label=text %}", text='a"b')
    assert "<b>" not in render("{% company 1 text %}", text="<b>")


def test_query_strings_merge():
    request = RequestFactory().get("/x/", {"grade": ["vip", "gold"], "page": "3"})
    assert render("{% qs page=None sort='name' %}", request=request) == (
        "?grade=vip&amp;grade=gold&amp;sort=name"
    )


def test_bars_are_cut_to_their_track():
    assert 'width="100.0%"' in graphics.bar(1.7)
    assert 'width="0.0%"' in graphics.bar(-1)
    assert "zk-bar-mark" in graphics.bar(0.5, mark=0.55)


def test_sparklines_need_two_values():
    assert graphics.sparkline([3]) == ""
    assert graphics.sparkline([5, 5]).count("<path") == 2


def test_a_clock_ticks_until_it_is_done():
    ticking = render("{% clock due start %}", due=NOW, start=NOW - timedelta(hours=1))
    assert "data-clock=" in ticking
    assert "zk-clock-late" in ticking
    met = render("{% clock due start due %}", due=NOW, start=NOW - timedelta(hours=1))
    assert "data-clock=" not in met


def test_the_bundle_names_what_it_lacks(monkeypatch):
    monkeypatch.setattr(bundle, "_manifest", lambda: {"ts/app.ts": {"file": "assets/app-1.js"}})
    bundle.address.cache_clear()
    assert bundle.address("ts/app.ts").endswith("dist/assets/app-1.js")
    with pytest.raises(LookupError, match=r"ts/none\.ts"):
        bundle.address("ts/none.ts")
    bundle.address.cache_clear()
