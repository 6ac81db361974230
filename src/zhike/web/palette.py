"""The lines of the command palette as HTML, made in Python: they come with every letter typed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from django.utils.safestring import SafeString

from zhike.web import badges, graphics, monogram


@dataclass(frozen=True)
class Option:
    """One line of the palette."""

    url: str
    title: str
    note: str = ""
    icon: str = ""
    monogram: str = ""
    id: int = 0
    person: bool = False
    grade: str = ""
    keys: Sequence[str] = field(default_factory=tuple)
    peek: str = ""


def html(groups: Iterable[tuple[str, Sequence[Option]]]) -> SafeString:
    """Return the groups that have lines, each under its title."""
    return SafeString(
        "\n".join(
            f'<div class="zk-palette-group" role="presentation">{escape(title)}</div>\n'
            + "\n".join(map(_line, options))
            for title, options in groups
            if options
        )
    )


def _line(one: Option) -> str:
    peek = f' data-peek="{escape(one.peek)}"' if one.peek else ""
    note = f'<span class="zk-muted zk-t12 zk-trunc">{escape(one.note)}</span>' if one.note else ""
    keys = "".join(f'<span class="zk-kbd zk-push">{escape(key)}</span>' for key in one.keys)
    return (
        '<a class="zk-palette-item" role="option" aria-selected="false" tabindex="-1"'
        f' href="{escape(one.url)}"{peek}>{_mark(one)}<span class="zk-trunc">{escape(one.title)}</span>'
        f"{note}{badges.grade(one.grade)}{keys}</a>"
    )


def _mark(one: Option) -> str:
    if not one.monogram:
        return graphics.icon(one.icon or "arrow-right")
    css = "zk-av" if one.person else "zk-co"
    return f'<span class="{css} zk-tint-{monogram.tint(one.id)}">{escape(one.monogram)}</span>'
