import pytest
from django.db import connection

from studios.scope import scope
from titles.catalog.models import Episode, Series
from titles.media.models import Master


@pytest.fixture
def in_both(lantern, harbor):
    """A master with the same name at Lantern and at Harbor."""
    for studio in (lantern, harbor):
        with scope(studio):
            series = Series.objects.create(slug="heiress", title_en="Heiress")
            cut = Episode.objects.create(series=series, number=1).default_cut()
            Master.objects.create(
                cut=cut, number=1, file="a.mp4", original_name="LKMN_EP01.mp4", size_bytes=1, sha256="0" * 64
            )
    return lantern


@pytest.mark.parametrize("part", ["kmn_ep", "01", "_", "4"])
def test_a_search_for_a_master_never_finds_another_studios(in_both, part):
    with scope(in_both):
        with connection.cursor() as cursor:
            cursor.execute("SELECT octavo_media_master_containing(%s)", [part])
            found = [row[0] for row in cursor.fetchall()]

        assert found == list(Master.objects.containing(part).values_list("pk", flat=True))
        assert found == [Master.objects.get().pk]


def test_an_underscore_in_a_file_name_is_no_wildcard(in_both):
    with scope(in_both):
        assert not Master.objects.containing("LKMN_E_01").exists()
