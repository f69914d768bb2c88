"""Erasing a person of the cast: the name is nowhere any more, and everything that was proven stays proven."""

import hashlib
import json
from importlib import import_module

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from cms.owner import as_owner
from studios.history import history_of
from studios.models import Change, Move, PersonalText
from studios.scope import scope
from tests.dumping import tables_with
from tests.titles.distribution.stories import make_grant, make_series, relay_at
from titles.catalog.models import Credit, Person
from titles.distribution.bodies import as_text
from titles.distribution.erasing import erase_person
from titles.distribution.models import FeedEntry, Partner, Release
from titles.distribution.releasing import changed_since_release, submit_series
from titles.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(lantern, producer, second_producer):
    """A series whose card Nova Reels was told, once with a name that was since corrected."""
    with scope(lantern, person=producer, door="admin"):
        series = make_series()
        person = Person.objects.get()
        Person.objects.filter(pk=person.pk).update(name_en="Mina Parc")
        make_grant(Partner.objects.make("Nova Reels", "nova"), series)
        submit_series(series, by=producer).approve(by=second_producer)
    relay_at(series, timezone.now())
    with scope(lantern, person=producer, door="admin"):
        Person.objects.filter(pk=person.pk).update(name_en="Mina Park")
        submit_series(series, by=producer).approve(by=second_producer)
    relay_at(series, timezone.now())
    return series


def erased(studio, by):
    with scope(studio, person=by, door="admin"):
        return erase_person(Person.objects.get(), by=by)


def digests_hold():
    return [
        hashlib.sha256(as_text(each.document).encode()).hexdigest() == each.digest for each in Release.objects.all()
    ]


def test_no_table_holds_a_name_that_the_person_ever_had(told, lantern, owner):
    names = ("Mina Park", "Mina Parc", "ミナ・パク")
    before = tables_with(*names)

    erased(lantern, owner)
    relay_at(told, timezone.now())

    assert before == ["catalog_person", "distribution_feedentry", "studios_personaltext"]
    assert tables_with(*names) == []


def test_releases_keep_their_digests_and_say_the_pseudonym(told, lantern, owner):
    with scope(lantern):
        before = list(Release.objects.order_by("number").values_list("digest", flat=True))

    erased(lantern, owner)

    with scope(lantern):
        assert list(Release.objects.order_by("number").values_list("digest", flat=True)) == before
        assert digests_hold() == [True, True]
        assert not changed_since_release(told)


def test_the_partner_is_told_by_a_new_entry(told, lantern, owner):
    person = erased(lantern, owner)
    with scope(lantern):
        assert Job.objects.filter(kind="relay", subject_id=told.pk).unfinished().count() == 1

    (entry,) = relay_at(told, timezone.now())

    assert (entry.operation, entry.sequence) == ("upsert", 3)
    assert json.loads(entry.body)["credits"][0]["names"] == {"en": person.pseudonym(), "ja": person.pseudonym()}
    assert relay_at(told, timezone.now()) == []


def test_what_partners_were_told_is_kept_with_its_digest_and_without_the_name(told, lantern, owner):
    with scope(lantern):
        digests = list(FeedEntry.objects.order_by("sequence").values_list("body_sha256", flat=True))

    person = erased(lantern, owner)

    with scope(lantern):
        entries = list(FeedEntry.objects.order_by("sequence"))
    assert [entry.body_sha256 for entry in entries] == digests
    assert [person.pseudonym() in entry.body for entry in entries] == [True, True]
    assert [entry.pseudonymised_at is not None for entry in entries] == [True, True]


def test_history_says_that_the_name_was_changed_and_not_what_it_was(told, lantern, owner):
    person = erased(lantern, owner)

    with scope(lantern):
        (move,) = Move.objects.filter(row_id=person.pk)
        told = [(each.before, each.after) for entry in history_of(person) for each in entry.differences]
        count = Change.objects.filter(row_id=person.pk).count()
    assert (move.to_state, move.person, count) == ("erased", owner, 4)
    assert set(told) <= {(person.pseudonym(), person.pseudonym())}


def test_somebody_else_keeps_the_same_name(told, lantern, producer, second_producer, owner):
    with scope(lantern, person=producer):
        mina = Person.objects.get()
        other_series = make_series("other", "Another")
        namesake = Person.objects.exclude(pk=mina.pk).get()
        submit_series(other_series, by=producer).approve(by=second_producer)
        make_grant(Partner.objects.get(), other_series)
    relay_at(other_series, timezone.now())

    with scope(lantern, person=owner):
        erase_person(mina, by=owner)

    with scope(lantern):
        entry = FeedEntry.objects.open().get(subject_id=other_series.pk)
        assert ('"en":"Mina Park"' in entry.body, entry.pseudonymised_at) == (True, None)
        assert Credit.objects.get(series=other_series).person == namesake


def test_another_studio_keeps_its_names(told, lantern, harbor, owner):
    with scope(harbor):
        Person.objects.create(name_en="Mina Park")

    erased(lantern, owner)

    with scope(harbor):
        assert str(Person.objects.get()) == "Mina Park"


def test_of_two_namesakes_in_one_card_one_is_erased(lantern, producer, second_producer, owner):
    with scope(lantern, person=producer, door="admin"):
        series = make_series()
        first = Person.objects.get()
        second = Person.objects.create(name_en="Mina Park")
        Credit.objects.create(series=series, person=second, character_en="Mina Park", role="writer", billing=2)
        type(series).objects.update(synopsis_en="Mina Park plays herself.")
        make_grant(Partner.objects.make("Nova Reels", "nova"), series)
        submit_series(series, by=producer).approve(by=second_producer)
    relay_at(series, timezone.now())

    with scope(lantern, person=owner, door="admin"):
        erase_person(first, by=owner)

    with scope(lantern):
        body = json.loads(FeedEntry.objects.get().body)
    assert [credit["names"]["en"] for credit in body["credits"]] == [first.pseudonym(), "Mina Park"]
    assert body["credits"][1]["characters"] == {"en": "Mina Park"}
    assert body["synopses"] == {"en": "Mina Park plays herself."}


def test_words_that_others_wrote_about_the_person_are_left_as_they_were(told, lantern, owner):
    with scope(lantern, person=owner, door="admin"):
        Move.record(told, "", "x", by=owner, why="Mina Park wants her name larger.")

    erased(lantern, owner)

    with scope(lantern):
        assert Move.objects.get(to_state="x").why == "Mina Park wants her name larger."


def test_the_application_cannot_put_its_own_words_into_what_was_told(told, lantern):
    with scope(lantern), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        FeedEntry.objects.update(body="{}")
    with scope(lantern), connection.cursor() as cursor:
        before = list(FeedEntry.objects.values())
        cursor.execute("SELECT octavo_pseudonymise_entries(%s)", [Person.objects.get().pk])
        assert list(FeedEntry.objects.values()) == before


def test_names_in_documents_from_before_references_belong_to_the_release(told, lantern, owner):
    migration = import_module("titles.distribution.migrations.0006_personal_names")
    with scope(lantern):
        before = [PersonalText.objects.told(each.document) for each in Release.objects.order_by("number")]
    with as_owner():
        with connection.cursor() as cursor:
            for number, document in enumerate(before, start=1):
                cursor.execute(
                    "UPDATE distribution_release SET document = %s WHERE number = %s",
                    [as_text({**document, "credits": document["credits"] * 2}), number],
                )
        with connection.schema_editor() as editor:
            migration.refer_to_names(None, editor)

    with scope(lantern):
        releases = list(Release.objects.order_by("number"))
        texts = PersonalText.objects.filter(noun="distribution.release")
        assert [PersonalText.objects.told(each.document)["credits"] for each in releases] == [
            document["credits"] * 2 for document in before
        ]
        # Two credits with a name in two languages each: one text per occurrence.
        assert [texts.filter(row_id=each.pk).count() for each in releases] == [4, 4]
        assert digests_hold() == [True, True]
