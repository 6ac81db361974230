"""A small client of the API in this process, with a real token."""

import json
from typing import Any

from django.test import Client

from tests.factories import BY_TEST
from zhike.trust.actions import issue_token


class Api:
    """Calls below /api/v1/ as one person; ``Api(None)`` sends no token."""

    def __init__(self, user: Any, *, language: str = "zh-CN") -> None:
        self.headers = {"Accept-Language": language}
        if user is not None:
            _row, text = issue_token(user, "test", by=BY_TEST)
            self.headers["Authorization"] = f"Bearer {text}"
        self._client = Client(raise_request_exception=False)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send one request; ``if_match="..."`` and the like become headers."""
        sent = {name.replace("_", "-").title(): value for name, value in headers.items()}
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return self._client.generic(
            method,
            path if path.startswith("/") else f"/api/v1/{path}",
            data if body is not None else b"",
            content_type="application/json" if body is not None else "",
            headers={**self.headers, **sent},
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, **headers)
