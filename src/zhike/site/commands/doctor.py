"""体检 Check the set-up, and say what to mend."""

import argparse
import json

from zhike.site import environment
from zhike.site.console import say

HELP = "检查安装与运行环境 check the set-up and say what to mend"
NEEDS = "nothing"
MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--json``."""
    parser.add_argument("--json", action="store_true", help="机器可读 for machines")


def run(options: argparse.Namespace) -> int:
    """Print every finding; 1 when something must be mended."""
    from zhike.site import diagnosis

    findings = list(diagnosis.examine(environment.read()))
    if options.json:
        say(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            say(f" {MARKS[finding.level]} {finding.subject}: {finding.detail}")
            if finding.remedy:
                say(f"     → {finding.remedy}")
    return 1 if any(finding.level == "fail" for finding in findings) else 0
