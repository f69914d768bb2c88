"""Every address of Octavo."""

from django.contrib import admin
from django.urls import include, path

from cms import health
from cms.views import front_door, sign_in, uploads

urlpatterns = [
    path("", front_door.front_door, name="front-door"),
    path("sign-in/<str:secret>/", sign_in.by_link, name="sign-in-link"),
    path("no-studio/", front_door.no_studio, name="no-studio"),
    path("uploads/episodes/<uuid:episode_id>/master/", uploads.master, name="upload-master"),
    path("studio/", front_door.choose_studio, name="choose-studio"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("admin/", admin.site.urls),
    path("media/", include("titles.media.urls")),
    path("feed/v1/", include("titles.distribution.feed.urls")),
]
