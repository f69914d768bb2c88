"""The history of a row: what changed, by whom, through which door, and why."""

from studios.history import differences, history_of
from studios.models import User
from studios.scope import scope
from tests.cms.stock import master
from titles.catalog.models import Credit, Episode, Person, Series
from titles.distribution.models import Partner
from titles.media.models import Master


def test_a_change_is_told_with_both_texts(lantern, producer, second_producer):
    with scope(lantern, person=producer, door="admin"):
        series = Series.objects.create(slug="heiress", title_en="The Heiress")
        episode = Episode.objects.create(series=series, number=1, title_en="The Maid")
    with scope(lantern, person=second_producer, door="import"):
        episode.title_en, episode.title_fr = "The Ring", "La bague"
        episode.save(update_fields=["title_en", "title_fr"])

        newest, oldest = history_of(episode)

    assert (oldest.operation, oldest.person, oldest.door) == ("insert", producer, "admin")
    assert (newest.operation, newest.person, newest.door) == ("update", second_producer, "import")
    assert [(each.label, each.before, each.after) for each in newest.differences] == [
        ("Title [en]", "The Maid", "The Ring"),
        ("Title [fr]", "–", "La bague"),
    ]


def test_each_change_is_held_against_the_next_one(in_lantern):
    series = Series.objects.create(slug="heiress", franchise="A")
    for franchise in ("B", "C"):
        Series.objects.filter(pk=series.pk).update(franchise=franchise)

    told = [(each.before, each.after) for entry in history_of(series) for each in entry.differences]

    assert told == [("B", "C"), ("A", "B")]


def test_a_relation_is_told_by_name(in_lantern):
    series = Series.objects.create(slug="heiress")
    mina, lea = Person.objects.create(name_en="Mina Park"), Person.objects.create(name_en="Lea Sun")
    credit = Credit.objects.create(series=series, person=mina)
    Credit.objects.filter(pk=credit.pk).update(person=lea)

    assert [(each.before, each.after) for each in history_of(credit)[0].differences] == [("Mina Park", "Lea Sun")]


def test_a_move_is_told_with_its_reason_and_once(lantern, producer, second_producer):
    with scope(lantern, person=producer):
        series = Series.objects.create(slug="heiress")
        waiting = master(
            Episode.objects.create(series=series, number=1).default_cut(),
            state=Master.State.NEEDS_WAIVER,
            by=producer,
        )
    with scope(lantern, person=second_producer):
        waiting.waive(by=second_producer, why="A trailer may be short.")

        newest, _oldest = history_of(waiting)

    assert (newest.from_state, newest.to_state) == ("needs a waiver", "accepted")
    assert (newest.person, newest.move.why, newest.differences) == (second_producer, "A trailer may be short.", [])


def test_a_secret_is_told_to_have_changed_and_not_what_it_is(in_lantern):
    partner = Partner.objects.make("Nova Reels", "nova", dropbox="s3://key:old@store.example/b")
    partner.dropbox = "s3://key:new@store.example/b"
    partner.save(update_fields=["dropbox"])

    told = history_of(partner)[0].differences

    assert [(each.label, each.before, each.after) for each in told] == [("Dropbox", "secret", "secret")]


def test_an_instant_is_told_in_the_readers_zone():
    before, after = {"joined_at": "2026-11-22T12:00:00+00:00"}, {"joined_at": "2026-11-22T13:00:00+00:00"}

    (told,) = differences(User, before, after, {})

    assert (told.before, told.after) == ("22 Nov 2026 12:00 UTC", "22 Nov 2026 13:00 UTC")


def test_the_history_page_opens_for_members_alone(lantern, desk, producer, outsider):
    with scope(lantern, person=producer):
        series = Series.objects.create(slug="heiress", franchise="Of ours")
        Series.objects.filter(pk=series.pk).update(franchise="Of ours, too")
    address = f"/admin/catalog/series/{series.pk}/history/"

    assert "Of ours, too" in desk(producer).get(address).content.decode()
    assert desk(outsider).get(address).status_code == 302
