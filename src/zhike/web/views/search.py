"""The one search box: page and palette."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhike.chinese.pinyin import syllables
from zhike.kernel import kinds
from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry
from zhike.kernel.search import Hit, search
from zhike.web import monogram
from zhike.web.answers import page
from zhike.web.context import new_menu
from zhike.web.menu import lines, menu
from zhike.web.palette import Option
from zhike.web.palette import html as lines_html

PREFIXES = {"@": "customers.person", "#": "sales.order"}
PALETTE_HITS = 6
PAGE_HITS = 30


def show(request: HttpRequest) -> HttpResponse:
    """Answer the page of all hits, by kind of record."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    text, only = _wanted(request)
    found = search(text, by=by, limit=PAGE_HITS, only=only) if text else {}
    groups = [
        (registry.resources[key], [_option(hit) for hit in hits]) for key, hits in found.items()
    ]
    context = {"search_query": request.GET.get("q", "")[:100], "groups": groups, "text": text}
    return page(request, "web/search/search.html", context)


def palette(request: HttpRequest) -> HttpResponse:
    """Answer the lines of the palette; ``>`` actions, ``@`` people, ``#`` orders."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    typed = request.GET.get("q", "").strip()[:100]
    text, only = _wanted(request)
    groups: list[tuple[str, list[Option]]] = []
    commands = typed.startswith(">")
    if text and not commands:
        for key, hits in search(text, by=by, limit=PALETTE_HITS, only=only).items():
            groups.append((str(registry.resources[key].title), [_option(hit) for hit in hits]))
    if not only:
        wanted = typed[1:].strip() if commands else text
        groups.append((_("操作"), _commands(by, wanted)))
        groups.append((_("页面"), _pages(by, wanted)))
    if text and not commands:
        line = Option(f"/search/?{urlencode({'q': typed})}", _("搜索“%s”") % text, icon="search")
        groups.append((_("全部结果"), [line]))
    return HttpResponse(lines_html(groups))


def _wanted(request: HttpRequest) -> tuple[str, str]:
    typed = request.GET.get("q", "").strip()[:100]
    only = PREFIXES.get(typed[:1], "")
    if only and only in registry.resources:
        return typed[1:].strip(), only
    return typed, ""


def _option(hit: Hit) -> Option:
    resource = registry.resources[hit.resource]
    first = resource.model._meta.get_field(resource.model.search_fields[0])
    is_person = isinstance(first, kinds.PersonName)
    is_company = isinstance(first, kinds.CompanyName)
    mark = ""
    if is_person:
        mark = monogram.person_monogram(hit.title)
    elif is_company:
        mark = monogram.company_monogram(hit.title)
    return Option(
        hit.url, hit.title, hit.subtitle, resource.icon, mark, hit.id, is_person, hit.badge,
        peek=f"{hit.url}?peek=1",
    )  # fmt: skip


def _commands(by: Actor, text: str) -> list[Option]:
    items = new_menu(by)
    return [
        Option(item.url, item.title, icon="plus", keys=[item.key.upper()] if item.key else [])
        for item in items
        if _matches(item.title, text)
    ]


def _pages(by: Actor, text: str) -> list[Option]:
    return [
        Option(i.url, i.title, icon=i.icon) for i in lines(menu(by)) if _matches(i.title, text)
    ][:12]


def _matches(title: str, text: str) -> bool:
    """Match a title by its characters, or by pinyin or initials from any of them on."""
    wanted = text.casefold()
    return wanted in title.casefold() or f"\n{wanted}" in _spelt(title)


@lru_cache(maxsize=512)  # the titles of pages and commands, spelt once
def _spelt(title: str) -> str:
    sounds = [sound or char.casefold() for char, sound in zip(title, syllables(title), strict=True)]
    letters = "".join(sound[:1] for sound in sounds)
    ends = range(len(sounds))
    return "\n".join(["", *("".join(sounds[at:]) for at in ends), *(letters[at:] for at in ends)])
