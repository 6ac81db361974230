"""Who calls: a bearer token, and how often he may."""

import threading
import time
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhike.api.problems import Problem, unauthenticated
from zhike.kernel.actor import Actor
from zhike.trust.actions.tokens import actor_of_token

WINDOW = 60.0  # seconds
MAX_TOKEN = 200
MAX_WINDOWS = 10_000


class Limiter:
    """Counts requests of each token in windows of a minute, in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[float, int]] = {}

    def wait(self, name: str, limit: int) -> int:
        """Count one request; return 0, or the seconds to wait when there were too many."""
        now = time.monotonic()
        with self._lock:
            begun, count = self._windows.get(name, (now, 0))
            if now - begun >= WINDOW:
                begun, count = now, 0
            if count >= limit:
                return max(1, int(WINDOW - (now - begun)))
            if len(self._windows) >= MAX_WINDOWS:
                self._windows.clear()
            self._windows[name] = (begun, count + 1)
        return 0


limiter = Limiter()


def authenticate(request: HttpRequest) -> Actor:
    """Return the Actor of the request's token.

    Raises:
        Problem: 401 without a valid token, 429 beyond the token's rate.
    """
    scheme, _blank, text = request.headers.get("Authorization", "").partition(" ")
    text = text.strip()
    if scheme.lower() != "bearer" or not text or len(text) > MAX_TOKEN or not text.isascii():
        raise unauthenticated()
    request_id = getattr(request, "request_id", "")
    actor = actor_of_token(text, channel="api", request_id=request_id)
    if actor is None or actor.user_id is None:
        raise unauthenticated()
    limit = settings.API_REQUESTS_PER_MINUTE
    seconds = limiter.wait(sha256(text.encode()).hexdigest(), limit)
    if seconds:
        detail = _("每分钟最多 %(limit)d 次请求，请 %(seconds)d 秒后再试。")
        filled = detail % {"limit": limit, "seconds": seconds}
        raise Problem(429, filled, headers={"Retry-After": str(seconds)})
    return actor
