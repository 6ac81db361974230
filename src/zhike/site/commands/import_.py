"""导入文件 Import a spreadsheet into a resource; prints counts, seconds and problems."""

import argparse
import json
import time
from pathlib import Path
from typing import Any

HELP = "导入 Excel 或 CSV import a spreadsheet"
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the file fills and how existing records are found."""
    parser.add_argument("resource", help="对象 resource, e.g. customers.customer")
    parser.add_argument("file", type=Path, help=".xlsx .xls .csv")
    parser.add_argument("--match", metavar="FIELD", help="按此字段查找已有记录 find records by")
    parser.add_argument(
        "--mode",
        choices=["insert", "update", "upsert"],
        help="默认 default: upsert with --match, else insert",
    )
    parser.add_argument(
        "--mapping", type=Path, metavar="FILE", help="列与字段对照 header: field (yaml or json)"
    )
    parser.add_argument("--sheet", default="", help="工作表 sheet")
    parser.add_argument(
        "--user", help="以此账号的权限导入 act as this user; 默认系统 default: the system"
    )
    parser.add_argument("--dry-run", action="store_true", help="只检查，不写入 check only")
    parser.add_argument("--json", action="store_true", help="输出 JSON print JSON")


def run(options: argparse.Namespace) -> int:
    """Check and import; 1 when rows were bad."""
    from zhike.exchange import commands
    from zhike.kernel.errors import Refusal
    from zhike.site.console import CommandError

    begin = time.perf_counter()
    try:
        answer = commands.import_file(
            options.resource,
            options.file,
            by=commands.actor(options.user),
            mapping=_mapping(options.mapping),
            mode=options.mode or ("upsert" if options.match else "insert"),
            key_field=options.match or "",
            sheet=options.sheet,
            dry_run=options.dry_run,
        )
    except (Refusal, commands.CannotImport) as error:
        fields = getattr(error, "fields", {})
        found = "；".join(text for texts in fields.values() for text in texts)
        raise CommandError(found or str(error)) from error
    answer["seconds"] = round(time.perf_counter() - begin, 2)
    if options.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))  # noqa: T201
    else:
        _show(answer)
    return 1 if answer["counts"]["error"] else 0


def _mapping(path: Path | None) -> dict[str, str] | None:
    from zhike.site.console import CommandError

    if path is None:
        return None
    import yaml

    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise CommandError(f"{path}: {error}") from error
    if not isinstance(found, dict):
        raise CommandError(f"{path}: 应为“表头: 字段”的对照表 (must map headers to fields)")
    return {str(header): str(name or "") for header, name in found.items()}


def _show(answer: dict[str, Any]) -> None:
    counts = answer["counts"]
    rate = counts["total"] / max(answer["seconds"], 0.01)
    done = "只检查 dry run" if answer["dry_run"] else "已写入 written"
    words = {
        "total": "总行 rows",
        "create": "新增 new",
        "update": "更新 updated",
        "same": "无变化 same",
        "duplicate": "已存在 skipped",
        "error": "错误 errors",
        "warned": "提醒 warnings",
    }
    lines = [f"{answer['file']} → {answer['resource']}（{done}）"]
    lines.append("，".join(f"{word} {counts[name]}" for name, word in words.items()))
    lines.append(f"用时 {answer['seconds']} s，{rate:,.0f} rows/s")
    lines += [f"  {p['row']}: {p['column']} {p['message']}" for p in answer["problems"][:SHOWN]]
    if len(answer["problems"]) > SHOWN:
        lines.append(f"  … {len(answer['problems']) - SHOWN} more")
    print("\n".join(lines))  # noqa: T201
