"""The product's settings in a data directory of the test run's own."""

import os
import tempfile
from pathlib import Path

from zhike.site import environment

if "ZHIKE_TEST_HOME" not in os.environ:  # set by whoever comes first, inherited by pytest -n
    _home = Path(tempfile.mkdtemp(prefix="zhike-test-"))
    _home.chmod(0o711)  # as root, the database's system user passes through
    os.environ["ZHIKE_TEST_HOME"] = str(_home)
    os.environ["ZHIKE_TEST_OWNER"] = str(os.getpid())
os.environ["ZHIKE_HOME"] = os.environ["ZHIKE_TEST_HOME"]
os.environ["DATABASE_URL"] = environment.socket_url(Path("/nonexistent"), "nobody", "", "unset")

from zhike.site.settings import *  # noqa: F403
from zhike.site.settings import DATABASES

# One connection that the tests' transactions can be rolled back on; no threads left behind.
DATABASES["default"].get("OPTIONS", {}).pop("pool", None)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

CHANNELS_REREAD_SECONDS = (
    None  # the register is read when it changes, so that queries can be counted
)
