"""What belongs to one person alone: saved views, small choices, notices read.

No grant is needed for one's own things, so these are plain functions, not registered actions; the
saved views keep their history like every record.
"""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.models import Notice, Preference, SavedView, User
from zhike.kernel.actions import lock, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, Invalid

MAX_VIEWS = 50
THEMES = ("system", "light", "dark")
LANGUAGES = ("zh-hans", "en")


def _me(by: Actor) -> int:
    """Return the actor's id; small choices belong to a person, so nobody else has any."""
    if by.user_id is None:
        raise Forbidden
    return by.user_id


def set_preference(key: str, value: Any, *, by: Actor) -> None:
    """Remember a small choice of the actor; ``None`` forgets it."""
    if value is None:
        Preference.objects.filter(user_id=_me(by), key=key).delete()
    else:
        Preference.objects.update_or_create(
            user_id=_me(by), key=key[:80], defaults={"value": value}
        )


def set_look(*, by: Actor, theme: str = "", language: str = "") -> None:
    """Remember theme and language.

    Raises:
        Invalid: a value that is not offered.
    """
    if theme and theme not in THEMES:
        raise Invalid(fields={"theme": [_("没有这种外观。")]})
    if language and language not in LANGUAGES:
        raise Invalid(fields={"language": [_("没有这种语言。")]})
    values = {k: v for k, v in {"theme": theme, "language": language}.items() if v}
    if values:
        User.unscoped.filter(pk=_me(by)).update(**values)


def save_view(resource: str, name: str, query: str, *, by: Actor) -> SavedView:
    """Keep a list's query under a name.

    Raises:
        Invalid: no name, one's own view of that name exists, or too many.
    """
    own = SavedView.objects.visible_to(by).filter(user_id=_me(by), resource=resource)
    if own.count() >= MAX_VIEWS:
        raise Invalid(fields={"name": [_("视图最多 %d 个，请先删除不用的。") % MAX_VIEWS]})
    _free_name(own, name)
    with recorded(by, "identity.save_view"):
        view = SavedView(user_id=_me(by), resource=resource, name=name.strip(), query=query[:4000])
        return store(view, by=by)


def change_view(
    view_id: int, *, by: Actor, name: str | None = None, query: str | None = None,
    shared: bool | None = None,
) -> SavedView:  # fmt: skip
    """Rename one's view, give it another query, share it with everybody or stop that."""
    with recorded(by, "identity.change_view"):
        view = lock(SavedView, view_id, by=by, verb="change")
        if name is not None and name.strip() != view.name:
            own = SavedView.objects.visible_to(by).filter(user_id=_me(by), resource=view.resource)
            _free_name(own.exclude(pk=view.pk), name)
            view.name = name.strip()
        if query is not None:
            view.query = query[:4000]
        if shared is not None:
            view.extra = {**view.extra, "shared": shared}
        return store(view, by=by, fields=["name", "query", "extra"])


def delete_view(view_id: int, *, by: Actor) -> SavedView:
    """Put one's view away."""
    with recorded(by, "identity.delete_view"):
        view = lock(SavedView, view_id, by=by, verb="change")
        view.archived_at = timezone.now()
        return store(view, by=by, fields=["archived_at"])


def _free_name(own: Any, name: str) -> None:
    if not name.strip():
        raise Invalid(fields={"name": [_("请写视图名称。")]})
    if own.filter(name=name.strip()).exists():
        raise Invalid(fields={"name": [_("已有同名视图。")]})


def read_notices(ids: list[int] | None = None, *, by: Actor) -> int:
    """Mark one's notices as read, all of them where no ids are given; returns how many."""
    notices = Notice.unscoped.filter(user_id=_me(by), read_at__isnull=True)
    if ids is not None:
        notices = notices.filter(pk__in=ids)
    return notices.update(read_at=timezone.now())
