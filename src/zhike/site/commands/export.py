"""导出列表 Export a list as its reader sees it."""

import argparse
from pathlib import Path

HELP = "导出列表 export a list to xlsx or csv"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare list, filters and file."""
    parser.add_argument("resource", help="对象 resource, e.g. customers.customer")
    parser.add_argument(
        "--query", default="", help="筛选、排序、列 e.g. 'grade=vip&columns=name,grade'"
    )
    parser.add_argument("--out", type=Path, help="文件 .xlsx or .csv；默认 default: RESOURCE.xlsx")
    parser.add_argument(
        "--user", help="以此账号的权限导出 act as this user; 默认系统 default: the system"
    )


def run(options: argparse.Namespace) -> None:
    """Write the file and print the number of rows."""
    from zhike.exchange import commands
    from zhike.kernel.errors import Refusal
    from zhike.site.console import CommandError

    out = options.out or Path(f"{options.resource.replace('.', '-')}.xlsx")
    try:
        by = commands.actor(options.user)
        rows = commands.export_file(options.resource, options.query, out, by=by)
    except (Refusal, commands.CannotImport) as error:
        raise CommandError(str(error)) from error
    print(f"{out}: {rows} 行 rows")  # noqa: T201
