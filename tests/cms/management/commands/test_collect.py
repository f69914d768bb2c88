from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from studios.scope import scope
from tests.titles.media.conftest import make_cut
from tests.titles.media.shelf import make_package
from titles.media.composing import compose
from titles.media.models import Package

ALL = timedelta(days=-1)


@pytest.fixture
def cut(lantern, stores, settings):
    """A cut with a package that another superseded long ago, as things are."""
    settings.COLLECT_AFTER = ALL
    cut = make_cut(lantern)
    for number in (1, 2):
        with scope(lantern):
            make_package(cut, number=number, salt=str(number))
        compose(cut)
    return cut


def said(*arguments):
    out = StringIO()
    call_command("collect", *arguments, stdout=out)
    return out.getvalue()


def test_a_dry_run_says_what_could_go_and_takes_nothing(cut, stores):
    left = stores / "masters" / str(cut.studio_id) / "left.mp4"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"left")

    told = said("--dry-run")

    assert "package 001 #1 of Heiress, 001" in told
    assert f"masters: {cut.studio_id}/left.mp4 (4\xa0bytes)" in told
    assert told.endswith("could be freed.\n")
    assert left.exists()
    with scope(cut.studio_id):
        assert Package.objects.count() == 2


def test_the_collector_says_what_it_took_away(cut):
    told = said("--studio", "lantern")

    assert f"packages: {cut.studio_id}/packages/" in told
    with scope(cut.studio_id):
        assert Package.objects.get().number == 2
    assert said() == "0\xa0bytes freed.\n"


def test_a_studio_that_is_not_there_is_named():
    with pytest.raises(CommandError, match="“nowhere”"):
        call_command("collect", "--studio", "nowhere")
