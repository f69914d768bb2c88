"""Ways around the pages of the desk that Django's admin leaves open, and ours does not."""

import pytest
from django.contrib.admin import site
from django.test import RequestFactory

from localization.models import Version
from studios.models import Membership, User
from studios.roles import Role
from studios.scope import scope
from tests.cms.stock import one_of_each, subtitles
from tests.conftest import make_member
from tests.studios.test_stand_ins import stand_in
from tests.titles.distribution.stories import make_episode, make_series
from titles.catalog.models import Credit
from titles.distribution.models import Release


@pytest.fixture
def waiting(stores, lantern, editor) -> dict[str, Version]:
    """Subtitles in review, by language."""
    with scope(lantern, person=editor):
        cut = make_episode(make_series(), 1).default_cut()
        return {language: subtitles(cut, language, by=editor).submit(by=editor) for language in ("es", "ar")}


def states(lantern) -> dict[str, str]:
    with scope(lantern):
        return dict(Version.objects.values_list("track__language", "state"))


@pytest.mark.parametrize(
    "address", ["r/1/{}/", "auth/group/", "account/emailaddress/", "mfa/authenticator/", "usersessions/usersession/"]
)
def test_pages_of_other_packages_are_not_there(desk, owner, address):
    assert desk(owner).get(f"/admin/{address.format(owner.pk)}").status_code == 404


@pytest.mark.parametrize("column", ["slug", "number", "feed_epoch", "webhook_secret"])
def test_rows_are_handed_over_by_no_other_column_than_their_id(desk, lantern, owner, column):
    answer = desk(owner).get(f"/admin/distribution/partner/?_to_field={column}&_popup=1")

    assert answer.status_code == 400


def test_of_people_a_form_offers_the_members_alone(lantern, harbor, outsider, owner, producer):
    request = RequestFactory().get("/")
    with scope(lantern):
        request.membership = Membership.objects.get(user=owner)
        field = site.get_model_admin(Release).formfield_for_foreignkey(Release._meta.get_field("author"), request)

        assert set(field.queryset) == {owner, producer}
    assert User.objects.count() == 3


def test_choosing_everything_approves_only_what_the_person_may(desk, lantern, waiting):
    spanish = make_member(lantern, "Sara Spanish", Role.REVIEWER, languages=("es",))
    chosen = {
        "action": "approve",
        "select_across": "1",
        "_selected_action": [str(each.pk) for each in waiting.values()],
    }

    desk(spanish).post("/admin/localization/version/", chosen)

    assert states(lantern) == {"es": "approved", "ar": "in review"}


def test_foreign_ids_in_a_list_are_rows_that_are_not_there(desk, lantern, outsider, waiting):
    chosen = {"action": "approve", "_selected_action": [str(each.pk) for each in waiting.values()]}

    for across in ("0", "1"):
        desk(outsider).post("/admin/localization/version/", chosen | {"select_across": across})

    assert states(lantern) == {"es": "in review", "ar": "in review"}


def test_a_forged_row_of_a_formset_changes_nothing(stores, desk, lantern, harbor, producer, outsider):
    with scope(lantern, person=producer):
        foreign = make_series()
        credit = Credit.objects.get(series=foreign)
    with scope(harbor, person=outsider):
        series = make_series("tides", "Tides")
    client, address = desk(outsider), f"/admin/catalog/series/{series.pk}/change/"
    form = {
        "title_en": "Tides",
        "slug": "tides",
        "original_language": "en",
        "season_number": "1",
        "credits-TOTAL_FORMS": "1",
        "credits-INITIAL_FORMS": "1",
        "credits-0-id": str(credit.pk),
        "credits-0-series": str(foreign.pk),
        "credits-0-DELETE": "on",
    }
    form |= {f"{inline}-{part}_FORMS": "0" for inline in ("series_tags", "artwork") for part in ("TOTAL", "INITIAL")}

    client.post(address, form)

    with scope(lantern):
        assert Credit.objects.filter(pk=credit.pk).exists()


def test_a_deputy_is_shown_the_button_and_whose_place_it_is(stores, desk, lantern, producer, second_producer, editor):
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)
        release = Release.objects.get()
        Release.objects.filter(pk=release.pk).update(state=Release.State.IN_REVIEW)
        stand_in(second_producer, editor)

    page = desk(editor).get(f"/admin/distribution/release/{release.pk}/change/").content.decode()

    assert ["Emil Editor stands in for Paul Producer until" in page, "/do/approve/" in page] == [True, True]


def test_a_deputy_approves_nothing_that_the_absent_one_made(stores, desk, lantern, producer, second_producer, editor):
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)
        release = Release.objects.get()
        Release.objects.filter(pk=release.pk).update(state=Release.State.IN_REVIEW)
        stand_in(producer, editor)

    answer = desk(editor).post(f"/admin/distribution/release/{release.pk}/do/approve/")

    with scope(lantern):
        assert (answer.status_code, Release.objects.get().state) == (403, Release.State.IN_REVIEW)


def test_the_audit_says_who_acted_and_not_whose_place_it_was(stores, desk, lantern, producer, second_producer, editor):
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)
        release = Release.objects.get()
        Release.objects.filter(pk=release.pk).update(state=Release.State.IN_REVIEW)
        stand_in(second_producer, editor)

    desk(editor).post(f"/admin/distribution/release/{release.pk}/do/approve/")

    with scope(lantern):
        move = Release.objects.get().moves().last()
        assert (move.to_state, move.person) == ("approved", editor)
