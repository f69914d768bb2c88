from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "titles.jobs"
    label = "jobs"
    verbose_name = "Jobs"
