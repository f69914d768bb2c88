"""Every address of Octavo."""

from django.contrib import admin
from django.urls import include, path

from cms import health, security_txt
from cms.views import front_door, invitation, platform, sound, uploads, workplaces

urlpatterns = [
    path("", front_door.front_door, name="front-door"),
    path("account/", include("cms.accounts.urls")),
    path("invitations/<str:secret>/", invitation.invitation, name="invitation"),
    path("no-studio/", workplaces.no_studio, name="no-studio"),
    path("uploads/<uuid:studio_id>/", uploads.begin, name="uploads"),
    path("uploads/<uuid:studio_id>/parts/", uploads.begin_parts, name="upload-parts"),
    path("uploads/<uuid:studio_id>/<uuid:upload_id>/parts/", uploads.parts, name="upload-parts-there"),
    path("uploads/<uuid:studio_id>/<uuid:upload_id>/parts/<int:number>/", uploads.part, name="upload-part"),
    path("uploads/<uuid:studio_id>/<uuid:upload_id>/whole/", uploads.whole, name="upload-whole"),
    path("uploads/<uuid:studio_id>/<uuid:upload_id>/", uploads.go_on, name="upload"),
    path("uploads/episodes/<uuid:episode_id>/master/", uploads.master, name="upload-master"),
    path("uploads/episodes/<uuid:episode_id>/sound/", sound.sound, name="upload-sound"),
    path("studio/", workplaces.choose_studio, name="choose-studio"),
    path("platform/", platform.studios, name="platform"),
    path("platform/new/", platform.new_studio, name="platform-new-studio"),
    path("platform/<uuid:studio_id>/suspend/", platform.suspend, name="platform-suspend"),
    path("platform/<uuid:studio_id>/resume/", platform.resume, name="platform-resume"),
    path("platform/<uuid:studio_id>/work-as/", platform.work_as, name="platform-work-as"),
    path(".well-known/security.txt", security_txt.security_txt, name="security-txt"),
    path("healthz", health.healthz),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("media/", include("titles.media.urls")),
    path("feed/v1/", include("titles.distribution.feed.urls")),
    path("api/v1/", include("cms.api.urls")),
]
