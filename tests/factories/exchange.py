"""Imports and exports."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.core import Values, make, maker, serial


@maker("exchange.importbatch")
def _batch(owner: Any = None, **_: Any) -> Values:
    user = owner or make("identity.user")
    file_name = f"客户{serial()}.xlsx"
    return {
        "user": user,
        "resource": "customers.customer",
        "file_name": file_name,
        "path": f"imports/{file_name}",
        "headers": ["客户名称"],
        "mapping": {"客户名称": "name"},
        "options": {"encoding": "utf-8"},
        "warnings": ["有合并单元格"],
        "started_at": timezone.now(),
        "finished_at": timezone.now(),
        "undo_until": timezone.now() + timedelta(days=7),
    }


@maker("exchange.mappingpreset")
def _preset(owner: Any = None, **_: Any) -> Values:
    user = owner or make("identity.user")
    return {
        "user": user,
        "resource": "customers.customer",
        "fingerprint": f"{serial():064d}",
        "mapping": {"客户名称": "name"},
    }


@maker("exchange.exportfile")
def _export(owner: Any = None, **_: Any) -> Values:
    user = owner or make("identity.user")
    expires = timezone.now() + timedelta(days=7)
    return {
        "user": user,
        "resource": "customers.customer",
        "purpose": "月度复盘",
        "expires_at": expires,
    }
