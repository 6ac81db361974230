"""规则 List, simulate and publish the versions of rules; two different persons are needed."""

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Any

from zhike.site.console import say

HELP = "规则版本 list, simulate, publish the versions of rules"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare list, simulate and publish."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    steps.add_parser("list", help="所有规则与现行版本 all rules with their version in force")
    simulate = steps.add_parser("simulate", help="试算，不写入 what would change; writes nothing")
    simulate.add_argument("id", help="规则 rule, e.g. customers.grade")
    simulate.add_argument("--params", type=Path, help="参数 JSON 文件 file; default: in force")
    simulate.add_argument("--on", type=_day, help="日期 day, YYYY-MM-DD; default: today")
    publish = steps.add_parser("publish", help="起草、提交、批准 draft, submit and approve")
    publish.add_argument("id", help="规则 rule")
    publish.add_argument("--params", type=Path, required=True, help="参数 JSON 文件 file")
    publish.add_argument("--effective", type=_day, required=True, help="生效日期 YYYY-MM-DD")
    publish.add_argument("--reason", required=True, help="修订原因 reason")
    publish.add_argument("--user", required=True, help="起草人账号 sign-in name of the author")
    publish.add_argument("--approver", help="审批人账号 of the approver; without: only submitted")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        message = f"应为 YYYY-MM-DD (expected YYYY-MM-DD): {text}"
        raise argparse.ArgumentTypeError(message) from error


def run(options: argparse.Namespace) -> None:
    """Carry the step out.

    Raises:
        CommandError: with every refusal in words; nothing was written.
    """
    from zhike.kernel.errors import Refusal
    from zhike.site.console import CommandError

    steps = {"list": _list, "simulate": _simulate, "publish": _publish}
    try:
        steps[options.step](options)
    except Refusal as error:
        details = [f"  {name}: {'；'.join(texts)}" for name, texts in error.fields.items()]
        raise CommandError("\n".join([error.message, *details])) from error


def _list(options: argparse.Namespace) -> None:  # noqa: ARG001
    from django.utils.translation import gettext

    from zhike.kernel.registry import registry
    from zhike.rulebook.queries.versions import in_force_versions

    now = in_force_versions()
    for policy_id, policy in sorted(registry.policies.items()):
        version = now.get(policy_id)
        state = f"v{version.number} {version.effective_on}" if version else "出厂参数 as shipped"
        say(f"{policy_id:<36} {state:<24} {gettext(str(policy.title))}")


def _read(path: Path) -> Any:
    from zhike.site.console import CommandError

    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from error


def _simulate(options: argparse.Namespace) -> None:
    from django.utils import timezone

    from zhike.kernel.actor import SYSTEM
    from zhike.kernel.policy_store import in_force
    from zhike.rulebook.actions.simulations import simulate
    from zhike.rulebook.queries.versions import policy

    policy(options.id)
    day = options.on or timezone.localdate()
    if options.params:
        raw = _read(options.params)
    else:
        raw = in_force(options.id, day)[1].model_dump(mode="json")
    found = simulate(options.id, raw, by=SYSTEM(reason="zhike policy simulate"), on=day)
    for code in dict.fromkeys([*found.counts_then, *found.counts_now]):
        now, then = found.counts_now.get(code, 0), found.counts_then.get(code, 0)
        say(f"{code:<12} {now:>10,} → {then:>10,}")
    say(
        f"升 up {found.moved_up:,}  降 down {found.moved_down:,}  "
        f"不变 unchanged {found.unchanged:,}  {found.seconds:.2f} s"
    )
    for move in found.movers[:20]:
        say(f"  {move.title}: {move.before} → {move.after}  {'；'.join(map(str, move.reasons))}")


def _person(username: str) -> Any:
    from zhike.identity.models import User
    from zhike.site.console import CommandError
    from zhike.trust.queries import actor_for

    user = User.unscoped.filter(username__iexact=username, is_active=True).first()
    if user is None:
        raise CommandError(f"没有这个在职账号 (no such active account): {username}")
    return actor_for(user, channel="cli")


def _publish(options: argparse.Namespace) -> None:
    from zhike.kernel.actions import recorded
    from zhike.kernel.models import PolicyVersion
    from zhike.kernel.simulation import simulators
    from zhike.rulebook.actions import simulations, versions
    from zhike.site.console import CommandError

    author = _person(options.user)
    approver = _person(options.approver) if options.approver else None
    if approver and approver.user_id == author.user_id:
        raise CommandError("起草人与审批人不能是同一人 (author and approver must be two persons)")
    values = {"policy_id": options.id, "params": _read(options.params), "reason": options.reason}
    row = versions.create_version(PolicyVersion, values, by=author)
    if options.id in simulators:
        found = simulations.simulate(options.id, row.params, by=author)
        with recorded(author, "rulebook.simulate_version"):
            simulations.keep(row, found, by=author)
    versions.submit_version(row.pk, by=author, effective_on=options.effective)
    say(f"{options.id} v{row.number}: 已提交 submitted")
    if approver:
        versions.approve_version(row.pk, by=approver)
        say(f"{options.id} v{row.number}: {options.effective} 起生效 in force from that day")
