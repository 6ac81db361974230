"""Checks of the house that import contracts cannot say, over syntax trees and templates.

Each returns findings as ``path:line: what``; an empty list means that the rule is kept.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "zhike"
BUSINESS = (
    "identity", "trust", "rulebook", "customers", "interactions", "sales", "surveys", "duplicates", "quality",
    "segments", "pool", "needs", "loyalty", "teamwork", "exchange",
)  # fmt: skip
WRITES = {
    "save",
    "asave",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
PRIVATE = {"handlers", "jobs", "policies", "metrics", "resources"}
MAY_WRITE = {"actions", "engine"}
# Jobs and handlers get ids and act as the system or as the person who asked; evidence and the
# hand-over list start from the reader's own rows and count what hangs on them; offers are the names
# that whoever writes a rule chooses from.
MAY_READ_ALL = {
    "actions", "queries", "engine", "jobs", "handlers", "evidence", "responsibilities", "offers",
}  # fmt: skip
# The exchange keeps its own books (batches and files, no business rows) where the work is done.
BOOKKEEPERS = {("exchange", "commands"), ("exchange", "exports"), ("exchange", "jobs")}
LONGEST_FILE = 600
LARGEST_KERNEL = 4_000


def python_files(root: Path = SOURCE) -> Iterator[tuple[Path, ast.Module]]:
    """Yield the product's own modules with their syntax trees, migrations left out."""
    for path in sorted(root.rglob("*.py")):
        if "migrations" not in path.parts and "node_modules" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def package_and_room(path: Path, root: Path) -> tuple[str, str]:
    """Return (package, room), such as (customers, actions), for a file below the root."""
    parts = path.relative_to(root).with_suffix("").parts
    return parts[0], parts[1] if len(parts) > 1 else ""


def writes_outside_actions(root: Path = SOURCE) -> list[str]:
    """Find ``.save()``, ``.update(field=…)`` and bulk writes outside ``actions`` and the kernel."""
    found = []
    for path, tree in python_files(root):
        package, room = package_and_room(path, root)
        if package not in (*BUSINESS, "web", "api") or room in MAY_WRITE:
            continue
        if (package, room) in BOOKKEEPERS:
            continue
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            name = node.func.attr
            is_update = name == "update" and node.keywords and not node.args
            is_row_write = name in WRITES and not (name == "save" and node.args)
            if is_row_write or is_update:
                found.append(f"{path.relative_to(root)}:{node.lineno}: .{name}()")
    return found


def unscoped_reads(root: Path = SOURCE) -> list[str]:
    """Find ``.unscoped`` outside ``actions``, ``queries`` and the kernel."""
    found = []
    for path, tree in python_files(root):
        package, room = package_and_room(path, root)
        if package not in (*BUSINESS, "web", "api") or room in (MAY_READ_ALL | {"models"}):
            continue
        if (package, room) in BOOKKEEPERS:
            continue
        found += [
            f"{path.relative_to(root)}:{node.lineno}: .unscoped"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr == "unscoped"
        ]
    return found


def signals_outside_kernel(root: Path = SOURCE) -> list[str]:
    """Find signal receivers outside the kernel."""
    found = []
    for path, tree in python_files(root):
        if package_and_room(path, root)[0] == "kernel":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                ("django.dispatch", "django.db.models.signals")
            ):
                found.append(f"{path.relative_to(root)}:{node.lineno}: {node.module}")
    return found


def private_rooms(root: Path = SOURCE) -> list[str]:
    """Find imports of another package's handlers, jobs, policies, metrics or resources."""
    found = []
    for path, tree in python_files(root):
        own = package_and_room(path, root)[0]
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                parts = name.split(".")
                private = parts[0] == "zhike" and len(parts) > 2 and parts[2] in PRIVATE
                if private and parts[1] not in {own, "kernel"}:
                    found.append(f"{path.relative_to(root)}:{node.lineno}: {name}")
    return found


def rows_in_templates(root: Path = SOURCE) -> list[str]:
    """Find reverse managers in templates: rows reach a page through the view only."""
    rows = re.compile(r"\{[{%][^}%]*(\w_set\b|\.all\b)")
    return [
        f"{path.relative_to(root)}:{number}: {line.strip()}"
        for path in sorted(root.rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if rows.search(line)
    ]


def long_files(root: Path = SOURCE) -> list[str]:
    """Find files that outgrew their room."""
    return [
        f"{path.relative_to(root)}: {lines} lines"
        for pattern in ("*.py", "*.html", "*.ts")
        for path in sorted(root.rglob(pattern))
        if not {"migrations", "node_modules", "static"} & set(path.parts)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    ]


def missing_readmes(root: Path = SOURCE) -> list[str]:
    """Find packages without the half page that introduces them."""
    return [
        package.name
        for package in sorted(root.iterdir())
        if (package / "__init__.py").exists() and not (package / "README.md").exists()
    ]


def lines_of_code(folder: Path) -> int:
    """Count the lines of a folder's modules without blank lines, comments and docstrings."""
    return sum(
        len(_code_lines(path, tree)) for path, tree in python_files(folder) if path.is_file()
    )


def _code_lines(path: Path, tree: ast.Module) -> set[int]:
    text = path.read_text(encoding="utf-8")
    silent = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in silent:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and ast.get_docstring(node) if _documented(node) else 0:
            lines -= set(range(body[0].lineno, body[0].end_lineno + 1))
    return lines


def _documented(node: ast.AST) -> bool:
    return isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
