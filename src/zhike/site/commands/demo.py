"""演示公司 Build the invented company 东澜化学 on an empty database, or clear it away."""

import argparse
import time

from zhike.site.console import say

HELP = "建立或清除演示公司 build the demo company, or clear it away"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--clear``."""
    parser.add_argument("--clear", action="store_true", help="清除演示公司 clear it away")


def run(options: argparse.Namespace) -> int:
    """Build and print the accounts, or clear."""
    from zhike.site import demo, environment
    from zhike.site.demo.build import figures

    if options.clear:
        demo.clear()
        say("已清除 cleared")
        return 0
    begun = time.monotonic()
    demo.ensure()
    for name, count in figures().items():
        say(f"  {name}: {count}")
    say(f"已建立 made in {time.monotonic() - begun:.1f} s")
    path = environment.read().demo_accounts
    say(f"登录 Sign in ({path}):")
    for line in path.read_text(encoding="utf-8").splitlines():
        say(f"    {line}")
    return 0
