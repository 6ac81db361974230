"""自动流程: everything that acts by itself, whether a person reviews its messages, and the way to one."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from zhike.interactions.actions import ask_about_message
from zhike.interactions.queries.automation import listed
from zhike.kernel import automation
from zhike.kernel.registry import registry
from zhike.rulebook.queries.offers import provide_offer
from zhike.web.answers import leave, page
from zhike.web.pages import Page, add_page
from zhike.web.views.simple import actor, require

RULE = "kernel.policyversion"
KINDS = {
    "schedule": lazy("定时"), "job": lazy("后台任务"), "reaction": lazy("事件触发"),
    "message": lazy("自动消息"),
}  # fmt: skip
TITLES = {
    "customers.nightly": lazy("每日分级与客户数据刷新"),
    "duplicates.index": lazy("查重索引更新"),
    "duplicates.nightly": lazy("每日查重"),
    "duplicates.run_scan": lazy("全库查重"),
    "exchange.check_batch": lazy("导入检查"),
    "exchange.expire_files": lazy("清理过期文件"),
    "exchange.import_batch": lazy("执行导入"),
    "exchange.inspect_batch": lazy("读取导入文件"),
    "exchange.settle_search": lazy("更新搜索索引"),
    "exchange.settle_terms": lazy("整理搜索索引"),
    "exchange.tell_exported": lazy("导出完成通知"),
    "exchange.tell_imported": lazy("导入完成通知"),
    "exchange.tell_undone": lazy("撤销导入通知"),
    "exchange.undo_batch": lazy("撤销导入"),
    "exchange.write_export": lazy("生成导出文件"),
    "identity.watch_calendar": lazy("工作日历到期提醒"),
    "interactions.after_grading": lazy("分级后更新回访待办"),
    "interactions.after_hand_over": lazy("换负责人后移交回访待办"),
    "interactions.after_lifecycle": lazy("生命周期变化后更新回访待办"),
    "interactions.after_mention": lazy("群机器人转发提及"),
    "interactions.after_override": lazy("人工调级后更新回访待办"),
    "interactions.after_review": lazy("审核后发送自动消息"),
    "interactions.after_signing": lazy("签收后关闭待办"),
    "interactions.ask_to_sign": lazy("制度签收待办"),
    "interactions.behaviour": lazy("清理行为记录"),
    "interactions.effect": lazy("统计沟通效果"),
    "interactions.fill_contacts": lazy("按规则生成回访待办"),
    "interactions.nightly": lazy("每日生成回访待办"),
    "interactions.send_robot_message": lazy("发送群机器人消息"),
    "kernel.compute_metrics": lazy("计算指标"),
    "loyalty.after_creation": lazy("新客户关系建立清单"),
    "loyalty.after_logging": lazy("沟通后更新关系与挽回"),
    "loyalty.after_order": lazy("下单后更新关系与挽回"),
    "loyalty.after_todo": lazy("待办完成后更新关怀"),
    "loyalty.nightly": lazy("每日关怀与关系维护"),
    "needs.after_rating": lazy("从满意度意见中识别需求"),
    "needs.after_comment": lazy("从评论中识别需求"),
    "needs.after_inquiry": lazy("从客户问题中识别需求"),
    "needs.after_logging": lazy("从沟通中识别需求"),
    "needs.hear": lazy("补读遗漏的记录"),
    "needs.hourly": lazy("需求答复超时提醒"),
    "needs.morning": lazy("需求会议与告知待办"),
    "pool.gather_new": lazy("新客户入池"),
    "pool.nightly": lazy("每日回收与提醒"),
    "pool.carry_transfer": lazy("批量转移客户"),
    "quality.nightly": lazy("每日数据质量"),
    "quality.rescore": lazy("重新计算数据质量"),
    "rulebook.ask_to_sign": lazy("制度签收提醒"),
    "rulebook.run_simulation": lazy("发起规则模拟"),
    "rulebook.simulate": lazy("规则模拟"),
    "rulebook.tell_author": lazy("规则审批结论通知"),
    "rulebook.versions_take_effect": lazy("规则生效"),
    "sales.grade_again": lazy("订单变化后重新分级"),
    "segments.monthly": lazy("每月聚类建模"),
    "segments.nightly": lazy("每日分类、策略待办与推荐"),
    "teamwork.after_interaction": lazy("沟通后检查行动冲突与反馈"),
    "teamwork.morning": lazy("每日协作、报告与评审"),
    "trust.anchor_audit": lazy("审计存证"),
    "web.run_batch": lazy("批量操作"),
}

add_page(
    Page(
        lazy("自动流程"), "/automation/", "robot", "governance", 71, lambda by: by.may(RULE, "view")
    )
)


def title_of(flow: automation.Flow) -> str:
    """Return what a flow is called."""
    return _(flow.title) if flow.title else str(TITLES.get(flow.code, flow.code))


provide_offer("flows", lambda: [(c, title_of(f)) for c, f in sorted(automation.flows.items())])


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """List all flows from the registry, with what the review rule in force says of each."""
    require(request, RULE)
    on_list = listed()
    lines = [
        {
            "flow": flow, "title": title_of(flow), "kind": KINDS[flow.kind], "when": _when(flow),
            "reviewed": flow.code in on_list,
        }
        for flow in sorted(automation.flows.values(), key=lambda one: (one.kind, one.code))
    ]  # fmt: skip
    return page(request, "web/pages/automation.html", {"lines": lines, "listed": len(on_list)})


def _when(flow: automation.Flow) -> str:
    if flow.kind != "reaction":
        return flow.when
    names = (registry.events[name].title or name for name in flow.when.split())
    return "、".join(str(one) for one in names)


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand an automated message to a person."""
    ask_about_message(pk, by=actor(request), reason=request.POST.get("reason", "")[:200])
    return leave(request, "/notices/", _("已转人工处理"))
