from django.urls import path

from titles.media.views import media

urlpatterns = [
    path("<str:token>/<path:path>", media, name="media"),
]
