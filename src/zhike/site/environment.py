"""What the process environment says: data directory, address, database, secrets.

The one place that reads ``ZHIKE_*`` and ``DATABASE_URL``. It imports nothing of Django, so that
settings, the command line and the supervisor can use it before anything else is configured.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

DEFAULT_PORT = 8000
DATABASE_NAME = "zhike"
DATABASE_ROLE = "zhike"
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


class UnusableVariableError(ValueError):
    """A variable of the environment holds a value that cannot be used."""


@dataclass(frozen=True)
class Environment:
    """The deployment's own choices, read once.

    ``database_url`` is empty when the embedded PostgreSQL is to be used and nobody started it yet.
    """

    home: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    database_url: str = ""
    debug: bool = False
    demo: bool = True
    https: bool = False
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")

    @property
    def media(self) -> Path:
        """Directory of uploaded attachments."""
        return self.home / "media"

    @property
    def secrets(self) -> Path:
        """Directory (0700) of generated secrets, one file (0600) each."""
        return self.home / "secrets"

    @property
    def demo_accounts(self) -> Path:
        """File (0600) with the demo company's random passwords, one ``user password`` per line."""
        return self.home / "demo-accounts.txt"

    @property
    def address(self) -> str:
        """Address of the first page, as a person would open it."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://{host}:{self.port}"

    @property
    def secret_key(self) -> str:
        """Django's SECRET_KEY, generated on first use."""
        return secret(self.secrets / "secret-key", length=64)


def read(variables: Mapping[str, str] | None = None) -> Environment:
    """Read the environment.

    Raises:
        UnusableVariableError: a number or a yes/no value cannot be understood.
    """
    env = os.environ if variables is None else variables
    host = env.get("ZHIKE_HOST") or "127.0.0.1"
    extra = [name.strip() for name in env.get("ZHIKE_ALLOWED_HOSTS", "").split(",") if name.strip()]
    local = [] if host in {"0.0.0.0", "::"} else [host]  # noqa: S104
    names = dict.fromkeys(["127.0.0.1", "localhost", "[::1]", *local, *extra])
    return Environment(
        home=Path(env.get("ZHIKE_HOME") or default_home()).expanduser().absolute(),
        host=host,
        port=_port(env.get("ZHIKE_PORT", "")),
        database_url=env.get("DATABASE_URL", "").strip(),
        debug=_flag(env, "ZHIKE_DEBUG", default=False),
        demo=_flag(env, "ZHIKE_DEMO", default=True),
        https=_flag(env, "ZHIKE_HTTPS", default=False),
        allowed_hosts=tuple(names),
    )


def checkout_root() -> Path | None:
    """Root of the source checkout this code runs from, or None when installed from a wheel."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").is_file() and (root / "src").is_dir() else None


def default_home() -> Path:
    """``.zhike`` beside the sources in a checkout, else in the user's home directory."""
    root = checkout_root()
    return (root or Path.home()) / ".zhike"


def private_directory(path: Path, mode: int = 0o700) -> Path:
    """Create ``path`` with its parents and give it ``mode``; an existing one is left as it is."""
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True, mode=mode)
        path.chmod(mode)
    return path


def secret(path: Path, length: int = 32) -> str:
    """The secret kept in ``path``; made of ``length`` random bytes, mode 0600, on first use.

    Two processes that come at the same moment get the same value: the file appears whole, by link.
    """
    if path.is_file():
        return path.read_text(encoding="ascii").strip()
    private_directory(path.parent)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(length))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


def database_config(url: str) -> dict[str, Any]:
    """Django's ``DATABASES['default']`` for a ``postgresql://`` address.

    Query parameters (``?host=/socket/dir&sslmode=require``) go to libpq; ``host`` and ``port`` may
    stand there too. An empty address gives a configuration that loads but cannot connect, so that
    type checkers and ``--help`` work without a database.

    Raises:
        UnusableVariableError: the address is not a PostgreSQL one.
    """
    complaint = (
        "DATABASE_URL 应为 postgresql://用户:密码@主机:端口/库名 "
        "(must be postgresql://user:password@host:port/name)"
    )
    try:
        parts = urlsplit(url or f"postgresql:///{DATABASE_NAME}")
        options: dict[str, Any] = dict(parse_qsl(parts.query))
        host = options.pop("host", None) or unquote(parts.hostname or "")
        port = options.pop("port", None) or str(parts.port or "")
    except ValueError as error:
        raise UnusableVariableError(complaint) from error
    if parts.scheme not in {"postgresql", "postgres"}:
        raise UnusableVariableError(complaint)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or DATABASE_NAME,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
    }


def socket_url(directory: Path, user: str, password: str, database: str) -> str:
    """Address of a database behind a unix socket."""
    return (
        f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@/"
        f"{quote(database, safe='')}?host={quote(str(directory), safe='')}"
    )


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = env.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise UnusableVariableError(f"{name} 应为 0 或 1 (must be 0 or 1): {value!r}")
    return word in TRUE_WORDS


def _port(value: str) -> int:
    if not value.strip():
        return DEFAULT_PORT
    if not value.strip().isdigit() or not 0 < int(value) < 65536:
        raise UnusableVariableError(f"ZHIKE_PORT 应为 1–65535 (must be 1-65535): {value!r}")
    return int(value)
