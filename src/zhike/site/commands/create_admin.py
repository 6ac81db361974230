"""建立管理员 Create one of the three administrators; prints a one-time password."""

import argparse

HELP = "建立管理员 create an administrator"
KINDS = ("system", "security", "audit")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the account's name and which administrator it is."""
    parser.add_argument("user", help="账号 sign-in name")
    parser.add_argument("--name", default="", help="姓名 name of the person")
    parser.add_argument("--role", choices=KINDS, default="system", help="三员 which administrator")


def run(options: argparse.Namespace) -> None:
    """Create the account, give it the role, print the password that must be changed at once."""
    from zhike.identity.actions.first_run import create_administrator
    from zhike.kernel.errors import Refusal
    from zhike.site.console import CommandError, say

    try:
        user, password = create_administrator(
            options.user, options.name or options.user, options.role
        )
    except Refusal as error:
        lines = [line for found in error.fields.values() for line in found] or [error.message]
        raise CommandError(" ".join(lines)) from error
    say(f"账号 user: {user.username}")
    say(f"一次性密码 one-time password: {password}")
