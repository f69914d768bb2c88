"""All settings of Octavo, read once from the environment; docs/operators.md lists every variable."""

from datetime import timedelta
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
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
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
    "cms.sessions.SessionEnds",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.gates.BodyLimit",
    "cms.gates.SlowBodies",
    "cms.middleware.PersonalPreferences",
    "axes.middleware.AxesMiddleware",
    "cms.middleware.StudioScope",
    "cms.accounts.second_factor.SecondFactor",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
AUTH_USER_MODEL = "studios.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "cms" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["cms.templatetags.studio_forms"],
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
        # A worker that is stopped in the middle of a transaction would keep its rows from all others for ever.
        "OPTIONS": {
            "connect_timeout": 5,
            "options": "-c statement_timeout=60000 -c lock_timeout=15000 -c idle_in_transaction_session_timeout=120000",
        },
    }
}

APP_LOGIN = DATABASES["default"]["USER"]

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
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

# Limits of tries hold for all web processes together, so they share what they remember.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "octavo_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "media"

_BUCKET = env.bucket("OCTAVO_STORAGE_URL")


def _store(alias: str) -> dict[str, object]:
    """Masters, packages, artwork and what is in work lie in folders of the home, or under prefixes of one S3 bucket."""
    if _BUCKET is None:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": MEDIA_ROOT / alias, "base_url": None},
        }
    return {"BACKEND": "titles.media.bucketstore.BucketStorage", "OPTIONS": {**_BUCKET, "location": alias}}


def _cold_store() -> dict[str, object] | None:
    """Where masters may be moved that are seldom needed: another bucket, or a slow disk."""
    folder = env.slow_disk("OCTAVO_COLD_STORAGE_URL")
    if folder is not None:
        options: dict[str, object] = {"location": folder, "base_url": None}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    bucket = env.bucket("OCTAVO_COLD_STORAGE_URL")
    if bucket is None:
        return None
    return {"BACKEND": "titles.media.bucketstore.BucketStorage", "OPTIONS": {**bucket, "location": "masters"}}


_COLD = _cold_store()
#: Whether there is a place to move masters to; what an import brings from one that has is kept in any case.
HAS_COLD_STORAGE = _COLD is not None

STORAGES = {
    "default": _store("other"),
    "masters": _store("masters"),
    "packages": _store("packages"),
    "artwork": _store("artwork"),
    "exports": _store("exports"),
    "scratch": _store("scratch"),
    "cold": _COLD or _store("cold"),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
# An admin page takes one master of an episode; the body is spooled to disk beyond this size.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = home.writable("run/uploads")
MASTER_MOST_BYTES = env.number("OCTAVO_MASTER_MOST_BYTES", 4 * 1024**3, least=1)
# Where the bytes of resumable uploads lie until they are whole; shared by all machines where there are several.
UPLOADS_FOLDER = env.path("OCTAVO_UPLOADS_FOLDER", HOME / "uploads")
# An upload that nobody goes on with for this long is given up.
UPLOAD_LIVES_S = env.hours("OCTAVO_UPLOAD_HOURS", 168)
# A writer of which nothing is heard for this long may be replaced by another.
UPLOAD_LEASE_S = env.seconds("OCTAVO_UPLOAD_LEASE_S", 20)
# What newer packages and editions superseded, and files that no row refers to, may be taken away after this long.
COLLECT_AFTER = timedelta(days=env.number("OCTAVO_COLLECT_AFTER_DAYS", 30, least=1, most=3650))
# Below this much free room nothing more is taken in; what is there is still served.
LEAST_FREE_BYTES = env.number("OCTAVO_LEAST_FREE_BYTES", 1024**3)

# How long a studio that closes can still be looked at, exported and reopened.
CLOSING_LASTS = timedelta(days=env.number("OCTAVO_CLOSING_DAYS", 30, least=1, most=3650))

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
# A dropbox may be a folder of this machine only inside these: any other may hold what is not the partner's.
DROPBOX_FOLDERS = env.folders("OCTAVO_DROPBOX_FOLDERS")
# Whom to tell about a weakness; /.well-known/security.txt says so.
SECURITY_CONTACT = env.contact("OCTAVO_SECURITY_CONTACT")

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
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # machines ask from inside, past the proxy that speaks https
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = env.flag("OCTAVO_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Accounts: people join by invitation and sign in with e-mail and password, then with their second factor.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # refuses before anybody looks at the password
    "allauth.account.auth_backends.AuthenticationBackend",
]
SESSION_LIVES_S = env.hours("OCTAVO_SESSION_HOURS", 12)
SESSION_IDLE_S = env.hours("OCTAVO_SESSION_IDLE_HOURS", 3)
SESSION_COOKIE_AGE = SESSION_LIVES_S
# What somebody is told ends with their session: a cookie of its own would be shown to whoever signs in next.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
PASSWORD_RESET_TIMEOUT = 24 * 3600
PLATFORM_MFA = env.flag("OCTAVO_PLATFORM_MFA", default=SECURE)

ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
ACCOUNT_ADAPTER = "cms.accounts.adapter.Accounts"
ACCOUNT_FORMS = {"login": "cms.accounts.forms.SignIn"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address was invited, or its owner opened this installation
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# Addresses of people are kept with the person alone, so Django's own tokens will do.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
# Nothing is counted by address alone: one visitor could shut out the office that shares it. Wrong passwords are counted
# by axes; what the other pages take (the key of a letter, the answer of a passkey) cannot be guessed.
ACCOUNT_RATE_LIMITS = {
    "login": "",
    "login_failed": "5/5m/key",  # codes of the second factor, by person
    "reset_password": "3/10m/key",  # letters, by the address that they go to
    "reset_password_from_key": "",
}
MFA_ADAPTER = "cms.accounts.adapter.SecondFactors"
MFA_FORMS = {
    "login_webauthn": "cms.accounts.forms.PasskeyAtTheDoor",
    "authenticate_webauthn": "cms.accounts.forms.PasskeyAsSecondFactor",
    "reauthenticate_webauthn": "cms.accounts.forms.PasskeyOnceMore",
    "add_webauthn": "cms.accounts.forms.NewPasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Octavo"
MFA_TOTP_TOLERANCE = 1  # telephones whose clock is half a minute off
MFA_RATE_LIMITS = {"webauthn_login": ""}

# Never an address alone (an office has one), never a person alone (anybody could lock anybody out).
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.number("OCTAVO_SIGN_IN_TRIES", 5, least=3, most=100)
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "cms.accounts.lockout.address_of"
AXES_LOCKOUT_CALLABLE = "cms.accounts.lockout.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "password", "next"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# E-mail: printed where no server is named.
_MAIL = env.mail_server("OCTAVO_EMAIL_URL")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mail_address("OCTAVO_EMAIL_FROM", "Octavo <octavo@localhost>")
MAIL_GOES_OUT = _MAIL is not None
EMAIL_BACKEND = "cms.accounts.mail.SentBeside" if _MAIL else "django.core.mail.backends.console.EmailBackend"
# Workers wait for the mail server: what it refuses is tried again.
EMAIL_BACKEND_OF_WORKERS = "django.core.mail.backends.smtp.EmailBackend" if _MAIL else None
EMAIL_TIMEOUT = 20
if _MAIL:
    EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.login, _MAIL.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.starts_tls, _MAIL.speaks_tls

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"unexpected": {"()": "cms.quiet.Unexpected"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("OCTAVO_LOG", "INFO", among=("DEBUG", "INFO", "WARNING")),
    },
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["unexpected"]},
        "axes": {"level": "WARNING"},  # it would write down every sign-in, with the secret of an invitation's address
    },
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
