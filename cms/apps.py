"""The two applications of the composition root: the admin site that is our desk, and the wiring itself."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class DeskConfig(admin_apps.AdminConfig):
    """Django's admin with our site in place of the default one."""

    default = False
    default_site = "cms.desk.Desk"


class CmsConfig(AppConfig):
    name = "cms"
    label = "cms"
    default = False
    verbose_name = "Octavo"

    def ready(self) -> None:
        # They need the apps, and the apps' tasks need them.
        from cms import celery, checks, presence  # noqa: F401, PLC0415

        celery.app.set_default()
        presence.announce_workers()
