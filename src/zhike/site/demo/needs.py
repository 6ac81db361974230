"""Needs of the demo company's customers: recorded, weighed, met, declined, talked over."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from zhike.catalog.models import Product
from zhike.customers.models import Customer
from zhike.interactions.models import Interaction, ToDo
from zhike.kernel.actions import create_record
from zhike.kernel.actor import SYSTEM, Actor
from zhike.kernel.models import EventRow
from zhike.needs import actions as act
from zhike.needs.actions.research import finish_research, start_research
from zhike.needs.models import (
    Financing,
    Idea,
    Improvement,
    Meeting,
    Need,
    NeedsDocument,
    NeedType,
    Project,
    ProjectMember,
    Research,
    Suggestion,
    Topic,
)
from zhike.needs.models.need import CLOSED
from zhike.needs.queries.answers import due_at
from zhike.sales.actions import create_opportunity
from zhike.sales.models import Opportunity
from zhike.site.demo.organisation import Staff
from zhike.site.demo.rows import at, dated

CHAIR, SPECIALIST, APPROVER, TECHNICIAN = "songyanqiu", "linwanqing", "qinruochuan", "xutinglan"
SMALL_PACK, PAPERS, TERMS, GRADE = "小包装", "电子质检报告", "账期", "低气味型号"
HEARD = 6
LISTENED = 60


@dataclass(frozen=True, slots=True)
class Told:
    """One need: customer, days ago, type, source, priority, words; then the figures, or none.

    ``figures`` are importance, satisfaction, effort, value, fit, Kano class; ``end`` is what became
    of it: "", answered, analysed, promised, delivered, confirmed, declined, untold.
    """

    customer: str
    days: int
    kind: str
    source: str
    priority: str
    theme: str
    title: str
    text: str
    figures: tuple[int, int, int, int, int, str] | None
    end: str


_P, _B, _T = "产品需求", "业务需求", "技术需求"
NEEDS = (
    Told("华东蓝屿化工", 58, _P, "visit", "high", SMALL_PACK, "分散剂增加 5 公斤小包装", "每班领料 4 到 5 公斤，25 公斤装开封后易吸潮，每月报废约 60 公斤。", (9, 3, 25, 180_000, 4, "must"), "promised"),
    Told("江苏澄泰新材料", 41, _P, "feedback", "normal", SMALL_PACK, "固化剂提供小包装试样装", "研发试样每次只用 2 公斤，希望有小规格。", (8, 4, 20, 90_000, 4, "performance"), "analysed"),
    Told("南通启泓胶粘剂", 23, _P, "visit", "normal", SMALL_PACK, "胶粘助剂 10 公斤装", "新线投料口小，大桶不便倾倒，建议提供 10 公斤装。", (8, 3, 18, 120_000, 4, "performance"), "analysed"),
    Told("杭州屿见日化", 35, _B, "survey", "high", PAPERS, "质检报告随货电子化", "满意度调查反馈：纸质报告常晚到两天，影响收货入库。", (9, 4, 12, 60_000, 5, "must"), "delivered"),
    Told("宁波瀚海涂料", 52, _B, "feedback", "normal", PAPERS, "在线下载历史批次报告", "客户审核时要补齐一年的批次报告，现在靠邮件逐份索要。", (7, 4, 15, 40_000, 5, "performance"), "confirmed"),
    Told("徐州砚北化工", 12, _B, "visit", "normal", TERMS, "账期由 30 天改为 60 天", "二期扩产占用资金，希望账期延长。", (6, 5, 2, 300_000, 2, "performance"), "declined"),
    Told("天津津沽化工", 9, _B, "visit", "low", TERMS, "月结改为季结", "贸易客户回款周期变长，希望按季结算。", None, "untold"),
    Told("上海砺新高分子", 18, _T, "research", "high", GRADE, "低气味分散剂", "汽车内饰件客户要求总碳含量低于 30 µgC/g。", (9, 2, 60, 800_000, 5, "attractive"), "analysed"),
    Told("苏州沐辰电子材料", 6, _T, "industry", "urgent", "", "限用物质声明更新", "行业新规公布，需要在月底前更新全部在售型号的声明。", (10, 5, 8, 200_000, 5, "must"), "answered"),
    Told("山东锐恒精细化工", 15, _T, "competitor", "normal", GRADE, "对标竞品的低温稳定性", "竞品 −5 ℃ 不分层，我方样品在 0 ℃ 已分层。", (8, 3, 45, 350_000, 4, "performance"), "analysed"),
    Told("嘉兴禾润日化", 3, _P, "feedback", "normal", SMALL_PACK, "桶盖加易开口", "女工开盖费力，希望改为旋盖。", None, ""),
    Told("华东蓝屿化工", 1, _T, "visit", "high", "", "二期产线投料验证支持", "二期试生产需要驻场三天，核对投料顺序与温度。", None, ""),
)  # fmt: skip


def tell(staff: Staff, today: dt.date) -> int:
    """Write everything in the order in which it would have happened; returns how many needs."""
    known = {c.short_name: c for c in Customer.unscoped.exclude(short_name="")}
    kinds = {t.name: t for t in NeedType.unscoped.all()}
    project = _project(staff, known["华东蓝屿化工"], today)
    made = [
        _need(staff, told, known[told.customer], kinds[told.kind], today, project) for told in NEEDS
    ]
    _link(made, today)
    _last_meeting(staff, project, made, today)
    _this_meeting(staff, project, today)
    _listen()
    _improve(staff, made, today)
    _research(staff, today)
    _board(staff, known)
    act.keep_cycle(today)
    act.ask_for_reviews(today)
    return len(made)


PRODUCTS = (
    ("HX-D120", "水性分散剂 D120", "分散剂", "kg"),
    ("HX-D205", "低气味分散剂 D205", "分散剂", "kg"),
    ("HX-C310", "环氧固化剂 C310", "固化剂", "kg"),
    ("FW-QR01", "批次质检报告", "服务", "份"),
)
DEALS = (
    ("华东蓝屿化工", "二期产线分散剂年度供货", "talks", 2_600_000, 45, "HX-D120"),
    ("上海砺新高分子", "汽车内饰低气味分散剂导入", "offer", 800_000, 75, "HX-D205"),
    ("江苏澄泰新材料", "固化剂试样转量产", "need", 420_000, 90, "HX-C310"),
)


def _link(needs: list[Need], today: dt.date) -> None:
    """Fill the catalogue, enter deals, and join them to the needs they came from."""
    by = SYSTEM(reason="demo")
    for code, name, category, measure in PRODUCTS:
        values = {"code": code, "name": name, "category": category, "measure": measure}
        create_record(Product, values, by=by)
    for short, name, stage, amount, days, product in DEALS:
        need = next(n for n in needs if n.customer.short_name == short)
        deal = create_opportunity(
            Opportunity,
            {
                "customer": need.customer_id, "name": name, "stage": stage, "amount": amount,
                "expected_on": today + dt.timedelta(days=days), "owner": need.owner_id,
                "unit": need.unit_id,
            },
            by=by,
        )  # fmt: skip
        if need.status not in CLOSED:
            linked = {"products": product, "opportunity": f"#{deal.pk}"}
            act.edit_need(Need, need.pk, linked, by=by)


def _project(staff: Staff, customer: Customer, today: dt.date) -> Project:
    by = staff.actor("luzhixing")
    values = {
        "customer": customer, "name": "泰州基地二期分散剂产线", "budget": 38_000_000,
        "starts_on": today - dt.timedelta(days=120), "due_on": today + dt.timedelta(days=210),
        "description": "年产 8,000 吨水性分散剂，配套自动投料与小包装线。",
    }  # fmt: skip
    row = create_record(Project, values, by=by)
    for kind, party, amount, state, days in (
        ("own", "蓝屿控股集团", 15_000_000, "paid", -60),
        ("loan", "中国银行泰州分行", 18_000_000, "approved", 20),
        ("subsidy", "泰州市技改专项", 5_000_000, "applied", 75),
    ):
        money = {
            "project": row, "kind": kind, "party": party, "amount": amount, "state": state,
            "expected_on": today + dt.timedelta(days=days),
        }  # fmt: skip
        create_record(Financing, money, by=by)
    for username, duty in (("luzhixing", "商务"), (TECHNICIAN, "技术与投料验证")):
        member = {"project": row, "user": staff.users[username], "duty": duty}
        create_record(ProjectMember, member, by=by)
    for stage in ("financing", "design", "building"):
        row = act.move_project(row, by=by, stage=stage)
    return row


def _need(
    staff: Staff, told: Told, customer: Customer, kind: NeedType, today: dt.date, project: Project
) -> Need:
    by = _actor_of(staff, customer)
    values: dict[str, Any] = {
        "customer": customer, "title": told.title, "type": kind, "source": told.source,
        "priority": told.priority, "theme": told.theme, "description": told.text,
        "due_on": today + dt.timedelta(days=45 - told.days // 2),
    }  # fmt: skip
    if customer.pk == project.customer_id:
        values["project"] = project
    row = act.create_need(Need, values, by=by)
    day = today - dt.timedelta(days=told.days)
    row.recorded_at = at(day, 10, told.days)
    deadline = due_at(row)
    dated(
        Need.unscoped.filter(pk=row.pk), recorded_at=row.recorded_at, answer_due_at=deadline,
        created_at=row.recorded_at,
    )  # fmt: skip
    _todo_due(row.pk, deadline)
    events = EventRow.objects.filter(name="needs.need_recorded", payload__need_id=row.pk)
    dated(events, occurred_at=row.recorded_at)
    row.refresh_from_db()
    return _went_on(staff, row, told, by, today)


def _todo_due(need_id: int, deadline: dt.datetime) -> None:
    dated(ToDo.unscoped.filter(source_key=f"needs.answer:{need_id}"), due_at=deadline)


def _actor_of(staff: Staff, customer: Customer) -> Actor:
    names = {user.pk: username for username, user in staff.users.items()}
    return staff.actor(names.get(customer.owner_id or 0, SPECIALIST))


def _went_on(staff: Staff, row: Need, told: Told, by: Actor, today: dt.date) -> Need:
    if told.end and told.end != "untold":
        row = act.answer_need(row, by=by, text="已登记，正在评估，结果会按约定时间告知。")
        moment = row.recorded_at + dt.timedelta(hours=3)
        if moment > timezone.now():
            moment = timezone.now()
        dated(Need.unscoped.filter(pk=row.pk), answered_at=moment, answer_minutes=180)
        row.refresh_from_db()
    if told.figures:
        names = ("importance", "satisfaction", "effort", "value", "fit", "kano")
        figures = dict(zip(names, told.figures, strict=True))
        row = act.analyse_need(row, by=by, theme=told.theme, **figures)
    if told.end in {"declined", "untold"}:
        words = "电话说明：改用承兑汇票，客户理解。" if told.end == "declined" else ""
        reason = "公司资金政策不支持延长账期，可改用承兑汇票。"
        return act.decline_need(row, by=by, reason=reason, told=words)
    if told.end in {"promised", "delivered", "confirmed"}:
        row = act.promise_need(
            row, by=by, delivering_unit=staff.units["TEC"],
            promised_on=today + dt.timedelta(days=20), promise=f"由技术支持部完成：{told.title}。",
            reason="多家客户提出，投入不大，与年度方向一致。",
        )  # fmt: skip
        row = act.tell_customer(row, by=by, told="已电话告知采纳与完成日期。")
    if told.end in {"delivered", "confirmed"}:
        by_tech = staff.actor(TECHNICIAN)
        row = act.deliver_need(row, by=by_tech, outcome="查询页面已开放，报告随货推送。")
    if told.end == "confirmed":
        row = act.confirm_need(row, by=by, text="试用两周，审核资料已能自行下载。")
    return row


def _last_meeting(staff: Staff, project: Project, needs: list[Need], today: dt.date) -> None:
    """Hold last month's meeting, with an approved document that one of the team has signed."""
    chair = staff.actor(CHAIR)
    day = (today.replace(day=1) - dt.timedelta(days=1)).replace(day=18)
    values = {
        "title": f"{day:%Y 年 %m 月}需求分析会", "starts_at": at(day, 14, 0).isoformat(),
        "place": "三楼会议室", "agenda": "一、上月承诺进展；二、包装类需求；三、资金与账期。",
        "project": project.pk,
    }  # fmt: skip
    row = act.create_meeting(Meeting, values, by=chair)
    for username in (APPROVER, TECHNICIAN, SPECIALIST):
        act.invite(row, by=chair, user=staff.users[username])
    act.gather_topics(row, by=chair)
    _topics(row, needs[:1], chair)
    act.hold_meeting(
        row, by=chair,
        conclusions="小包装线与二期同步建设；投料验证由技术支持部派人驻场；两周后核对包材报价。",
    )  # fmt: skip
    act.assign_task(
        row, by=chair, task="核对 5 公斤桶的包材报价", owner=staff.users[SPECIALIST],
        due_on=today + dt.timedelta(days=7),
    )  # fmt: skip
    document = act.draft_meeting_document(row, by=chair)
    act.submit_document(document, by=chair)
    act.approve_document(document, by=staff.actor(APPROVER), note="同意，按期推进。")
    act.sign_document(document, by=staff.actor(TECHNICIAN))
    moment = at(day + dt.timedelta(days=2), 10, 0)
    dated(
        NeedsDocument.unscoped.filter(pk=document.pk), created_at=at(day, 17), submitted_at=at(day, 18),
        decided_at=moment, delivered_at=moment,
    )  # fmt: skip


def _topics(row: Meeting, needs: list[Need], chair: Actor) -> None:
    listed = set(Topic.unscoped.filter(meeting=row).values_list("need_id", flat=True))
    for need in needs:
        if need.pk not in listed:
            values = {
                "meeting": row,
                "need": need,
                "customer": need.customer,
                "heading": need.title,
            }
            create_record(Topic, values, by=chair)


def _this_meeting(staff: Staff, project: Project, today: dt.date) -> None:
    """Leave this month's meeting ready: the list of people and the agenda stand."""
    chair = staff.actor(CHAIR)
    starts = timezone.localtime() - dt.timedelta(hours=2)
    if starts.month != today.month:
        starts = timezone.localtime() - dt.timedelta(minutes=5)
    values = {
        "title": f"{today:%Y 年 %m 月}需求分析会", "starts_at": starts.isoformat(), "place": "三楼会议室",
        "agenda": "一、待分析需求；二、逾期承诺；三、上月任务。", "project": project.pk,
    }  # fmt: skip
    row = act.create_meeting(Meeting, values, by=chair)
    for username in (APPROVER, TECHNICIAN):
        act.invite(row, by=chair, user=staff.users[username])
    act.gather_topics(row, by=chair)


def _listen() -> None:
    """Let the word list read the latest notes until there are a few suggestions."""
    latest = Interaction.unscoped.order_by("-occurred_at").values_list("pk", flat=True)[:LISTENED]
    for pk in latest:
        act.listen(pk)
        if Suggestion.unscoped.count() >= HEARD:
            return


def _improve(staff: Staff, needs: list[Need], today: dt.date) -> None:
    chair = staff.actor(CHAIR)
    values = {
        "title": "批次质检报告在线查询", "product": "质检服务",
        "change": "每批出厂即生成电子报告，客户可按批号查询近两年记录。",
        "due_on": today - dt.timedelta(days=5), "owner": staff.users[SPECIALIST],
    }  # fmt: skip
    row = create_record(Improvement, values, by=chair)
    for need in needs[3:5]:
        act.link_need(row, by=chair, need=need)
    act.release_improvement(row, by=chair, released_on=today - dt.timedelta(days=4))
    planned = {
        "title": "5 公斤与 10 公斤小包装线", "product": "水性分散剂",
        "change": "新增半自动灌装工位，随二期投用。", "due_on": today + dt.timedelta(days=90),
        "owner": staff.users[TECHNICIAN],
    }  # fmt: skip
    later = create_record(Improvement, planned, by=chair)
    for need in needs[:3]:
        act.link_need(later, by=chair, need=need)


def _research(staff: Staff, today: dt.date) -> None:
    by = staff.actor(SPECIALIST)
    values = {
        "title": "华东客户包装规格调研", "method": "interview", "sample": "华东银卡及以上客户，按行业分层",
        "sample_size": 15, "questions": "每次领料多少？开封后多久用完？愿为小包装多付多少？",
        "starts_on": today - dt.timedelta(days=60), "due_on": today - dt.timedelta(days=30),
    }  # fmt: skip
    done = start_research(create_record(Research, values, by=by), by=by)
    finish_research(
        done, by=by, answers=13,
        findings="13 家中 9 家单次领料不足 6 公斤；可接受的加价为 3% 至 5%；日化客户最看重易开口。",
    )  # fmt: skip
    running = {
        "title": "低气味需求深访", "method": "visit", "sample": "汽车内饰与家具涂料客户",
        "sample_size": 8, "questions": "气味指标由谁提出？现有产品差距在哪里？",
        "starts_on": today - dt.timedelta(days=10), "due_on": today + dt.timedelta(days=25),
    }  # fmt: skip
    start_research(create_record(Research, running, by=by), by=by)


def _board(staff: Staff, known: dict[str, Customer]) -> None:
    ideas = (
        ("luzhixing", "华东蓝屿化工", "桶身二维码查批次", "扫码看批号、生产日期与质检报告。",
         ("yeqinghe", TECHNICIAN, CHAIR)),
        ("yeqinghe", "杭州屿见日化", "月度到货日历", "把在途与预计到货放进一页日历，方便排产。",
         ("luzhixing", SPECIALIST)),
        ("hanmuye", "湖北楚砚化学", "配方试验共享台账", "双方共用一份试验台账，少填两遍表。", ()),
    )  # fmt: skip
    rows = []
    for username, customer, title, text, voters in ideas:
        values = {"title": title, "text": text, "customer": known[customer]}
        row = create_record(Idea, values, by=staff.actor(username))
        for voter in voters:
            act.vote_idea(row, by=staff.actor(voter))
        rows.append(row)
    act.remark_idea(rows[0], by=staff.actor(TECHNICIAN), text="标签机支持可变二维码，改造约两周。")
    act.decide_idea(
        rows[0],
        by=staff.actor(CHAIR),
        status="accepted",
        result="随小包装线一并实施，先从分散剂开始。",
    )
