from django.urls import path, re_path

from cms.api.openapi import openapi
from cms.api.views import EpisodeList, History, JobList, Nowhere, OneSeries, SeriesList

app_name = "api"
urlpatterns = [
    path("series", SeriesList.as_view(), name="series"),
    path("series/<uuid:series_id>", OneSeries.as_view(), name="one-series"),
    path("series/<uuid:series_id>/episodes", EpisodeList.as_view(), name="episodes"),
    path("jobs", JobList.as_view(), name="jobs"),
    path("history", History.as_view(), name="history"),
    path("openapi.json", openapi, name="openapi"),
    re_path("", Nowhere.as_view()),
]
