from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "titles.media"
    label = "media"
    verbose_name = "Media"
