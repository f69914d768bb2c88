"""The audit page: what happened in the studio, in words, for those who may read it."""

import pytest

from studios.models import Change, Membership
from studios.roles import Action, Role, may
from studios.scope import scope
from tests.cms.stock import master, one_of_each
from tests.conftest import make_member
from tests.titles.distribution.stories import make_episode, make_series
from titles.catalog.models import Credit, Person, Series, Tag
from titles.distribution.models import Partner
from titles.media.models import Master

AUDIT = "/admin/studios/change/"
SHEET = "/admin/studios/change/sheet/"


def shown(desk, person, **asked):
    return desk(person).get(AUDIT, asked).context["lines"]


def test_a_line_says_who_changed_which_row_through_which_door(lantern, desk, producer, owner):
    with scope(lantern, person=producer, door="import"):
        series = make_series("heiress", "The Heiress")
        Series.objects.filter(pk=series.pk).update(franchise="Of ours")

    line = shown(desk, owner, noun="catalog.series")[0]

    assert (str(line.person), str(line.operation), str(line.door)) == ("Pia Producer", "changed", "import")
    assert (line.noun, line.name, line.address) == (
        "Series",
        "The Heiress",
        f"/admin/catalog/series/{series.pk}/change/",
    )
    assert [(each.label, each.before, each.after) for each in line.differences] == [("Franchise", "–", "Of ours")]


def test_a_move_and_the_change_that_it_is_made_of_are_one_line(lantern, desk, producer, owner):
    with scope(lantern, person=producer):
        waiting = master(make_episode(make_series("heiress"), 1).default_cut(), state=Master.State.NEEDS_WAIVER)
    with scope(lantern, person=owner, door="admin"):
        waiting.waive(by=owner, why="A trailer may be short.")

    newest, made = shown(desk, owner, row=str(waiting.pk))

    assert (newest.from_state, newest.to_state, newest.why) == (
        "needs a waiver",
        "accepted",
        "A trailer may be short.",
    )
    assert (newest.differences, made.entry.operation) == ([], "insert")


def test_relations_are_told_by_name(lantern, desk, owner):
    with scope(lantern, person=owner):
        mina, lea = Person.objects.create(name_en="Mina Park"), Person.objects.create(name_en="Lea Sun")
        credit = Credit.objects.create(series=make_series("heiress"), person=mina)
        Credit.objects.filter(pk=credit.pk).update(person=lea)

    newest = shown(desk, owner, row=str(credit.pk))[0]

    assert [(each.before, each.after) for each in newest.differences] == [("Mina Park", "Lea Sun")]


def test_a_deleted_row_is_called_by_its_last_name_and_leads_nowhere(lantern, desk, owner):
    with scope(lantern, person=owner):
        tag = Tag.objects.create(slug="heiress", name_en="Secret heiress", kind="trope")
        identity = tag.pk
        tag.delete()

    gone = shown(desk, owner, row=str(identity))[0]

    assert (str(gone.operation), gone.name, gone.address) == ("deleted", "Secret heiress", "")


def test_who_does_not_work_here_any_more_is_still_offered_as_a_filter(lantern, desk, owner, editor):
    with scope(lantern):
        Membership.objects.get(user=editor).delete()

    people = desk(owner).get(AUDIT).context["form"].fields["person"].choices

    assert [name for _value, name in people] == ["everybody", "a machine", "Emil Editor", "Olive Owner"]


def test_secrets_are_told_as_such_on_the_page_and_in_the_sheet(lantern, desk, owner):
    with scope(lantern, person=owner):
        Partner.objects.make("Nova Reels", "nova", dropbox="s3://key:unspoken@store.example/b")
        recorded = str(list(Change.objects.values_list("row", flat=True)))

    page, sheet = desk(owner).get(AUDIT), b"".join(desk(owner).get(SHEET).streaming_content)

    line = page.context["lines"][0]
    assert {each.after for each in line.differences if each.column in ("dropbox", "webhook_secret")} == {"secret"}
    assert "unspoken" not in recorded + page.content.decode() + sheet.decode()


def test_an_address_is_told_without_the_secrets_in_it(lantern, desk, owner, producer):
    with scope(lantern, person=owner):
        nova = Partner.objects.make(
            "Nova Reels", "nova", webhook_url="https://me:unspoken@nova.example/in?token=hidden"
        )
        nova.webhook_url = "https://nova.example/in?token=concealed"
        nova.save()
        nova.delete()

    sheet = b"".join(desk(producer).get(SHEET).streaming_content).decode()

    secrets = ("unspoken", "hidden", "concealed")
    assert ([word for word in secrets if word in sheet], "https://nova.example/in" in sheet) == ([], True)


def test_the_sheet_takes_over_the_filters_of_the_page(lantern, desk, owner):
    with scope(lantern, person=owner):
        make_series("heiress")
        Person.objects.create(name_en="Mina Park")

    answer = desk(owner).get(SHEET, {"noun": "catalog.series"})

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert {line.split(",")[5] for line in lines[1:]} == {"catalog.series"}
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-lantern-')


def test_pages_follow_each_other(lantern, desk, owner):
    with scope(lantern, person=owner):
        for place in range(60):
            make_series(f"s{place}")
    browser = desk(owner)

    first = browser.get(AUDIT, {"noun": "catalog.series"})
    second = browser.get(AUDIT, {"noun": "catalog.series", "after": first.context["older"]})

    rows = [line.entry.row_id for page in (first, second) for line in page.context["lines"]]
    assert (len(rows), len(set(rows)), second.context["older"]) == (60, 60, "")


@pytest.mark.parametrize("role", Role)
def test_only_roles_that_read_the_audit_see_it(lantern, desk, role):
    browser = desk(make_member(lantern, "Somebody", role))

    allowed = may([role], Action.READ_AUDIT)
    assert (browser.get(AUDIT).status_code == 200, browser.get(SHEET).status_code == 200) == (allowed, allowed)


def test_nothing_of_another_studio_is_shown(lantern, desk, producer, outsider):
    with scope(lantern, person=producer):
        series = make_series("heiress", "The Heiress")

    page = desk(outsider).get(AUDIT, {"person": str(producer.pk), "row": str(series.pk)})

    assert page.context["lines"] == []
    assert "Pia Producer" not in page.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"row": "x"},
        {"person": "' OR 1=1"},
        {"after": "forged"},
        {"since": "yesterday"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"noun": "auth.user"},
        {"door": "x"},
    ],
)
def test_a_forged_question_is_an_ordinary_page(lantern, desk, owner, asked):
    assert [desk(owner).get(address, asked).status_code for address in (AUDIT, SHEET)] == [200, 200]


def test_a_day_without_a_day_after_is_refused_beside_the_field(desk, owner):
    form = desk(owner).get(AUDIT, {"until": "9999-12-31"}).context["form"]

    assert list(form.errors) == ["until"]


@pytest.mark.parametrize("places", [1, 6])
def test_the_page_takes_at_most_twelve_statements(lantern, desk, owner, producer, statements, places):
    with scope(lantern, person=producer):
        for place in range(places):
            one_of_each(place, author=producer, reviewer=owner)
    browser = desk(owner)
    browser.get(AUDIT)

    with statements() as sent:
        browser.get(AUDIT)

    assert len(sent) <= 12, "\n".join(sent)
