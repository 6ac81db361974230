"""接口令牌 Print a new API token of a person; only its digest is stored."""

import argparse
import datetime as dt

HELP = "接口令牌 make an API token"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the person, the token's name and its life."""
    parser.add_argument("user", metavar="USER", help="账号 sign-in name")
    parser.add_argument("--name", default="CLI", help="名称 what it is for")
    parser.add_argument("--days", type=int, default=90, help="有效天数 days it is valid (1-366)")


def run(options: argparse.Namespace) -> None:
    """Print the token and nothing else, so that scripts can take it."""
    from django.utils import timezone

    from zhike.identity.queries import account_named
    from zhike.kernel.actor import SYSTEM
    from zhike.kernel.errors import Refusal
    from zhike.site.console import CommandError, say
    from zhike.trust.actions import issue_token

    by = SYSTEM(reason="zhike token")
    if not 1 <= options.days <= 366:
        raise CommandError("--days 应为 1–366 (must be 1-366)")
    last = timezone.localdate() + dt.timedelta(days=options.days)
    try:
        _token, text = issue_token(
            account_named(options.user), options.name, by=by, expires_on=last
        )
    except Refusal as error:
        raise CommandError(error.message) from error
    say(text)
