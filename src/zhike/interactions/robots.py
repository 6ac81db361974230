r"""The protocols of group robots: WeCom, DingTalk and Feishu (COM-018).

Each platform takes a POST of JSON to the robot's own address and answers with JSON. Sources: the
platforms' public documentation of custom group robots (群机器人, 自定义机器人).

- WeCom: the key stands in the address; ``errcode`` 0 is success; at most 20 messages a minute.
- DingTalk: ``timestamp`` (milliseconds) and ``sign`` go into the address, where sign is the
  HMAC-SHA256 of ``timestamp\nsecret`` under the secret, in base 64 and URL-quoted.
- Feishu: ``timestamp`` (seconds) and ``sign`` go into the body, where sign is the HMAC-SHA256 of an
  empty message under ``timestamp\nsecret``, in base 64; ``code`` 0 is success.
"""

import base64
import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

TIMEOUT_SECONDS = 10
MOST_BYTES = 64_000
WECOM_BYTES = 2_048  # a longer text is refused by the platform
# Answers that no retry will mend: bad key, bad signature, keyword or address not allowed.
HOPELESS = {
    "wecom": {93000, 40058}, "dingtalk": {310000, 300001, 40035},
    "feishu": {19001, 19021, 19022, 19024},
}  # fmt: skip


class RobotError(Exception):
    """The platform did not take the message; ``hopeless`` = sending again is of no use."""

    def __init__(self, text: str, *, hopeless: bool = False) -> None:
        self.hopeless = hopeless
        super().__init__(text)


def check_address(address: str) -> None:
    """Refuse an address that is not one of a known platform.

    Raises:
        ValidationError: not https, or another host: nothing else is ever called.
    """
    try:
        parts = urlsplit(address)
        host, place = parts.hostname or "", parts.netloc
    except ValueError:
        host, place, parts = "", "", urlsplit("")
    if parts.scheme == "http" and place in settings.ROBOT_PLAIN_HOSTS:
        return
    if parts.scheme != "https" or host not in settings.ROBOT_HOSTS or place != host:
        allowed = "、".join(settings.ROBOT_HOSTS)
        raise ValidationError(
            _("应为群机器人的 https 地址，主机为 %(hosts)s 之一"), params={"hosts": allowed}
        )


def request_for(
    platform: str, address: str, secret: str, text: str, *, now: float
) -> tuple[str, dict[str, Any]]:
    """Return (address, JSON body) of a text message, signed where a secret is set."""
    if platform == "feishu":
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if secret:
            stamp = str(int(now))
            body = {"timestamp": stamp, "sign": _digest(f"{stamp}\n{secret}", ""), **body}
        return address, body
    if platform == "dingtalk":
        body = {"msgtype": "text", "text": {"content": text}, "at": {"isAtAll": False}}
        if secret:
            stamp = str(int(now * 1000))
            sign = quote_plus(_digest(secret, f"{stamp}\n{secret}"))
            address += f"{'&' if '?' in address else '?'}timestamp={stamp}&sign={sign}"
        return address, body
    return address, {"msgtype": "text", "text": {"content": _shortened(text, WECOM_BYTES)}}


def _digest(key: str, message: str) -> str:
    found = hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    return base64.b64encode(found).decode()


def _shortened(text: str, limit: int) -> str:
    raw = text.encode()
    return text if len(raw) <= limit else raw[: limit - 3].decode(errors="ignore") + "…"


def send(platform: str, address: str, secret: str, text: str) -> None:
    """Send one text message to a group.

    Raises:
        RobotError: unreachable, or refused by the platform.
        ValidationError: the address is not allowed.
    """
    check_address(address)
    target, body = request_for(platform, address, secret, text, now=time.time())
    answer = _post(target, body)
    code = (
        answer.get("code", answer.get("StatusCode"))
        if platform == "feishu"
        else answer.get("errcode")
    )
    if code != 0:
        words = str(answer.get("msg") or answer.get("errmsg") or answer.get("StatusMessage") or "")
        raise RobotError(f"{code} {words}"[:200], hopeless=code in HOPELESS[platform])


def _post(address: str, body: Mapping[str, Any]) -> dict[str, Any]:
    parts = urlsplit(address)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = maker(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        raw = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        connection.request("POST", path, raw, headers)
        answer = connection.getresponse()
        text = answer.read(MOST_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise RobotError(type(error).__name__) from error
    finally:
        connection.close()
    if answer.status != http.client.OK:  # a redirect is not followed: the address is what it is
        raise RobotError(f"HTTP {answer.status}")
    try:
        found = json.loads(text)
    except ValueError as error:
        raise RobotError("no JSON") from error
    return found if isinstance(found, dict) else {}
