"""Standing in: somebody approves in the place of an approver who is away, between two days."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from studios.models import Change, Membership, StandIn
from studios.roles import Action, Role
from studios.scope import scope
from tests.conftest import make_member

ADD = "/admin/studios/standin/add/"


def member(person) -> Membership:
    return Membership.objects.select_related("studio", "user").get(user=person)


def stand_in(approver, deputy, *, first=0, last=0) -> StandIn:
    today = timezone.localdate()
    days = {"from_date": today + timedelta(days=first), "until_date": today + timedelta(days=last)}
    return StandIn.objects.create(approver=member(approver), deputy=member(deputy), **days)


def days(**more):
    today = timezone.localdate()
    return {"from_date": today.isoformat(), "until_date": (today + timedelta(days=7)).isoformat(), **more}


@pytest.mark.parametrize(("first", "last", "allowed"), [(0, 0, True), (-3, 3, True), (1, 5, False), (-5, -1, False)])
def test_a_deputy_approves_on_the_days_of_the_stand_in(in_lantern, producer, editor, first, last, allowed):
    stand_in(producer, editor, first=first, last=last)

    assert member(editor).may(Action.APPROVE_RELEASES) is allowed


def test_days_begin_at_midnight_of_the_studio(in_lantern, lantern, producer, editor):
    lantern.time_zone = "Pacific/Kiritimati"
    lantern.save(update_fields=["time_zone"])
    there = timezone.localdate(timezone=lantern.zone())
    StandIn.objects.create(approver=member(producer), deputy=member(editor), from_date=there, until_date=there)

    assert member(editor).may(Action.APPROVE_RELEASES)


def test_a_deputy_inherits_nothing_but_approving(in_lantern, producer, editor):
    own = {action for action in Action if member(editor).may(action)}

    stand_in(producer, editor)

    assert {action for action in Action if member(editor).may(action)} - own == {Action.APPROVE_RELEASES}


def test_a_deputy_inherits_the_languages_too(lantern, editor):
    spanish = make_member(lantern, "Sara Spanish", Role.REVIEWER, languages=("es",))
    with scope(lantern):
        stand_in(spanish, editor)
        deputy = member(editor)

        assert [deputy.may(Action.REVIEW_TRACKS, language=language) for language in ("es", "ar")] == [True, False]


def test_nobody_has_their_own_work_approved_by_their_deputy(in_lantern, producer, editor):
    stand_in(producer, editor)
    deputy = member(editor)

    assert not deputy.may(Action.APPROVE_RELEASES, work_of=producer.pk)


def test_whom_the_deputy_represents_has_to_work_here_still(in_lantern, producer, editor):
    stand_in(producer, editor)
    Membership.objects.filter(user=producer).update(ends_at=timezone.now())

    assert not member(editor).may(Action.APPROVE_RELEASES)


def test_an_approver_names_their_own_deputy(desk, lantern, producer, editor):
    with scope(lantern):
        chosen = {"approver": str(member(producer).pk), "deputy": str(member(editor).pk)}

    desk(producer).post(ADD, days(**chosen))

    with scope(lantern):
        named = StandIn.objects.get()
        change = Change.objects.get(noun="studios.standin")
    assert (str(named.approver_id), str(named.deputy_id)) == (chosen["approver"], chosen["deputy"])
    assert (change.operation, change.person) == ("insert", producer)


def test_an_approver_names_nobody_elses_deputy(desk, lantern, producer, second_producer, editor):
    with scope(lantern):
        chosen = {"approver": str(member(second_producer).pk), "deputy": str(member(editor).pk)}

    desk(producer).post(ADD, days(**chosen))

    with scope(lantern):
        assert StandIn.objects.count() == 0


def test_an_owner_names_anybodys_deputy(desk, lantern, owner, producer, editor):
    with scope(lantern):
        chosen = {"approver": str(member(producer).pk), "deputy": str(member(editor).pk)}

    desk(owner).post(ADD, days(**chosen))

    with scope(lantern):
        assert StandIn.objects.get().approver == member(producer)


def test_a_guest_stands_in_for_nobody(desk, lantern, producer):
    guest = make_member(lantern, "Gus Guest", Role.GUEST)
    with scope(lantern):
        chosen = {"approver": str(member(producer).pk), "deputy": str(member(guest).pk)}

    desk(producer).post(ADD, days(**chosen))

    with scope(lantern):
        assert StandIn.objects.count() == 0


@pytest.mark.parametrize("wrong", ["nobody but themselves", "days the other way round"])
def test_what_makes_no_sense_is_told_beside_the_field(desk, lantern, producer, editor, wrong):
    with scope(lantern):
        mine, other = str(member(producer).pk), str(member(editor).pk)
    chosen = {"approver": mine, "deputy": mine if wrong == "nobody but themselves" else other}
    chosen |= {"until_date": date(2020, 1, 1).isoformat()} if wrong == "days the other way round" else {}

    page = desk(producer).post(ADD, days(**chosen)).content.decode()

    sentences = ("nobody stands in for themselves", "This is before the first day.")
    assert [sentence in page for sentence in sentences].count(True) == 1


def test_an_approver_takes_back_their_own_stand_in_alone(desk, lantern, producer, second_producer, editor):
    with scope(lantern):
        own, other = stand_in(producer, editor), stand_in(second_producer, editor)

    for row in (own, other):
        desk(producer).post(f"/admin/studios/standin/{row.pk}/delete/", {"post": "yes"})

    with scope(lantern):
        assert list(StandIn.objects.all()) == [other]


def test_an_outsider_finds_no_stand_in(desk, lantern, outsider, producer, editor):
    with scope(lantern):
        row = stand_in(producer, editor)
    client = desk(outsider)

    answers = [client.get(f"/admin/studios/standin/{pk}/change/") for pk in (row.pk, outsider.pk)]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/admin/")] * 2
