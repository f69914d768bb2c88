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
        from cms import celery, presence  # noqa: PLC0415 - they need the apps, and the apps' tasks need them

        celery.app.set_default()
        presence.announce_workers()
