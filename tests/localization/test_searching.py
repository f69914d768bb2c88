import pytest
from django.db import connection

from localization.models import Track, Version
from studios.scope import scope
from titles.catalog.models import Episode, Series


@pytest.fixture
def in_both(lantern, harbor):
    """A version from a file with the same name at Lantern and at Harbor."""
    for studio in (lantern, harbor):
        with scope(studio):
            series = Series.objects.create(slug="heiress", title_en="Heiress")
            cut = Episode.objects.create(series=series, number=1).default_cut()
            track = Track.objects.create(cut=cut, language="fr")
            Version.objects.create(track=track, number=1, document="", cue_count=0, original_name="LKMN_EP01_fr.srt")
    return lantern


@pytest.mark.parametrize("part", ["kmn_ep", "FR", "_"])
def test_a_search_for_subtitles_never_finds_another_studios(in_both, part):
    with scope(in_both):
        with connection.cursor() as cursor:
            cursor.execute("SELECT octavo_localization_version_containing(%s)", [part])
            found = [row[0] for row in cursor.fetchall()]

        assert found == list(Version.objects.containing(part).values_list("pk", flat=True))
        assert found == [Version.objects.get().pk]
