"""Python 交互环境 An interactive Python with the registry and the database."""

import argparse

HELP = "Python 交互环境 interactive Python"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``-c``."""
    parser.add_argument("-c", dest="code", help="执行这段代码 run this code and end")


def run(options: argparse.Namespace) -> None:
    """Open Django's shell."""
    from django.core.management import call_command

    call_command("shell", command=options.code, verbosity=0)
