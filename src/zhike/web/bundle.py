"""Addresses of the built front-end files, read from the manifest of the build."""

from __future__ import annotations

import json
import logging
from functools import cache
from pathlib import Path

from django.templatetags.static import static

HOME = Path(__file__).parent
MANIFEST = HOME / "static" / "dist" / "manifest.json"
ICON_LIST = HOME / "assets" / "build" / "icons.txt"
MISSING = "The front-end files are not built. Run: make frontend"

logger = logging.getLogger(__name__)


@cache
def _manifest() -> dict[str, dict[str, object]]:
    if not MANIFEST.exists():
        logger.error(MISSING)
        return {}
    loaded: dict[str, dict[str, object]] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return loaded


def is_built() -> bool:
    """Whether `make frontend` has run; the base template says so on the page where it has not."""
    return bool(_manifest())


@cache
def address(source: str) -> str:
    """Address of the built form of a source file, such as ``ts/app.ts`` or ``css/app.css``.

    Raises:
        LookupError: the build is there but does not hold this file.
    """
    manifest = _manifest()
    if not manifest:
        return static(f"dist/missing/{source}")
    if source not in manifest:
        known = ", ".join(sorted(name for name in manifest if not name.startswith("node_modules")))
        raise LookupError(f"{source} is not in the front-end build; it holds: {known}")
    return static(f"dist/{manifest[source]['file']}")


@cache
def icon_names() -> frozenset[str]:
    """Names of all icons of the sprite."""
    path = ICON_LIST if ICON_LIST.exists() else MANIFEST.with_name("icons.txt")
    if not path.exists():
        return frozenset()
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
