from django.apps import AppConfig


class SeasonsConfig(AppConfig):
    name = "titles.seasons"
    label = "seasons"
    verbose_name = "Seasons"
