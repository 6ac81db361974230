"""A year of classifications, strategy cards, segments, persona tags and a signed review."""

import datetime as dt

from zhike.customers.actions import put_tags
from zhike.customers.models import Customer
from zhike.kernel.actions import edit_record
from zhike.kernel.actor import SYSTEM
from zhike.kernel.models import EventRow
from zhike.segments.actions import (
    complete_review,
    open_card,
    open_due_review,
    run_schemes,
    save_segment,
    sign_review,
)
from zhike.segments.models import ClassCard, ClassMembership
from zhike.site.demo import handbook
from zhike.site.demo.organisation import Staff
from zhike.site.demo.rows import at

POLICIES = (
    "segments.value", "segments.growth", "segments.resource", "segments.relationship",
    "segments.lifecycle_model", "segments.development_offer", "segments.capacity", "segments.review_cycle",
)  # fmt: skip
CLAUSES = (
    ("1", "目的", "同一客户从价值、生命周期、资源、关系多个角度分类，各按其类安排服务。", ""),
    ("2", "价值分类", "按公式计分，分为高、中、低价值客户。", "segments.value"),
    (
        "3",
        "生命周期分类",
        "按首单、末单与同比分为新客户、成长期、成熟期、衰退期。",
        "segments.growth",
    ),
    (
        "4",
        "资源分类",
        "分为核心、目标、潜在、流失客户，结构以 20/40/30/10 为参考，偏离时提醒。",
        "segments.resource",
    ),
    (
        "5",
        "关系分类",
        "分为忠诚、成交、意向、潜在客户，按类执行差异化策略。",
        "segments.relationship",
    ),
    (
        "6",
        "生命周期管理",
        "识别、发展、成熟、流失四个阶段，各有进入与退出规则。",
        "segments.lifecycle_model",
    ),
    (
        "6.1",
        "发展期推荐",
        "发展期客户按满意度与复购，择一推荐产品、个性化服务或增值服务。",
        "segments.development_offer",
    ),
    ("7", "分层管理容量", "每位负责人按级别限定客户数，超出时改派。", "segments.capacity"),
    ("8", "定期评估", "每季度评估客户资源，调整服务策略，由另一人签批。", "segments.review_cycle"),
)
CARDS = (
    ("segments.resource", "core", "年消费五十万元以上、一年内有订单的客户，是收入的主体。",
     "每月一次面访，季度复盘用量与价格；技术支持前置到配方阶段。", 30, "面访、企微", "专属牌号、锁价、优先排产", "销售代表",
     "留存 ≥ 95%，份额提升", "核心客户月度面访"),
    ("segments.resource", "target", "有订单但规模未到，或采购量大且在谈的客户。",
     "围绕用量最大的一个产品做替代试样，用交付稳定性换份额。", 45, "电话、试样", "小批量试样、账期", "销售代表",
     "转为核心客户 ≥ 15%", ""),
    ("segments.resource", "lost", "一年以上没有订单的客户。", "先弄清原因再谈条件：价格、质量、服务还是停产。",
     60, "电话、面访", "复购试样", "客户成功经理", "挽回率 ≥ 10%", ""),
    ("segments.lifecycle_model", "identify", "还没有第一张订单。", "展会与转介绍线索三个工作日内联系，寄样并约定试机时间。",
     14, "电话、样品", "首单试样", "销售代表", "90 天转化率", ""),
    ("segments.lifecycle_model", "develop", "有过订单、还没有稳定下来的客户。",
     "每季度问一次满意度；不满意的先解决问题，复购的给增值服务，其余推荐配套产品。", 45, "电话、面访", "配套产品、专人服务、配方优化",
     "客户成功经理", "满意度 ≥ 80，复购率提升", "", "推荐配套助剂并寄小样", "专人上门了解不满并限期答复", "提供一次免费配方优化"),
    ("segments.lifecycle_model", "mature", "订单稳定、合作一年以上。", "建立多人对接，联合开发新牌号，由交易转为伙伴。",
     30, "面访、联合实验", "联合开发、年度框架", "销售代表", "伙伴型占比", ""),
    ("segments.lifecycle_model", "churn", "一年以上没有订单。", "诊断原因并打上“流失原因”标签，按原因选挽回方案。",
     60, "电话、面访", "复购试样", "客户成功经理", "挽回后再次购买", ""),
    ("segments.relationship", "loyal", "合作两年以上、订单频繁的客户。", "请他做推荐人，新品先试。", 30, "面访", "新品优先试用", "销售代表",
     "转介绍 ≥ 1 家", ""),
    ("customers.grade", "vip", "年消费超过一百万元。", "专属服务：两小时响应，每周联系。", 7, "面访、企微", "专属服务", "销售代表",
     "留存 100%", ""),
)  # fmt: skip
CAUSES = ("原因：价格", "原因：停产转产", "原因：竞品替代")


def classify(staff: Staff, today: dt.date) -> None:
    """Put the rules in force, run the schemes over the last year, write cards and segments."""
    first = today - dt.timedelta(days=handbook.FIRST_DAYS)
    for policy_id in POLICIES:
        handbook.put_in_force(staff, policy_id, None, first, "首次发布")
    handbook.write_document(
        staff, first, "DL-CRM-06", "客户分类与生命周期管理办法", "CRM", "适用于全公司所有客户的分类与分层管理。",
        CLAUSES,
    )  # fmt: skip
    for day in _days(today):
        night = SYSTEM(reason=f"每日分类 {day}")
        run_schemes(day, night)
        EventRow.objects.filter(request_id=night.request_id).update(occurred_at=at(day, 2, 20))
    _cards(staff)
    _tags(today)
    _segments(staff)
    _review(staff, today)


def _days(today: dt.date) -> list[dt.date]:
    """Return the first of each of the last twelve months, the last fortnight weekly, and today."""
    days, month = {today, today - dt.timedelta(days=7)}, today.replace(day=1)
    for _n in range(13):
        days.add(month)
        month = (month - dt.timedelta(days=1)).replace(day=1)
    return sorted(days)


def _cards(staff: Staff) -> None:
    by = staff.actor(handbook.WRITER)
    names = ("description", "strategy", "cadence_days", "channels", "offers", "owner_post", "targets",
             "task", "product_offer", "personal_offer", "added_offer")  # fmt: skip
    for scheme, code, *values in CARDS:
        card = open_card(scheme, code, by=by)
        edit_record(ClassCard, card, dict(zip(names, values, strict=False)), by=by)


def _tags(today: dt.date) -> None:
    by = SYSTEM(reason="客户画像")
    lost = ClassMembership.unscoped.filter(
        scheme="segments.lifecycle_model", code="churn", valid_to__isnull=True
    )
    ids = list(lost.order_by("customer_id").values_list("customer_id", flat=True))
    for place, cause in enumerate(CAUSES):
        put_tags(ids[place :: len(CAUSES)], cause, by=by, source="manual", dimension="churn_cause")
    rows = Customer.unscoped.order_by("id").values_list("pk", flat=True)
    year = today + dt.timedelta(days=365)
    put_tags(
        list(rows[:60:3]),
        "习惯：整车采购",
        by=by,
        source="rule",
        dimension="habit",
        expires_on=year,
    )
    put_tags(list(rows[1:60:4]), "态度：重视环保", by=by, source="model", confidence=75,
             dimension="attitude", expires_on=year)  # fmt: skip


def _segments(staff: Staff) -> None:
    by = staff.actor("qinruochuan")

    def leaf(field: str, op: str, *values: str, days: int | None = None) -> dict[str, object]:
        return {"field": field, "op": op, "values": list(values), "days": days}

    east = {
        "op": "and",
        "items": [leaf("area", "in", "east"), leaf("orders.sum", "gte", "300000", days=365)],
    }
    quiet = {"op": "and", "items": [
        leaf("class.segments.resource", "in", "core", "target"),
        {"op": "not", "items": [leaf("talks.count", "gte", "1", days=60)]}]}  # fmt: skip
    for name, scheme, note, tree in (
        ("华东大客户", "区域方案", "年采购三十万元以上", east),
        ("安静的重点客户", "", "核心与目标客户，60 天没有沟通", quiet),
        ("华南客户", "区域方案", "", {"op": "and", "items": [leaf("area", "in", "south")]}),
    ):
        save_segment({"name": name, "scheme": scheme, "note": note, "kind": "live"}, tree, by=by)


def _review(staff: Staff, today: dt.date) -> None:
    night = SYSTEM(reason="定期评估")
    before = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1) - dt.timedelta(days=40)
    past = open_due_review(before, night)
    if past is not None:
        complete_review(
            past, by=staff.actor(handbook.WRITER),
            findings="核心客户占比低于参考结构，潜在客户占比偏高；华南流失集中在胶粘剂行业。",
            adjustments="目标客户增加试样支持；流失客户先诊断原因再报价。",
        )  # fmt: skip
        sign_review(past, by=staff.actor(handbook.APPROVER), opinion="同意，下季度复核转化率")
    open_due_review(today, night)
