from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "titles.catalog"
    label = "catalog"
    verbose_name = "Catalog"
