"""Limits of masters on the desk: written in the units that people think in, and what is there judged again by them."""

import pytest

from cms.views.limits import DEMANDS, QUANTITIES, LimitsForm
from studios.models import Studio
from studios.scope import scope
from tests.cms import stock
from tests.titles.media.test_judging import CLEAN, FILM
from titles.jobs.models import Job
from titles.media.checking import Inspection
from titles.media.inspecting import keep
from titles.media.judging import judge
from titles.media.limits import SHIPPED, MediaLimits
from titles.media.models import Finding, Master

LIMITS = "/admin/media/master/limits/"
JUDGE = "/admin/media/master/judge/"


def kept(studio):
    with scope(studio):
        return Studio.objects.current().media_limits


@pytest.fixture
def master(lantern, producer):
    """An accepted master of ninety seconds, and its series."""
    with scope(lantern):
        cut = stock.make_episode(stock.make_series("heiress", "The Secret Heiress"), 1).default_cut()
        made = stock.master(cut, by=producer)
        keep(Inspection(FILM, CLEAN, judge(FILM, CLEAN, SHIPPED)), master=made)
        return Master.objects.select_related("cut__episode__series").get(pk=made.pk)


def test_every_limit_has_a_field():
    assert {*QUANTITIES, *DEMANDS, "frame_rates"} == set(SHIPPED.to_json()) == set(LimitsForm().fields)
    shown = [field.name for _label, fields in LimitsForm().groups() for field in fields]
    assert sorted(shown) == sorted(SHIPPED.to_json())


def test_a_producer_writes_seconds_and_percent_and_the_rest_stays_as_shipped(lantern, desk, producer):
    fields = {"shortest_ms": "15.5", "letterbox_share": "5", "sound": "off", "frame_rates": "25, 30"}

    answer = desk(producer).post(LIMITS, fields)

    assert answer.url == JUDGE
    assert kept(lantern) == {
        "shortest_ms": 15_500,
        "letterbox_share": 0.05,
        "sound": False,
        "frame_rates": [25.0, 30.0],
    }
    assert MediaLimits.from_json(kept(lantern)).longest_ms == 120_000


def test_what_is_chosen_stands_in_the_form_beside_what_is_shipped(lantern, desk, producer):
    with scope(lantern):
        Studio.objects.update(media_limits={"shortest_ms": 15_500, "sound": False})

    page = desk(producer).get(LIMITS).content.decode()

    assert 'value="15.5"' in page and "Shipped: 60 s" in page and "Shipped: required" in page


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"shortest_ms": "200"}, "The shortest episode is longer than the longest."),
        ({"loudest_lufs": "-30"}, "The quietest sound is louder than the loudest."),
        ({"frame_rates": "25, often"}, "Write frame rates as numbers separated by commas"),
        ({"still_ms": "-1"}, "greater than or equal to 0"),
        ({"letterbox_share": "nan"}, "Enter a number."),
    ],
)
def test_limits_that_cannot_be_meant_are_refused_at_their_field(lantern, desk, owner, fields, complaint):
    assert complaint in desk(owner).post(LIMITS, fields).content.decode()
    assert kept(lantern) == {}


def test_one_button_takes_the_shipped_limits_again(lantern, desk, owner):
    with scope(lantern):
        Studio.objects.update(media_limits={"shortest_ms": 15_500})

    desk(owner).post(LIMITS, {"shipped": "all", "shortest_ms": "3"})

    assert kept(lantern) == {}


def test_others_read_the_limits_and_cannot_change_them(lantern, desk, editor, outsider):
    page = desk(editor).get(LIMITS).content.decode()

    assert "disabled" in page and "Use the shipped limits" not in page
    assert desk(editor).post(LIMITS, {"shortest_ms": "1"}).status_code == 403
    assert desk(editor).get(JUDGE).status_code == 403
    desk(outsider).post(LIMITS, {"shortest_ms": "1"})
    assert kept(lantern) == {}


def test_stricter_limits_are_previewed_and_then_judged_without_the_file(lantern, desk, producer, master):
    desk(producer).post(LIMITS, {"longest_ms": "80"})
    with scope(lantern):
        Job.objects.all().delete()

    preview = desk(producer).get(JUDGE).content.decode()
    with scope(lantern):
        before = Master.objects.get(pk=master.pk).state
    answer = desk(producer).post(JUDGE)

    assert "It lasts 90.0 s; 60.0 s to 80.0 s are expected." in preview and "needs a waiver" in preview
    assert (before, answer.url) == ("accepted", "/admin/media/master/")
    with scope(lantern):
        assert Master.objects.get(pk=master.pk).state == "needs waiver"
        assert Finding.objects.get().values == {"length_ms": 90_000, "shortest_ms": 60_000, "longest_ms": 80_000}
        assert list(master.moves().values_list("from_state", "to_state").order_by("id")) == [
            ("received", "accepted"),
            ("accepted", "needs waiver"),
        ]


def test_looser_limits_accept_what_waited_and_send_it_on(lantern, desk, producer, master):
    with scope(lantern):
        Studio.objects.update(media_limits={"longest_ms": 80_000})
    desk(producer).post(JUDGE)
    with scope(lantern):
        Studio.objects.update(media_limits={})
        Job.objects.all().delete()

    series = master.cut.episode.series_id
    preview = desk(producer).get(f"{JUDGE}?series={series}").content.decode()
    answer = desk(producer).post(JUDGE, {"series": str(series)})

    assert "No longer found: length" in preview
    assert answer.url == f"/admin/catalog/series/{series}/change/"
    with scope(lantern):
        assert (Master.objects.get(pk=master.pk).state, Finding.objects.count()) == ("accepted", 0)
        assert sorted(Job.objects.values_list("kind", flat=True)) == ["align", "transcode"]


def test_chosen_masters_alone_are_judged(lantern, desk, producer, master):
    with scope(lantern):
        cut = stock.make_episode(master.cut.episode.series, 2).default_cut()
        keep(Inspection(FILM, CLEAN, ()), master=stock.master(cut, by=producer))
        Studio.objects.update(media_limits={"longest_ms": 80_000})

    chosen = (
        desk(producer).post("/admin/media/master/", {"action": "judge_again", "_selected_action": [str(master.pk)]}).url
    )
    desk(producer).post(JUDGE, {"ids": chosen.partition("=")[2]})

    with scope(lantern):
        assert dict(Master.objects.exclude(inspection=None).values_list("cut__episode__number", "state")) == {
            1: "needs waiver",
            2: "accepted",
        }


def test_where_nothing_would_change_there_is_nothing_to_press(lantern, desk, producer, master):
    page = desk(producer).get(JUDGE).content.decode()

    assert "Nothing would change." in page and "One master was looked at." in page


def test_a_master_of_another_studio_is_not_judged(lantern, desk, outsider, master):
    page = desk(outsider).get(f"{JUDGE}?ids={master.pk}").content.decode()

    assert "0 masters were looked at." in page
    assert desk(outsider).get(f"{JUDGE}?series={master.cut.episode.series_id}").status_code == 404
