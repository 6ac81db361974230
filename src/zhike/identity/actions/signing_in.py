"""Signing in: password, second factor, lockout per account and per address."""

import datetime as dt
import hmac
from dataclasses import dataclass, replace
from typing import Literal

import pyotp
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from zhike.identity import journal
from zhike.identity.models import SignInAttempt, User
from zhike.identity.policies import SignInFacts, SignInRules
from zhike.identity.queries import sign_in_rules
from zhike.kernel.actor import ANONYMOUS, Actor
from zhike.kernel.registry import registry

Status = Literal["in", "code", "wrong", "locked", "expired"]
DAY = dt.timedelta(days=1)
STEP = 30  # seconds, RFC 6238


@dataclass(frozen=True, slots=True)
class SignIn:
    """What came of an attempt.

    Attributes:
        status: ``in``; ``code``: the password was right, the second factor is still to come;
            ``wrong``; ``locked``: wait; ``expired``: the one-time password is too old.
        user: for ``in`` and ``code``. wait_seconds: for ``locked``.
    """

    status: Status
    user: User | None = None
    wait_seconds: int = 0


def sign_in(username: str, password: str, *, address: str | None = None) -> SignIn:
    """Try a password. Unknown names take as long as known ones; every attempt is kept."""
    name = username.strip()[:64]
    with transaction.atomic():
        _one_at_a_time(name, address)
        wait = _wait(name, address)
        if wait:
            return _audit("locked", name, None, address, wait)
        user = User.unscoped.filter(username__iexact=name).first()
        if user is None or not user.has_usable_password():
            make_password(password)
            right = False
        else:
            right = user.check_password(password) and user.is_active
        if not right or user is None:
            return _failed(name, user, address)
        if user.one_time_until and user.one_time_until < timezone.now():
            return _audit("expired", name, user, address)
        if user.totp_secret:
            return SignIn("code", user)
        return _succeeded(name, user, address)


def check_code(user_id: int, code: str, *, address: str | None = None) -> SignIn:
    """Try the second factor of a person whose password was right; each code counts once."""
    with transaction.atomic():
        user = (
            User.unscoped.select_for_update(of=("self",)).filter(pk=user_id, is_active=True).first()
        )
        if user is None or not user.totp_secret:
            return SignIn("wrong")
        _one_at_a_time(user.username, address)
        wait = _wait(user.username, address)
        if wait:
            return _audit("locked", user.username, user, address, wait)
        step = matching_step(user.totp_secret, code)
        if step is None or step <= user.totp_last_step:
            return _failed(user.username, user, address)
        User.unscoped.filter(pk=user.pk).update(totp_last_step=step)
        user.totp_last_step = step
        return _succeeded(user.username, user, address)


def matching_step(secret: str, code: str) -> int | None:
    """Return the time step whose code this is: now, or one step off for clocks that differ."""
    text = "".join(code.split())
    if not (text.isascii() and text.isdigit() and len(text) == 6):
        return None
    totp, now = pyotp.TOTP(secret), int(timezone.now().timestamp()) // STEP
    for step in (now, now - 1, now + 1):
        if hmac.compare_digest(totp.generate_otp(step), text):
            return step
    return None


def note_sign_out(*, by: Actor, address: str | None = None) -> None:
    """Write that a person signed out."""
    with transaction.atomic():
        journal.note("sign_out", by=by, address=address)


def count_failure(name: str, address: str | None) -> None:
    """Count a failed proof that is no sign-in, such as a wrong first-run code."""
    _keep(name, address, succeeded=False)


def waiting_time(name: str, address: str | None) -> int:
    """Return the seconds for which attempts under this name or from this address are refused."""
    return _wait(name, address)


def _one_at_a_time(name: str, address: str | None) -> None:
    """Serialise attempts per account and per address: parallel guesses count one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7448, hashtext(lower(%s)))", [name])
        cursor.execute("SELECT pg_advisory_xact_lock(7449, hashtext(%s))", [address or ""])


def _wait(name: str, address: str | None) -> int:
    facts = SignInFacts(
        account_failures=_failures(username__iexact=name),
        address_failures=_failures(address=address) if address else (),
    )
    decision = registry.policies[SignInRules.id].decide(facts, sign_in_rules())
    return int(decision.outcome["wait_seconds"])


def _failures(**which: object) -> list[float]:
    """Return the ages in seconds of the day's failures; of an account, since it last got in."""
    now = timezone.now()
    rows = SignInAttempt.objects.filter(tried_at__gt=now - DAY, **which)
    if "username__iexact" in which:
        last = rows.filter(succeeded=True).order_by("-tried_at").first()
        rows = rows.filter(tried_at__gt=last.tried_at) if last else rows
    times = rows.filter(succeeded=False).order_by("-tried_at").values_list("tried_at", flat=True)
    return [(now - at).total_seconds() for at in times[:500]]


def _keep(name: str, address: str | None, *, succeeded: bool) -> None:
    SignInAttempt.objects.create(
        username=name[:64], address=address, succeeded=succeeded, tried_at=timezone.now()
    )


def _failed(name: str, user: User | None, address: str | None) -> SignIn:
    _keep(name, address, succeeded=False)
    _audit("wrong", name, user, address)
    wait = _wait(name, address)
    return SignIn("locked", wait_seconds=wait) if wait else SignIn("wrong")


def _succeeded(name: str, user: User, address: str | None) -> SignIn:
    _keep(name, address, succeeded=True)
    _audit("in", name, user, address)
    return SignIn("in", user)


def _audit(
    status: Status, name: str, user: User | None, address: str | None, wait: int = 0
) -> SignIn:
    by = ANONYMOUS if user is None else replace(ANONYMOUS, user_id=user.pk, name=str(user))
    journal.note(
        "sign_in",
        by=by,
        address=address,
        succeeded=status == "in",
        details={"username": name, "status": status},
    )
    return SignIn(status, user if status == "in" else None, wait)
