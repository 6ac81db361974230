"""Django settings. Everything a deployment may choose comes from ``environment``."""

import logging
from pathlib import Path

import pghistory
import pgtrigger
from django.utils.translation import gettext_lazy as _

from zhike.site import environment

ENV = environment.read()
BASE = Path(__file__).resolve().parent.parent

SECRET_KEY = ENV.secret_key
DEBUG = ENV.debug
ALLOWED_HOSTS = list(ENV.allowed_hosts)
ROOT_URLCONF = "zhike.site.urls"
WSGI_APPLICATION = "zhike.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "identity.User"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "zhike.kernel.apps.KernelConfig",
    "zhike.identity.apps.IdentityConfig",
    "zhike.trust.apps.TrustConfig",
    "zhike.rulebook.apps.RulebookConfig",
    "zhike.customers.apps.CustomersConfig",
    "zhike.catalog.apps.CatalogConfig",
    "zhike.interactions.apps.InteractionsConfig",
    "zhike.sales.apps.SalesConfig",
    "zhike.surveys.apps.SurveysConfig",
    "zhike.duplicates.apps.DuplicatesConfig",
    "zhike.quality.apps.QualityConfig",
    "zhike.segments.apps.SegmentsConfig",
    "zhike.pool.apps.PoolConfig",
    "zhike.needs.apps.NeedsConfig",
    "zhike.loyalty.apps.LoyaltyConfig",
    "zhike.teamwork.apps.TeamworkConfig",
    "zhike.exchange.apps.ExchangeConfig",
    "zhike.web.apps.WebConfig",
    "zhike.api.apps.ApiConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "zhike.web.sessions.SessionRulesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhike.web.middleware.SecurityHeadersMiddleware",
    "zhike.web.middleware.ActorMiddleware",
    "zhike.web.off_paper.OffPaperMiddleware",
    "zhike.web.middleware.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "zhike.web.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "zhike.web.templatetags.zk"],
        },
    }
]

DATABASES = {"default": environment.database_config(ENV.database_url)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNELS_REREAD_SECONDS: float | None = 30  # a new channel is known to every process after that
# Hosts to which group robots may send; https only. Tests point them at a server of their own.
ROBOT_HOSTS = ("qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn", "open.larksuite.com")
ROBOT_PLAIN_HOSTS: tuple[str, ...] = ()

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [BASE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS: list[str] = []
STATIC_ROOT = BASE / "web" / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# Built files carry a hash of their content in their names, so browsers may keep them for good.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/assets/.+-[\w-]{8}\.\w+$"
MEDIA_ROOT = ENV.media
FIRST_RUN_CODE = ENV.home / "first-run-code"
AUDIT_ANCHORS = ENV.home / "audit-anchors.jsonl"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
API_REQUESTS_PER_MINUTE = 600  # of one token, counted in each web process
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

AUTHENTICATION_BACKENDS = ["zhike.identity.backends.AccountBackend"]
SESSION_ENGINE = "zhike.web.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.https
if ENV.https:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-zhike", "__Host-csrf"
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ENV.allowed_hosts]
CSRF_FAILURE_VIEW = "zhike.web.views.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

# The history triggers follow the models: installed after every migrate instead of one operation for
# each field of each table, which made a fresh set-up three times slower.
PGTRIGGER_MIGRATIONS = False
PGTRIGGER_INSTALL_ON_MIGRATE = True
# One statement of history for each statement, not for each row: an import of 5,000 rows writes its
# history at once, and the context row is touched once instead of 5,000 times.
PGHISTORY_LEVEL = pgtrigger.Statement
# History is read by record and by act, never by whom a version belonged to.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(db_index=True)

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"


def _is_news(record: logging.LogRecord) -> bool:
    """Leave out that ``/healthz`` answered 503: whoever asks reads why, and asks every second."""
    return getattr(getattr(record, "request", None), "path", "") != "/healthz"


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"news": {"()": "django.utils.log.CallbackFilter", "callback": _is_news}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "django.request": {"level": "ERROR", "filters": ["news"]},
    },
}
