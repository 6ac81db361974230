"""One field of a record as HTML, made in Python: a page shows two dozen of them."""

from typing import Any

from django.utils.html import conditional_escape as e
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from zhike.web.graphics import icon


def fact_html(fact: Any, csrf_token: object, *, saved: bool = False) -> SafeString:
    """Return a field with the eye that reveals it and the pencil that edits it in its place.

    Args:
        fact: with ``name``, ``title``, ``html``, ``reveal_url`` and ``edit_url`` (may be empty).
        csrf_token: of the request.
        saved: it was changed a moment ago.
    """
    name, title, mark = e(fact.name), e(fact.title), " zk-saved" if saved else ""
    shown = masked_html(fact.html, fact.reveal_url, csrf_token) if fact.reveal_url else fact.html
    edit = ""
    if fact.edit_url:
        url, label = e(fact.edit_url), _("编辑%(field)s") % {"field": title}
        edit = (
            f' <a class="zk-fact-edit" href="{url}" hx-get="{url}" hx-target="#fact-{name}"'
            f' hx-swap="outerHTML" aria-label="{label}">{icon("pencil", "zk-i-sm")}</a>'
        )
    return mark_safe(  # noqa: S308  (every value went through escape)
        f'<div class="zk-fact{mark}" id="fact-{name}"><dt>{title}</dt><dd>{e(shown)}{edit}</dd></div>'
    )


def masked_html(value: object, reveal_url: str, csrf_token: object) -> SafeString:
    """Return a masked value; the eye posts, and the clear text is shown for 30 s.

    Without script the answer is a page. An empty ``reveal_url`` shows no eye.
    """
    eye, url = "", e(reveal_url)
    if reveal_url:
        label = _("查看完整内容，会被记录")
        eye = (
            f'<button class="zk-btn zk-btn-text zk-btn-xs zk-btn-icon" type="submit"'
            f' data-reveal="{url}" aria-label="{label}" title="{label}">{icon("eye")}</button>'
        )
    return mark_safe(  # noqa: S308  (every value went through escape)
        f'<form class="zk-row zk-row-4 zk-num" data-masked method="post" action="{url}">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{e(csrf_token)}">'
        f'<span class="zk-nowrap" data-masked-text>{e(value)}</span>{eye}</form>'
    )
