"""Publishes the company's handbook and its rules through the same steps as anybody would."""

import datetime as dt
from typing import Any

from zhike.identity.models import User
from zhike.kernel.actions import create_record
from zhike.kernel.models import EventRow, PolicyVersion
from zhike.kernel.registry import registry
from zhike.kernel.simulation import simulators
from zhike.rulebook.actions.clauses import write_clauses
from zhike.rulebook.actions.documents import cover_units
from zhike.rulebook.actions.editions import approve_edition, draft_edition, submit_edition
from zhike.rulebook.actions.signatures import acknowledge
from zhike.rulebook.actions.simulations import simulate_version
from zhike.rulebook.actions.versions import approve_version, create_version, submit_version
from zhike.rulebook.models import Acknowledgement, Document, Edition
from zhike.site.demo.organisation import Staff
from zhike.site.demo.rows import at, dated

GRADE = "customers.grade"
ABC = "customers.abc_grade"
CADENCE = "interactions.contact_cadence"
ENTRY, MERGING = "duplicates.entry_check", "duplicates.merge_undo"
LIKENESS = "duplicates.customer_likeness"
CEILING = "interactions.contact_ceiling"
INQUIRY = "interactions.inquiry_time"
EFFECT = "interactions.contact_effect"
SIGN_IN = "identity.sign_in_rules"
RECYCLING, CLAIMING, REGISTERING = "pool.recycling", "pool.claiming", "pool.registering"
POOL_DAYS = {
    "rules": [
        {"grades": ["vip", "gold"], "follow_up_days": 120, "order_days": 365, "contract_days": 90},
        {"grades": ["silver"], "follow_up_days": 90, "order_days": 300},
        {"lifecycles": ["customer", "loyal"], "follow_up_days": 90, "order_days": 330},
        {"follow_up_days": 75},
    ],
    "warn_days": [7, 3, 1],
}
SATISFACTION, REVIEW = "surveys.satisfaction_standard", "teamwork.department_review"
WRITER, APPROVER = "songyanqiu", "qinruochuan"
FIRST_DAYS = 730

Clauses = tuple[tuple[str, str, str, str], ...]  # number, heading, text, policy id
DOCUMENTS: tuple[tuple[str, str, str, str, Clauses], ...] = (
    (
        "DL-CRM-01", "客户分级管理办法", "CRM", "适用于全公司所有客户的分级、复核与服务标准。",
        (
            ("1", "目的", "让服务资源与客户价值相称，级别由数据决定，理由对每位同事公开。", ""),
            ("2", "五级分级", "按近 12 个月含税消费分为 VIP、金卡、银卡、铜卡、普通五级；界限见规则参数。", GRADE),
            ("3", "三个维度", "价值、忠诚度、潜力三个维度按权重计分，作为复核与例外的依据。", GRADE),
            ("4", "复核", "每日自动复核；达不到原级别的客户进入 90 天过渡期，期间保留原权益。", GRADE),
            ("5", "人工调整", "确有理由的，由负责人申请，写明原因与到期日，另一人批准后生效。", ""),
        ),
    ),
    (
        "DL-CRM-02", "客户沟通与回访管理办法", "CRM", "适用于负责客户的销售、客户成功与客服人员。",
        (
            ("1", "回访周期", "VIP 每 7 日、金卡每 14 日、银卡每 30 日、铜卡每 60 日至少沟通一次。", CADENCE),
            ("2", "记录", "沟通当日记录内容；没有下一步的，须明确勾选“无需下一步”。", ""),
            ("3", "下一步", "约定的下一步须有日期，到期自动进入当天待办。", ""),
            ("4", "对齐会议", "VIP 每 30 日、金卡每 90 日召开销售与客户成功对齐会议，会后写纪要与行动项。", "teamwork.alignment_schedule"),
            ("5", "避免重复", "不同部门同日拜访同一客户的，系统提醒双方协调。", "teamwork.conflict_of_action"),
            ("6", "向上汇报", "每月初生成上月客户关系管理情况报告，签发后报送上级并归档。", "teamwork.upward_report"),
            ("7", "三层推进", "高层看使用与执行，中层管团队的日常，基层当日记录；各层在工作台看到本层的事项。", "teamwork.rollout_tiers"),
            ("8", "人工与自动", "自动生成的待办随时可以转人工；列入名单的自动消息先由人工审核再发送。", "interactions.automation_review"),
            ("9", "沟通上限", "各部门合计主动联系同一客户不超过规定次数，安静时段与休息日不打扰。", CEILING),
            ("10", "问题与意见", "客户的问题与意见当日转给能处理的部门，按时签收、答复并告知客户。", INQUIRY),
            ("11", "效果", "每月按方式与人员统计回应、进展、转化与计划完成情况。", EFFECT),
            ("12", "满意度", "每次评价按 0 到 100 分登记，80 分起为满意，统计近一年。", SATISFACTION),
            ("13", "部门评审", "每季度初按满意度、改进按期关闭与待办按时完成评审各部门，报送领导审阅。", REVIEW),
        ),
    ),
    (
        "DL-SEC-01", "客户信息保密制度", "OFF", "适用于接触客户信息的全体人员。",
        (
            ("1", "最小范围", "按岗位授予可见范围，跨部门协作通过客户团队授权，任务结束即退出。", ""),
            ("2", "脱敏与查看", "手机、邮箱、证件默认脱敏；查看明文须有权限，每次留痕。", ""),
            ("3", "登录与口令", "口令长度、锁定与有效期按登录规则执行，不得转借账号。", SIGN_IN),
            ("4", "导出", "导出须写明用途，文件到期失效，不得转存个人设备。", ""),
        ),
    ),
    (
        "DL-CRM-09", "客户数据管理办法", "CRM", "适用于收集、维护和使用客户信息的全体人员。",
        (
            ("1", "质量评分", "每个客户的资料按六个维度评分，VIP 资料完整率不低于 95%。", "quality.score"),
            ("2", "流转", "客户信息按收集、整理、存储、分析、利用流转，逾期停滞的列入清单。", "quality.data_flow"),
            ("3", "定期核实", "资料到期未核实的，由负责人在规定天数内确认。", "quality.freshness"),
            ("4", "年度清洗", "每年至少全库清洗一次，由启动人以外的人签收。", "quality.cleaning"),
            ("5", "客户自助与表单", "客户可以通过限时链接更正资料，经核对后生效；在线表单须取得同意。", "quality.outside"),
            ("6", "保密级别", "客户信息分四级，秘密与机密只对指定角色开放。", "trust.confidentiality"),
        ),
    ),
    (
        "DL-CRM-04", "客户建档与查重管理办法", "CRM", "适用于建立、导入和整理客户资料的人员。",
        (
            ("1", "先查后建", "建档前先查重；系统提示很可能已有的，须核对并写明理由方可另建。", ENTRY),
            ("2", "认定", "名称统一后与信用代码、电话、邮箱、域名、地址一并评分，分高置信与需判断两档。", LIKENESS),
            ("3", "合并与撤销", "确认重复的合并为一条，往来全部保留；30 天内可撤销。", MERGING),
        ),
    ),
    (
        "DL-CRM-03", "客户投诉处理办法", "SVC", "适用于客户服务、技术支持与相关销售人员。",
        (
            ("1", "受理", "接到投诉当日登记为沟通记录，注明产品批次与诉求。", ""),
            ("2", "答复", "先告知处理人与答复时间，再答复结论；结论由经手人负责。", ""),
        ),
    ),
    (
        "DL-CRM-07", "公海与报备管理办法", "CRM", "适用于负责客户的销售人员及其主管。",
        (
            ("1", "回收", "规定天数内没有跟进或成交的客户，提醒后退回公海；期限按分级与生命周期。", RECYCLING),
            ("2", "领取", "每人负责家数、每日领取与查看家数有上限，前负责人须等待，高分级须审批。", CLAIMING),
            ("3", "报备与撞单", "报备按先后保护；撞单由指定负责人凭双方带时间的证据裁定，可申诉一次。", REGISTERING),
            ("4", "撤销", "一次回收在 24 小时内可以撤销，已被领取的客户不受影响。", RECYCLING),
        ),
    ),
    (
        "DL-CRM-05", "客户需求管理办法", "CRM", "适用于销售、客户成功、技术支持与产品相关人员。",
        (
            ("1", "登记", "客户提出的需求当日登记，写明来源、类型、优先级与期望日期。", ""),
            ("2", "首次答复", "紧急 4、较高 8、常规 16、较低 40 个工作小时内首次答复客户。", "needs.answer_time"),
            ("3", "需求分析会", "每月召开一次需求识别与分析会议，漏开须补开并说明原因。", "needs.meeting_cycle"),
            ("4", "线索", "沟通记录中的需求与痛点由识别词列为线索，经人确认才成为需求。", "needs.listening"),
            ("5", "排序", "按机会分、产出投入比与战略契合计分，乘 KANO 系数，得分高者优先。", "needs.ranking"),
            ("6", "反馈", "每项关闭的需求都要把决定与理由告知客户，交付后请客户确认。", "needs.feedback"),
            ("7", "策略评审", "同一主题明显增多时，由产品团队评审产品与服务策略。", "needs.strategy_review"),
            ("8", "需求文档", "需求文档由另一人批准后冻结，交项目团队逐一签收。", ""),
        ),
    ),
    (
        "DL-CRM-10", "客户关怀与关系管理办法", "CRM", "适用于负责客户的销售、客户成功与市场人员。",
        (
            ("1", "关怀", "生日、节日、合作与成立纪念日提前生成关怀待办；没有本人同意的不打扰。", "loyalty.care_rule"),
            ("2", "礼品与招待", "按限额登记与审批，机关、事业单位与国有企业不得收受，凭票据确认送出。", "loyalty.gift_limits"),
            ("3", "客户活动", "论坛、参观、沙龙与培训先报预算，超过限额由另一人审批。", "loyalty.activity_budget"),
            ("4", "关系建立", "新客户首单后按清单建立关系，30、60、90 天各回顾一次。", "loyalty.establishing"),
            ("5", "关系评估", "每日按对接人数、沟通、付款、增长与履约计算关系健康度。", "loyalty.relation_health"),
            ("6", "理解性拜访", "重点客户按分级定期拜访，倾听诉求，复核信任指标。", "loyalty.understanding_visits"),
            ("7", "挽回", "流失客户列入挽回项目，先分析原因，再定方案与联系计划。", "loyalty.win_back"),
        ),
    ),
)  # fmt: skip


def publish(staff: Staff, today: dt.date) -> None:
    """Write, approve and cover the documents; put the first versions of the rules in force."""
    for number, (code, title, unit, summary, clauses) in enumerate(DOCUMENTS):
        day = today - dt.timedelta(days=FIRST_DAYS - 90 * number)
        write_document(staff, day, code, title, unit, summary, clauses)
    first = today - dt.timedelta(days=FIRST_DAYS)
    put_in_force(staff, GRADE, None, first, "首次发布：五级三维度，下调设 90 天过渡期")
    put_in_force(staff, ABC, None, first, "首次发布：企业客户 A/B/C 分级")
    put_in_force(staff, CADENCE, None, first, "首次发布：按分级规定回访周期")
    put_in_force(staff, RECYCLING, POOL_DAYS, first, "首次发布：按分级与生命周期的回收期限")
    put_in_force(staff, CLAIMING, None, first, "首次发布：负责、领取与查看的上限")
    put_in_force(staff, REGISTERING, None, first, "首次发布：报备保护 90 天，撞单凭证据裁定")
    put_in_force(staff, CEILING, None, first, "首次发布：各部门合计的沟通上限与安静时段")
    put_in_force(staff, INQUIRY, None, first, "首次发布：问题与意见的签收与答复时限")
    put_in_force(staff, SATISFACTION, None, first, "首次发布：满意度评价标准")
    put_in_force(staff, REVIEW, None, first, "首次发布：部门客户关系绩效评审")
    put_in_force(staff, EFFECT, None, first, "首次发布：沟通效果统计口径")


def write_document(
    staff: Staff, day: dt.date, code: str, title: str, unit: str, summary: str, clauses: Clauses
) -> None:
    """Write, approve and publish a document as of a day, its clauses bound to rules."""
    writer, approver = staff.actor(WRITER), staff.actor(APPROVER)
    values = {"code": code, "title": title, "unit": staff.units[unit].pk, "summary": summary}
    document = create_record(Document, values, by=writer)
    cover_units(document.pk, by=writer, units=[staff.units["DL"].pk])
    edition = draft_edition(document.pk, by=writer, reason="首次发布")
    names = ("number", "heading", "text", "policy_id")
    known = [
        dict(
            zip(
                names,
                (*clause[:3], clause[3] if clause[3] in registry.policies else ""),
                strict=True,
            )
        )
        for clause in clauses
    ]
    write_clauses(edition.pk, by=writer, clauses=known)
    submit_edition(edition.pk, by=writer)
    approve_edition(edition.pk, by=approver, note="同意发布")
    rows = Edition.unscoped.filter(pk=edition.pk)
    dated(rows, effective_on=day, decided_at=at(day), created_at=at(day), updated_at=at(day))
    dated(Document.unscoped.filter(pk=document.pk), created_at=at(day), updated_at=at(day))


def put_in_force(
    staff: Staff, policy_id: str, params: Any, day: dt.date, reason: str
) -> PolicyVersion:
    """Draft, simulate, submit and approve a version, and date it back to a day."""
    version = propose(staff, policy_id, params, None, reason)
    approve_version(version.pk, by=staff.actor(APPROVER), note="同意")
    rows = PolicyVersion.unscoped.filter(pk=version.pk)
    dated(
        rows, effective_on=day, submitted_at=at(day), decided_at=at(day, 15), created_at=at(day),
        updated_at=at(day, 15),
    )  # fmt: skip
    events = EventRow.objects.filter(subject=PolicyVersion.key(), subject_id=version.pk)
    dated(events, occurred_at=at(day, 15))
    return version


def propose(
    staff: Staff, policy_id: str, params: Any, effective_on: dt.date | None, reason: str
) -> PolicyVersion:
    """Draft a version, simulate it where the rule can be, and submit it."""
    writer = staff.actor(WRITER)
    values = {"policy_id": policy_id, "reason": reason}
    version = create_version(
        PolicyVersion, {**values, "params": params} if params else values, by=writer
    )
    if policy_id in simulators:
        simulate_version(version.pk, by=writer)
    return submit_version(version.pk, by=writer, effective_on=effective_on, reason=reason)


def draft_stricter(staff: Staff, today: dt.date) -> None:
    """Leave version 2 of the grading rule waiting for approval."""
    policy: Any = registry.policies[GRADE]
    params = policy.default().model_dump(mode="json")
    by_code = {tier["code"]: tier for tier in params["tiers"]}
    by_code["vip"]["minimum"] = {"loyalty": 70}
    by_code["bronze"]["minimum"] = {"potential": 25}
    quarter = dt.date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    following = (quarter + dt.timedelta(days=95)).replace(day=1)
    reason = "VIP 增加忠诚度门槛 70 分；铜卡增加潜力门槛 25 分"
    propose(staff, GRADE, params, following, reason)


def sign(staff: Staff) -> int:
    """Let most people sign the documents; some have not yet."""
    signed = 0
    editions = list(Edition.unscoped.filter(status="published").select_related("document"))
    people: list[User] = list(staff.users.values())
    for place, edition in enumerate(editions):
        for number, user in enumerate(people):
            if (number + place) % 4 == 3:
                continue
            made = acknowledge(edition.pk, by=staff.actor(user.username))
            moment = at(edition.effective_on + dt.timedelta(days=1 + number % 6), 10, number)
            rows = Acknowledgement.unscoped.filter(pk=made.pk)
            dated(rows, acknowledged_at=moment, created_at=moment, updated_at=moment)
            signed += 1
    return signed
