"""Django's settings, safe by default; what may differ from place to place is in `web.config`.

Flow: web.config -> THIS -> Django
In: the environment, read when the application starts. Out: names in capitals, as Django wants.
Nothing here makes a file: `web.setup` does, before the first request.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from totalplace.web.config import read_config
from totalplace.web.secret import secret_key

CONFIG = read_config()

SECRET_KEY = secret_key(CONFIG)
DEBUG = False
ALLOWED_HOSTS = list(CONFIG.hosts)
ROOT_URLCONF = "totalplace.web.urls"
WSGI_APPLICATION = "totalplace.web.wsgi.application"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    "auditlog",
    "totalplace.web.jobs",
    "totalplace.web.workspaces",
    "totalplace.web.figures",
]
MIDDLEWARE = [
    "totalplace.web.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "totalplace.web.workspaces.trail.WhoActs",
    "totalplace.web.failures.InWords",
    "totalplace.web.figures.middleware.OwnFiguresInUse",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "totalplace.web.templating.environment"},
    },
]

# -- where things are kept ---------------------------------------------------------------------

if CONFIG.database:
    _address = urlsplit(CONFIG.database)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _address.path.lstrip("/"),
            "USER": unquote(_address.username or ""),
            "PASSWORD": unquote(_address.password or ""),
            "HOST": _address.hostname or "",
            "PORT": str(_address.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(CONFIG.data / "totalplace.sqlite3"),
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 500},
    }
}

# -- static files: built at set-up into the data folder, served with hashed names ----------------

STATIC_URL = "/static/"
STATIC_ROOT = str(CONFIG.data / "static")
STATICFILES_DIRS = [str(CONFIG.data / "built")]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "totalplace.web.assets.OwnFiles",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.InMemoryStorage"
    },  # nothing is kept as a file
    "staticfiles": {"BACKEND": "totalplace.web.assets.HashedFiles"},
}

# -- safety ------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
AUTH_USER_MODEL = "workspaces.User"
AUDITLOG_LOGENTRY_MODEL = "workspaces.Entry"
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600  # how long a link to set a password may be used
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1  # hour
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # it would keep network addresses; the trail keeps sign-ins
AXES_IPWARE_PROXY_COUNT = CONFIG.proxies or None
AXES_USERNAME_CALLABLE = "totalplace.web.workspaces.sessions.name_tried"
AXES_LOCKOUT_CALLABLE = "totalplace.web.workspaces.sessions.locked_out"
AXES_SENSITIVE_PARAMETERS = ["old", "new", "again", "link", "csrfmiddlewaretoken"]  # never kept
AXES_CLIENT_STR_CALLABLE = "totalplace.web.workspaces.sessions.unnamed"  # in logs
AXES_CLIENT_IP_CALLABLE = "totalplace.web.visitors.address"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CONFIG.tls
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SECURE = CONFIG.tls
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "totalplace.web.failures.csrf_failed"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in CONFIG.hosts] if CONFIG.tls else []
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = CONFIG.tls
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^ready$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if CONFIG.tls else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.tls else None
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains: the names below a council's domain are not ours to bind
    "security.W021",  # HSTS preload: a lasting promise for a whole domain, the council's to make
]
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_HANDLERS = [
    "totalplace.web.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGGING_CONFIG = "totalplace.web.logs.configure"
LOGGING = {"style": CONFIG.log}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
