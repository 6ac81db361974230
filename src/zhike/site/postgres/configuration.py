"""Server settings of the embedded PostgreSQL, worked out anew at each start."""

import os
from contextlib import suppress
from pathlib import Path

MEGABYTE = 1024 * 1024
CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def memory_bytes() -> int:
    """Memory this process may use: the machine's, or the container's limit if that is lower."""
    amounts = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in CGROUP_LIMITS:
        with suppress(OSError, ValueError):
            amounts.append(int(path.read_text(encoding="ascii")))
    return min(amounts)


def server_settings(logs: Path, sockets: Path, port: int, *, tcp: bool) -> dict[str, str]:
    """Settings for the command line of ``postgres``.

    ``max_wal_size`` stays small so that recovery after a crash takes seconds; the log keeps one
    file per weekday; ``shared_buffers`` is an eighth of the memory, between 32 MB and 8 GB; a restore
    drops and makes all tables in one transaction, which takes a lock for each table and index.
    """
    memory = memory_bytes() // MEGABYTE
    quoted = str(sockets).replace('"', '""')
    return {
        "listen_addresses": "127.0.0.1" if tcp else "",
        "port": str(port),
        "unix_socket_directories": f'"{quoted}"',
        "unix_socket_permissions": "0700",
        "shared_buffers": f"{min(max(memory // 8, 32), 8192)}MB",
        "effective_cache_size": f"{max(memory // 2, 128)}MB",
        "max_wal_size": "512MB",
        "min_wal_size": "80MB",
        "max_locks_per_transaction": "512",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "on",
        "log_directory": str(logs),
        "log_filename": "postgres-%u.log",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_truncate_on_rotation": "on",
        "log_line_prefix": "%m [%p] ",
    }
