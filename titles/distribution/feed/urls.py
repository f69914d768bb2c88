from django.urls import path, re_path

from titles.distribution.feed.openapi import openapi
from titles.distribution.feed.views import Asset, Changes, EpisodeBody, Nowhere, SeriesBody

app_name = "feed"
urlpatterns = [
    path("changes", Changes.as_view(), name="changes"),
    path("series/<uuid:subject_id>", SeriesBody.as_view(), name="series"),
    path("episodes/<uuid:subject_id>", EpisodeBody.as_view(), name="episode"),
    path("assets/<uuid:asset_id>", Asset.as_view(), name="asset"),
    path("openapi.json", openapi, name="openapi"),
    re_path("", Nowhere.as_view()),
]
