"""Fills the data quality of the demo company: filed records, sources, standards, a cleaning, a form."""

import datetime as dt

from zhike.customers.models import Customer
from zhike.identity.models import User
from zhike.kernel.actions import create_record
from zhike.kernel.actor import Actor
from zhike.kernel.registry import registry
from zhike.quality import actions
from zhike.quality.models import (
    Campaign,
    CampaignItem,
    CodeList,
    DataSource,
    FieldNote,
    Filing,
    Verification,
    WebForm,
)
from zhike.site.demo.organisation import Staff
from zhike.site.demo.rows import at, insert

STEWARD, CHIEF = "songyanqiu", "qinruochuan"
FILED_EVERY = 9  # of nine customers one is not sorted yet
VERIFIED_DAYS = (12, 40, 75, 120, 160, 210, 290, 340, 420)
SOURCES = (
    ("ERP 订单与回款", "api", "用友 U8", "每日 01:00", "订单、发货、回款、开票", "一单一行；客户以编号关联", "金额与总账每月核对；编号匹配率 99.6%"),
    ("展会登记", "import", "展会名片表", "每场展会后", "公司、姓名、手机、需求", "Excel，一人一行", "手机号有效率 91%；公司名称常缺“有限公司”"),
    ("官网索样登记", "form", "在线表单", "实时", "公司、联系人、样品需求", "一次提交一行，含同意书版本", "受理前查重；约 8% 为已有客户"),
    ("拜访记录", "visit", "知客", "当日", "时间、地点、参与人、目的、结论、下一步", "一次拜访一行", "次日未填的由主管提醒"),
    ("客服反馈", "feedback", "400 热线", "实时", "投诉、咨询与联系方式更正", "一次通话一行", "更正须回访核实"),
)  # fmt: skip
NOTES = (
    ("customers.customer", "name", "营业执照上的全称", "合作终止后 10 年", "营业执照"),
    ("customers.customer", "credit_code", "营业执照上的 18 位代码，用于查重与开票", "合作终止后 10 年", "国家企业信用信息公示系统"),
    ("customers.customer", "industry", "按公司代码表的行业", "合作终止后 5 年", "销售核实"),
    ("customers.customer", "annual_spend", "近 12 个月含税订单金额", "合作终止后 10 年", "ERP"),
    ("customers.person", "mobile", "联系人本人的工作手机", "联系结束后 3 年", "联系人本人"),
    ("customers.person", "id_number", "仅在签约代表人核验时收集", "用途完成后即删", "身份证件"),
    ("sales.order", "amount", "含税金额", "10 年（会计档案）", "ERP"),
)  # fmt: skip
CONSENT = (
    "东澜化学收集您的公司名称、姓名、手机与邮箱，仅用于回复样品与技术咨询，保存至咨询结束后 24 个月。"
    "您可以随时要求查看、更正或删除，联系 privacy@donglan.example。"
)


def tend(staff: Staff, today: dt.date) -> None:
    """File and verify most customers, write dictionary and catalogue, run this year's cleaning."""
    by = staff.actor(STEWARD)
    customers = list(Customer.unscoped.filter(archived_at=None).order_by("pk"))
    _file(customers, staff, today)
    for name, way, system, rhythm, content, structure, quality in SOURCES:
        values = {
            "name": name, "way": way, "system": system, "rhythm": rhythm, "content": content,
            "structure": structure, "quality": quality, "steward": by.user_id,
        }  # fmt: skip
        create_record(DataSource, values, by=by)
    for resource, field, definition, retention, truth in NOTES:
        note = {"definition": definition, "retention": retention, "truth": truth}
        values = {"resource": resource, "field": field, "steward": by.user_id, **note}
        actions.describe_field(FieldNote, values, by=by)
    _standards(by)
    _campaigns(customers, staff, today)
    _form(by)
    actions.score(on=today)
    actions.ask_owners(today)


def _file(customers: list[Customer], staff: Staff, today: dt.date) -> None:
    clerk = staff.users[STEWARD].pk
    filings, checks = [], []
    for number, row in enumerate(customers):
        known = row.created_at.date()
        if number % FILED_EVERY:
            day = min(known + dt.timedelta(days=2), today)
            filings.append(
                Filing(
                    customer=row, status=Filing.Status.FILED, sorted_on=day, filed_on=day,
                    created_at=at(day), created_by_id=clerk,
                )
            )  # fmt: skip
        day = max(known, today - dt.timedelta(days=VERIFIED_DAYS[number % len(VERIFIED_DAYS)]))
        checks.append(
            Verification(
                customer=row, verified_on=day, origin=Verification.Origin.OWNER, created_at=at(day),
                created_by_id=row.owner_id,
            )
        )  # fmt: skip
    insert(Filing, filings)
    insert(Verification, checks)


def _standards(by: Actor) -> None:
    rows = Customer.unscoped.filter(archived_at=None).exclude(industry="")
    names = list(rows.order_by("industry").values_list("industry", flat=True).distinct())
    standard = names[: max(1, len(names) - 2)]
    values = {"name": "行业", "field": "industry", "standards": "\n".join(standard)}
    create_record(CodeList, values, by=by)


def _campaigns(customers: list[Customer], staff: Staff, today: dt.date) -> None:
    """Last year's cleaning is signed; this year's is under way."""
    last = today.replace(year=today.year - 1, month=12, day=1)
    chief, steward = staff.users[CHIEF], staff.users[STEWARD]
    old = [row for row in customers if row.created_at.date() < last]
    signed = Campaign(
        title=f"{last.year} 年全库清洗", starts_on=last, ends_on=last + dt.timedelta(days=30),
        status=Campaign.Status.SIGNED, started_by=steward, signed_by=chief,
        signed_on=min(last + dt.timedelta(days=29), today - dt.timedelta(days=1)), total=len(old),
        done=len(old), created_at=at(last), created_by=steward,
    )  # fmt: skip
    insert(Campaign, [signed])
    day = last + dt.timedelta(days=20)
    insert(
        CampaignItem,
        [
            CampaignItem(campaign=signed, customer=row, done_on=day, done_by_id=row.owner_id or steward.pk,
                         created_at=at(last))
            for row in old
        ],
    )  # fmt: skip
    values = {
        "title": f"{today.year} 年全库清洗", "starts_on": today, "ends_on": today + dt.timedelta(days=30)
    }  # fmt: skip
    by = staff.actor(STEWARD)
    resource = registry.resource(Campaign)
    running = resource.create(Campaign, values, by=by)
    actions.start_campaign(running, by=by)


def _form(by: Actor) -> None:
    owner = User.unscoped.get(pk=by.user_id)
    values = {
        "title": "索样与技术咨询", "slug": "sample", "intro": "请留下联系方式，技术同事会在一个工作日内回复。",
        "consent_text": CONSENT, "consent_version": "2026-01", "owner": owner.pk, "source": "官网",
    }  # fmt: skip
    create_record(WebForm, values, by=by)
    entries = (
        (
            "湖州清越新材料有限公司",
            "沈清越",
            "13900001207",
            "想要 5 kg 水性树脂样品，用于木器面漆。",
        ),
        ("绍兴映山纺织印染有限公司", "俞映山", "13900001318", "咨询低泡润湿剂的生物降解性。"),
    )
    for company, contact, mobile, message in entries:
        entry = {"company": company, "contact": contact, "mobile": mobile, "message": message}
        actions.submit_form("sample", entry, consented=True)
