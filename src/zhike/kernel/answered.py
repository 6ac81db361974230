"""Requests that may arrive twice: the first answer is kept and given again (idempotency keys)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zhike.kernel.actor import Actor
from zhike.kernel.errors import Conflict
from zhike.kernel.models import AnsweredRequest

MAX_KEY = 200
ABANDONED = timedelta(minutes=2)  # a request that died without an answer may be tried again


class KeyReused(Conflict):
    """The idempotency key was used for a request with other content."""


@dataclass(frozen=True)
class Answer:
    """What was answered: status, JSON body, and whether it is a repetition."""

    status: int
    body: Any
    replayed: bool = False


def answer_once(key: str, digest: str, work: Callable[[], Answer], *, by: Actor) -> Answer:
    """Do the work once per person and key; a repetition gets the first answer.

    Args:
        key: chosen by the client; empty means "no key": the work is simply done.
        digest: of the request; the same key with another request is refused.
        work: returns the answer; where it raises, nothing is kept and it may be tried again.

    Raises:
        KeyReused: the key belongs to another request. Conflict: the first is still running.
    """
    if not key or by.user_id is None:
        return work()
    key = key[:MAX_KEY]
    row, fresh = AnsweredRequest.objects.get_or_create(
        user_id=by.user_id, key=key, defaults={"digest": digest}
    )
    if not fresh and row.digest != digest:
        raise KeyReused(_("这次提交与先前同一编号的提交内容不同，请刷新页面后重试。"))
    if not fresh and row.status is None and timezone.now() - row.created_at < ABANDONED:
        raise Conflict(_("同一次提交正在处理，请稍候。"))
    if row.status is not None:
        return Answer(row.status, row.body, replayed=True)
    try:
        # The work and its answer commit together, so that neither exists without the other.
        with transaction.atomic():
            answer = work()
            AnsweredRequest.objects.filter(pk=row.pk).update(status=answer.status, body=answer.body)
    except BaseException:
        AnsweredRequest.objects.filter(pk=row.pk, status=None).delete()
        raise
    return answer
