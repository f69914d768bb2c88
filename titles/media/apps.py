from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "titles.media"
    label = "media"
    verbose_name = "Media"

    def ready(self) -> None:
        # It needs the settings.
        from titles.media import checks  # noqa: F401, PLC0415
