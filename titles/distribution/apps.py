from django.apps import AppConfig


class DistributionConfig(AppConfig):
    name = "titles.distribution"
    label = "distribution"
    verbose_name = "Distribution"
