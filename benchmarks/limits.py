"""The budgets of the design, by the name of what is measured, and how a figure is judged."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Budget:
    """What a request may cost at most; what is None is not limited. Times in milliseconds."""

    p50: float | None = None
    p95: float | None = None
    queries: int | None = None
    kilobytes: float | None = None

    _words: ClassVar[dict[str, str]] = {
        "p50": "{:g} ms",
        "p95": "p95 {:g} ms",
        "queries": "{:g} SQL",
        "kilobytes": "{:g} KB",
    }

    def __str__(self) -> str:
        limits = ((words, getattr(self, name)) for name, words in self._words.items())
        return ", ".join(words.format(limit) for words, limit in limits if limit is not None)

    def verdict(self, found: object) -> str:
        """Return yes, no, or which limits of several are missed by the figures."""
        limited = [name for name in self._words if getattr(self, name) is not None]
        missed = [name for name in limited if getattr(found, name) > getattr(self, name)]
        if not limited:
            return ""
        if not missed:
            return "yes"
        names = {"queries": "SQL", "kilobytes": "KB"}
        return "no" + (
            f" ({', '.join(names.get(n, n) for n in missed)})" if len(limited) > 1 else ""
        )


PARTS = ("requests", "plans", "grading", "customers", "import", "weight")
TABLE = "list of 50, scope, 12 columns: table (HTMX)"
REQUESTS = {
    TABLE: Budget(p50=10, queries=10, kilobytes=25),
    "the same, sorted by spend": Budget(p50=10, queries=10),
    "the same, deep page by cursor": Budget(p50=30),
    "the same, whole page": Budget(kilobytes=25),
    "palette search, 16 queries in turn": Budget(p95=10),
    "customer 360 (HTMX navigation)": Budget(p50=40, queries=20, kilobytes=25),
    "log a visit (POST)": Budget(p50=30),
}
GRADING_RATIO = 3
LIVE_MS, COUNT_MS, LIFECYCLE_MS, MERGE_MS, NIGHT_MS = 30, 300, 100, 1_000, 300_000
IMPORT_ROWS = 10_000
WORKER_MB = 200
FIRST_PAGE_KB = 250
NAVIGATION_KB = 25


def judged(found: float, limit: float, *, at_least: bool = False) -> str:
    """Return the budget and the verdict in words."""
    met = found >= limit if at_least else found <= limit
    return f"(budget {limit:,g}: {'met' if met else '**not met**'})"
