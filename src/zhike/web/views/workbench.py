"""工作台: what is due today and why, how the quarter stands, what waits for my decision."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from zhike.identity.queries import preferences
from zhike.interactions import queries as todos
from zhike.kernel import approvals
from zhike.kernel.actor import Actor
from zhike.kernel.moments import day_bounds
from zhike.kernel.registry import registry
from zhike.sales import spend
from zhike.web import almanac
from zhike.web.answers import into, page
from zhike.web.pages import Page, add_page
from zhike.web.views.tiers import tier_panels

CUSTOMER = "customers.customer"
STARRED = "starred_customers"
AHEAD = dt.timedelta(days=7)
SHOWN_CUSTOMERS = 7
SHOWN_APPROVALS, MOST_APPROVALS = 6, 100
MOST_TODOS = 60
UNFOLDED = 8  # to-dos of a group before the rest is folded


def _due(by: Actor) -> list[Any]:
    return [todos.due_today(by)] if by.may("interactions.todo", "view") else []


add_page(Page(lazy("工作台"), "/", "layout-dashboard", rank=1, keys="g h", waits=_due))


@dataclass(frozen=True)
class Figure:
    """One line of the quarter: value, target and pace, 0…1 where there is a measure."""

    title: str
    value: str
    note: str = ""
    share: float | None = None
    tone: str = ""
    short: str = ""
    url: str = ""


def home(request: HttpRequest) -> HttpResponse:
    """Show the workbench."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    segment = segment_of(request)
    context = {**todo_card(by, segment), "almanac": almanac.today(), "first_name": first_name(by)}
    if into(request, "todos"):
        return page(request, "web/workbench/todos.html", context)
    if into(request, "my-customers"):
        return page(request, "web/workbench/customers.html", context | _my_customers(request, by))
    waiting = approvals.waiting(by, MOST_APPROVALS)
    context |= {"approvals": waiting[:SHOWN_APPROVALS], **tier_panels(by)}
    more = "+" if len(waiting) == MOST_APPROVALS else ""
    context["approvals_count"] = f"{len(waiting)}{more}"
    if context["tier"].name == "front":  # whoever leads others sees theirs instead
        context |= {"quarter": quarter(by), **_my_customers(request, by)}
    return page(request, "web/workbench/home.html", context)


def _my_customers(request: HttpRequest, by: Actor) -> dict[str, Any]:
    tab = "starred" if request.GET.get("customers") == "starred" else "recent"
    return {"customer_tab": tab, "customers": customers(by, tab)}


def segment_of(request: HttpRequest) -> str:
    """Return the asked segment of to-dos, all by default."""
    asked = request.GET.get("segment") or request.POST.get("segment") or "all"
    return asked if asked in todos.SEGMENTS else "all"


def todo_card(by: Actor, segment: str) -> dict[str, Any]:
    """Return the context of the to-do card: groups, done today, segments."""
    until = timezone.now() + AHEAD
    found = todos.open_lines(by, segment=segment, limit=MOST_TODOS + 1)
    due = [one for one in found if one.due_at <= until]
    lines, more = due[:MOST_TODOS], "+" if len(due) > MOST_TODOS else ""
    done = todos.done_lines(by, segment=segment)
    titles = {"all": _("全部"), "mine": _("我执行的"), "given": _("我发起的")}
    return {
        "groups": todos.grouped(lines),
        "left": f"{len(lines)}{more}",
        "first": f":{UNFOLDED}",
        "rest": f"{UNFOLDED}:",
        "due_count": sum(timezone.localdate(one.due_at) <= timezone.localdate() for one in lines),
        "late": any(one.due_at < timezone.now() for one in lines),
        "done": done,
        "later": len(found) > len(due),
        "segment": segment,
        "segments": [
            {"title": title, "url": f"/?segment={key}", "active": key == segment}
            for key, title in titles.items()
        ],
        "today": timezone.localdate(),
    }


def first_name(by: Actor) -> str:
    """Return how the greeting addresses the reader: the given name of a Chinese name."""
    name = by.name
    return name[1:] if len(name) in {2, 3} and not name.isascii() and len(name) > 2 else name


def customers(by: Actor, tab: str) -> list[dict[str, Any]]:
    """Return the reader's recent or starred customers with spend and its twelve months."""
    if not by.may(CUSTOMER, "view"):
        return []
    ids = starred(by) if tab == "starred" else todos.recent_customer_ids(by, SHOWN_CUSTOMERS)
    wanted = Q(pk__in=ids[:SHOWN_CUSTOMERS])
    if tab == "recent" and len(ids) < SHOWN_CUSTOMERS:
        wanted |= Q(owner_id=by.user_id)
    rows = registry.resource(CUSTOMER).rows(by).filter(wanted).order_by("-updated_at", "-id")
    names = ("id", "name", "short_name", "grade", "annual_spend")
    found = list(rows.values(*names)[: SHOWN_CUSTOMERS * 2])
    place = {pk: index for index, pk in enumerate(ids)}
    found.sort(key=lambda row: place.get(row["id"], len(ids)))
    found = found[:SHOWN_CUSTOMERS]
    visible = by.field_access(CUSTOMER, "annual_spend") != "hidden"
    months = spend.monthly([row["id"] for row in found], by) if found and visible else {}
    for row in found:
        values = months.get(row["id"], [])
        row["months"] = values if any(values) else []
        row["tone"] = _tone(values)
        row["annual_spend"] = row["annual_spend"] if visible else None
    return found


def _tone(values: list[Decimal]) -> str:
    """Return the colour of a year: the last quarter against the one before."""
    if len(values) < 6:
        return ""
    now, before = sum(values[-3:]), sum(values[-6:-3])
    return "zhu" if now < before * Decimal("0.7") else "zq" if now > before else ""


def starred(by: Actor) -> list[int]:
    """Return the customers that the reader has starred, the latest first."""
    found = preferences(by.user_id or 0, STARRED).get(STARRED) or []
    return [pk for pk in found if isinstance(pk, int)]


def quarter(by: Actor) -> dict[str, Any]:
    """Return the reader's own figures of this quarter, each true in what is recorded."""
    today = timezone.localdate()
    start, end = quarter_of(today)
    pace = ((today - start).days + 1) / ((end - start).days + 1)
    first, after = day_bounds(start, end)
    figures = []
    if by.may("sales.payment", "view") and by.field_access("sales.payment", "amount") != "hidden":
        total = spend.received(by, start, today)
        figures.append(_received(total, start))
    if by.may("interactions.todo", "view"):
        figures.append(_timely(*todos.timeliness(by, first, after)))
    if by.may(CUSTOMER, "view"):
        rows = registry.resource(CUSTOMER).rows(by)
        count = rows.filter(owner_id=by.user_id, created_at__gte=first).order_by().count()
        url = f"/customers/customer/?owner=me&created_at__gte={start:%Y-%m-%d}"
        figures.append(Figure(_("新增客户"), str(count), _("家"), short=str(count), url=url))
    names = _("一 二 三 四").split()
    title = _("第%s季度绩效") % names[(start.month - 1) // 3]
    return {"title": title, "pace": pace, "figures": figures}


def _received(total: Decimal, start: dt.date) -> Figure:
    from zhike.web.formats import money_short

    url = f"/sales/payment/?owner=me&received_on__gte={start:%Y-%m-%d}"
    return Figure(_("回款额"), money_short(total), short=money_short(total), url=url)


def _timely(met: int, due: int) -> Figure:
    from zhike.web.formats import percent, tone_kept

    if not due:
        return Figure(_("跟进及时率"), "—", _("本季还没有到期的跟进"), short="—")
    share = met / due
    note = _("按时 %(met)s / 到期 %(due)s") % {"met": met, "due": due}
    return Figure(
        _("跟进及时率"), percent(share), note, share, tone_kept(share), percent(share, 0),
        "/todos/?show=done",
    )  # fmt: skip


def quarter_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the quarter."""
    month = (day.month - 1) // 3 * 3 + 1
    start = dt.date(day.year, month, 1)
    following = dt.date(day.year + month // 10, (month + 2) % 12 + 1, 1)
    return start, following - dt.timedelta(days=1)
