"""Tokens for the API: shown once, kept as a digest."""

import datetime as dt
import secrets
from hashlib import sha256

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.identity.models import User
from zhike.identity.queries import duties_before_work
from zhike.kernel.actions import recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.trust.actions.audit import note_audit
from zhike.trust.models import ApiToken
from zhike.trust.queries import actor_for

PREFIX = "zk_"
LONGEST_DAYS = 366
USE_NOTED_EVERY = dt.timedelta(minutes=1)


def digest_of(text: str) -> str:
    """Return what is stored of a token: it has 256 random bits, so a plain digest is enough."""
    return sha256(text.encode()).hexdigest()


def issue_token(
    user: "User | int", name: str, *, by: Actor, expires_on: dt.date | None = None
) -> tuple[ApiToken, str]:
    """Make a token for a person (oneself, or anybody for the system) and return it with its text.

    Raises:
        Forbidden: for somebody else. Conflict: the person left or has to settle password or second
        factor first. Invalid: the date is not within a year from today.
    """
    pk = user if isinstance(user, int) else user.pk
    if not by.is_system and by.user_id != pk:
        raise Forbidden
    today = timezone.localdate()
    last = expires_on or today + dt.timedelta(days=90)
    if not today < last <= today + dt.timedelta(days=LONGEST_DAYS):
        raise Invalid(fields={"expires_on": [_("有效期须在明天到一年之内。")]})
    with recorded(by, "trust.issue_token"):
        person = User.unscoped.filter(pk=pk).first()
        if person is None:
            raise NotFound
        if not person.is_active or (not by.is_system and duties_before_work(person)):
            raise Conflict(_("请先完成密码修改或启用动态口令，再创建接口令牌。"))
        text = PREFIX + secrets.token_urlsafe(32)
        token = ApiToken(user=person, name=name.strip(), digest=digest_of(text), expires_on=last)
        store(token, by=by)
        note_audit("token_issued", by=by, row=token, details={"name": token.name, "user": pk})
    return token, text


def revoke_token(token: "ApiToken | int", *, by: Actor) -> ApiToken:
    """Make one's own token worthless at once."""
    with recorded(by, "trust.revoke_token"):
        pk = token if isinstance(token, int) else token.pk
        rows = ApiToken.objects.visible_to(by).select_for_update(of=("self",))
        row: ApiToken | None = rows.filter(pk=pk).first()
        if row is None:
            raise NotFound
        row.archived_at = timezone.now()
        revoked: ApiToken = store(row, by=by, fields=["archived_at"])
        note_audit("token_revoked", by=by, row=revoked)
    return revoked


def note_use(token: ApiToken) -> None:
    """Remember that a token was used, at most once a minute."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > USE_NOTED_EVERY:
        ApiToken.unscoped.filter(pk=token.pk).update(last_used_at=now)


def actor_of_token(text: str, *, channel: str = "api", request_id: str = "") -> Actor | None:
    """Return the Actor of an API token, or None if it is unknown, expired, revoked or its owner left."""
    today = timezone.localdate()
    alive = Q(expires_on__isnull=True) | Q(expires_on__gte=today)
    rows = ApiToken.unscoped.filter(alive, archived_at=None, user__is_active=True)
    token = rows.select_related("user").filter(digest=digest_of(text)).first()
    if token is None:
        return None
    note_use(token)
    return actor_for(token.user, channel=channel, request_id=request_id)
