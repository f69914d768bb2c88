"""All settings of Octavo, read once from the environment; docs/operators.md lists every variable."""

from pathlib import Path

from django.urls import reverse_lazy

from cms import env
from cms.embedded import home
from titles.catalog.languages import METADATA_LANGUAGES

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = home.folder()

DEBUG = env.flag("OCTAVO_DEBUG", default=False)
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
PUBLIC_ADDRESS = env.text("OCTAVO_PUBLIC_ADDRESS", "http://127.0.0.1:8000")
ALLOWED_HOSTS = env.words("OCTAVO_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = [PUBLIC_ADDRESS] if PUBLIC_ADDRESS.startswith("https://") else []

# One secret signs sessions, cursors and playback addresses; another encrypts what must be read back.
SECRET_KEY = env.text("OCTAVO_SECRET_KEY") or home.secret("signing", size_bytes=48)
SECRET_KEY_FALLBACKS = env.words("OCTAVO_OLD_SECRET_KEYS")
ENCRYPTION_KEYS = env.words("OCTAVO_ENCRYPTION_KEYS") or [home.secret("encryption")]

INSTALLED_APPS = [
    # modeltranslation and unfold change what django.contrib.admin finds, so both stand before it.
    "modeltranslation",
    "unfold.apps.BasicAppConfig",  # the plain name would put its own site in the place of our Desk
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "cms.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "studios",
    "titles.jobs",
    "titles.catalog",
    "titles.media",
    "localization",
    "titles.distribution",
    "titles.seasons",
    "cms.apps.CmsConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cms.policy.BrowserPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.gates.PlainText",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.gates.BodyLimit",
    "cms.middleware.PersonalPreferences",
    "cms.middleware.StudioScope",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
AUTH_USER_MODEL = "studios.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "cms" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# The login of the product owns nothing and obeys row-level security; migrations use the other one.
DATABASE_OWNER = env.database("OCTAVO_OWNER_DATABASE_URL") or home.database("owner")
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **(env.database("DATABASE_URL") or home.database("app")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"connect_timeout": 5, "options": "-c statement_timeout=60000 -c lock_timeout=15000"},
    }
}

APP_LOGIN = DATABASES["default"]["USER"]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# The languages that series and episodes are described in are columns, so this list is part of the schema.
LANGUAGE_CODE = "en"
LANGUAGES = METADATA_LANGUAGES
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_LANGUAGES = tuple(code for code, _name in METADATA_LANGUAGES)
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en",)
LOCALE_PATHS = [BASE_DIR / "cms" / "locale"]
# Every time that a page shows names its zone.
FORMAT_MODULE_PATH = ["cms.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "media"

_BUCKET = env.bucket("OCTAVO_STORAGE_URL")


def _store(alias: str) -> dict[str, object]:
    """Masters, packages and artwork lie in folders of the home, or under prefixes of one S3 bucket."""
    if _BUCKET is None:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": MEDIA_ROOT / alias, "base_url": None},
        }
    # Signed addresses of the older kind, which would be the default, are refused by newer buckets.
    options = {**_BUCKET, "location": alias, "signature_version": "s3v4"}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


STORAGES = {
    "default": _store("other"),
    "masters": _store("masters"),
    "packages": _store("packages"),
    "artwork": _store("artwork"),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
# An admin page takes one master of an episode; the body is spooled to disk beyond this size.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = home.writable("run/uploads")
MASTER_MOST_BYTES = env.number("OCTAVO_MASTER_MOST_BYTES", 4 * 1024**3, least=1)

# Work: the job row is the truth, a message only says that there is work of a kind.
JOB_LEASE_S = env.seconds("OCTAVO_JOB_LEASE_S", 30)
JOB_HEARTBEAT_S = env.seconds("OCTAVO_JOB_HEARTBEAT_S", 5)
JOB_SWEEP_S = env.seconds("OCTAVO_JOB_SWEEP_S", 15)
JOB_RETRY_FIRST_S = env.seconds("OCTAVO_JOB_RETRY_FIRST_S", 5)

CELERY_BROKER_URL = env.text("OCTAVO_BROKER_URL", "octavo-pgmq://")
CELERY_TASK_ACKS_LATE = True
# Redelivery is safe only because every worker claims its row anew.
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "general"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "visibility_timeout": 60,
        "wait_time_seconds": 0,
        "polling_interval": 5,
        "use_notify": True,
        "init_extension": False,
        "pool_size": 2,
    }
    if CELERY_BROKER_URL.startswith("octavo-pgmq")
    else {}
)

FFMPEG = env.text("OCTAVO_FFMPEG")
SANDBOX = env.choice("OCTAVO_SANDBOX", "auto", among=("auto", "rlimit-only", "required"))
TRANSCODE_QUALITY = env.choice("OCTAVO_QUALITY", "publish", among=("preview", "publish", "archive"))
PLAYBACK_ADDRESS_LIVES_S = env.seconds("OCTAVO_PLAYBACK_ADDRESS_LIVES_S", 6 * 3600)
# Partners' addresses on private networks are refused unless the operator names them (a demo partner on loopback).
PRIVATE_PARTNER_HOSTS = env.words("OCTAVO_PRIVATE_PARTNER_HOSTS")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Octavo partner feed",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": [],  # enumerations stay where they are used
}

SECURE = env.flag("OCTAVO_HTTPS", default=PUBLIC_ADDRESS.startswith("https://"))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # forms carry the token; no script of ours reads it
if SECURE:  # a browser takes these names from this very host alone, over https alone
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # machines ask from inside, past the proxy that speaks https
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.flag("OCTAVO_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("OCTAVO_LOG", "INFO", among=("DEBUG", "INFO", "WARNING")),
    },
    "loggers": {"django.request": {"level": "ERROR"}},
}

UNFOLD = {
    "SITE_TITLE": "Octavo",
    "SITE_HEADER": "Octavo",
    "SITE_SUBHEADER": "cms.navigation.studio_name",
    "SITE_SYMBOL": "movie",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "cms.navigation.favicon"}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {
        "primary": {
            "50": "oklch(96.2% .018 272.314)",
            "100": "oklch(93% .034 272.788)",
            "200": "oklch(87% .065 274.039)",
            "300": "oklch(78.5% .115 274.713)",
            "400": "oklch(67.3% .182 276.935)",
            "500": "oklch(58.5% .233 277.117)",
            "600": "oklch(51.1% .262 276.966)",
            "700": "oklch(45.7% .24 277.023)",
            "800": "oklch(39.8% .195 277.366)",
            "900": "oklch(35.9% .144 278.697)",
            "950": "oklch(25.7% .09 281.288)",
        },
    },
    "STYLES": ["cms.navigation.fonts", "cms.navigation.styles"],
    "COMMAND": {"search_models": False},
    "SIDEBAR": {"show_search": True, "command_search": True, "navigation": "cms.navigation.sidebar"},
    "ACCOUNT": {"navigation": "cms.navigation.account"},
}
