"""地图 Print every resource, action, policy, event, handler and metric; fail on dead ends."""

import argparse
import json
from typing import Any

from zhike.site.console import say

HELP = "列出全部声明，发现断头路则失败 print all declarations, fail on dead ends"
NEEDS = "django"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--json``."""
    parser.add_argument("--json", action="store_true", help="机器可读 for machines")


def run(options: argparse.Namespace) -> int:
    """Print the map; 1 when something declared leads nowhere."""
    from zhike.kernel.registry import registry
    from zhike.site import cartography

    chart = drawn(registry)
    ends = cartography.dead_ends(registry, cartography.usage())
    if options.json:
        found = [{"kind": end.kind, "name": end.name, "why": end.why} for end in ends]
        say(json.dumps({**chart, "dead_ends": found}, ensure_ascii=False, indent=1))
        return 1 if ends else 0
    for noun, entries in chart.items():
        say(f"{noun} {len(entries)}")
        for name, detail in entries.items():
            say(f"  {name:<44} {detail}".rstrip())
    for end in ends:
        say(f"✗ {end}")
    say(f"断头路 dead ends: {len(ends)}")
    return 1 if ends else 0


def drawn(registry: Any) -> dict[str, dict[str, str]]:
    """Return noun -> name -> one line about it."""
    from zhike.kernel import simulation

    handled = {
        name: ", ".join(f"{one.__module__.removeprefix('zhike.')}.{one.__name__}" for one in known)
        for name, known in registry.handlers.items()
    }
    return {
        "resources": {
            key: f"{one.title} · {one.group or '—'} · {len(one.actions)} actions"
            for key, one in sorted(registry.resources.items())
        },
        "actions": {
            name: f"{one.title} · {one.resource or '—'} · {one.verb}{' · set' if one.many else ''}"
            for name, one in sorted(registry.actions.items())
        },
        "policies": {
            name: f"{one.title}{' · simulated' if name in simulation.simulators else ''}"
            for name, one in sorted(registry.policies.items())
        },
        "events": {
            name: f"{one.title}{f' · {one.subject}' if one.subject else ''}"
            for name, one in sorted(registry.events.items())
        },
        "handlers": dict(sorted(handled.items())),
        "metrics": {
            name: f"{one.title} · {one.unit}" for name, one in sorted(registry.metrics.items())
        },
    }
