"""What the journeys send through Octavo: a short vertical film and its subtitles."""

from pathlib import Path

from studios.models import Studio
from studios.scope import scope
from tests.titles.media import footage
from titles.catalog.models import Episode, Series

LANGUAGES = ("en", "zh-Hans", "es", "pt-BR", "fr", "ja", "id", "ar")


def episode(studio: Studio, *, number: int = 1) -> Episode:
    """An episode of a series with texts, in a studio that lets short films pass."""
    with scope(studio):
        Studio.objects.filter(pk=studio.pk).update(media_limits={"shortest_ms": 1_000})
        series, _made = Series.objects.get_or_create(
            slug="heiress",
            defaults={"title_en": "Heiress", "synopsis_en": "A girl comes home.", "original_language": "en"},
        )
        made = Episode.objects.create(series=series, number=number, title_en=f"Night {number}")
        made.default_cut()
        return made


def film(folder: Path, *, seconds: float = 3) -> Path:
    """A full-size vertical master with a moving picture and a tone."""
    return footage.film(folder / "HEIRESS_EP01.mp4", seconds=seconds, width_px=1080, height_px=1920)


def subtitles(language: str) -> bytes:
    return f"1\n00:00:00,500 --> 00:00:02,000\nYou lied to me. ({language})\n".encode()
