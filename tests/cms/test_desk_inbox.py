"""The inbox on the desk, the bell, and what a person wishes to have mailed."""

import pytest
from django.utils import timezone

from localization.models import Version
from studios.models import Membership, Notice, User
from studios.notices import tell
from studios.roles import Role
from studios.scope import scope
from tests.cms.stock import failed, master, one_of_each, subtitles
from tests.titles.distribution.stories import make_episode, make_series
from titles.distribution.models import Release
from titles.distribution.releasing import submit_series
from titles.jobs.leasing import leased
from titles.jobs.models import Job

INBOX = "/admin/inbox/"


def told(studio, person, sentence="Look at this", kind=Notice.Kind.MENTION):
    with scope(studio):
        return tell(person, kind, Membership.objects.first(), sentence)


def sentences(page):
    return [notice.sentence for notice, _address in page.context["lines"]]


def test_the_unread_stand_first_and_each_leads_to_its_row(lantern, desk, owner):
    read = told(lantern, owner, "Older, read")
    told(lantern, owner, "Older, unread")
    with scope(lantern):
        Notice.objects.filter(pk=read.pk).update(read_at=timezone.now(), at=timezone.now())

    page = desk(owner).get(INBOX)

    assert sentences(page) == ["Older, unread", "Older, read"]
    assert page.context["lines"][0][1] == f"/admin/studios/membership/{read.row_id}/change/"


def test_the_bell_counts_what_is_unread_in_all_studios(lantern, harbor, desk, owner):
    with scope(harbor):
        Membership.objects.create(user=owner, roles=[Role.VIEWER])
    told(lantern, owner)
    told(harbor, owner)
    told(harbor, owner)

    page = desk(owner).get(INBOX)

    assert page.context["unread"]() == 3
    assert [(each.name, each.unread) for each in page.context["elsewhere"]] == [("Harbor", 2)]
    assert "2 unread in Harbor" in page.content.decode()


def test_what_is_said_in_another_studio_is_not_shown_before_one_goes_there(lantern, harbor, desk, owner):
    with scope(harbor):
        Membership.objects.create(user=owner, roles=[Role.VIEWER])
    told(harbor, owner, "Of Harbor alone")
    browser = desk(owner)

    assert "Of Harbor alone" not in browser.get(INBOX).content.decode()
    browser.post("/studio/", {"studio": str(harbor.pk)})

    assert sentences(browser.get(INBOX)) == ["Of Harbor alone"]


def test_one_notice_or_all_are_marked_read(lantern, desk, owner):
    first, _second, _third = told(lantern, owner), told(lantern, owner), told(lantern, owner)
    browser = desk(owner)

    browser.post(f"{INBOX}{first.pk}/read/")
    after_one = browser.get(INBOX).context["unread"]()
    browser.post(f"{INBOX}read/")

    assert (after_one, browser.get(INBOX).context["unread"]()) == (2, 0)


def test_nobody_reads_or_marks_the_notices_of_others(lantern, desk, owner, editor, outsider):
    notice = told(lantern, owner, "For Olive")

    for person in (editor, outsider):
        browser = desk(person)
        assert "For Olive" not in browser.get(INBOX).content.decode()
        browser.post(f"{INBOX}{notice.pk}/read/")
        browser.post(f"{INBOX}read/")

    with scope(lantern):
        assert Notice.objects.unread().get() == notice


def test_an_empty_inbox_says_what_will_stand_there(desk, editor):
    assert "stands here" in desk(editor).get(INBOX).content.decode()


@pytest.mark.parametrize("notices", [1, 60])
def test_the_inbox_takes_as_many_statements_for_few_as_for_many(lantern, desk, owner, statements, notices):
    for _each in range(notices):
        told(lantern, owner)
    browser = desk(owner)
    browser.get(INBOX)

    with statements() as sent:
        browser.get(INBOX)

    assert len(sent) == 7, "\n".join(sent)


# Who is told what


def test_the_author_is_told_that_subtitles_were_sent_back(lantern, desk, editor, reviewer, producer):
    with scope(lantern, person=producer):
        version = subtitles(make_episode(make_series(), 1).default_cut(), "fr", by=editor).submit(by=editor)

    desk(reviewer).post(f"/admin/localization/version/{version.pk}/do/ask_for_changes/", {"why": "Line 2 is late."})

    with scope(lantern):
        assert Version.objects.get(pk=version.pk).state == Version.State.CHANGES_REQUESTED
        (notice,) = Notice.objects.filter(person=editor)
    assert (notice.kind, notice.row_id) == ("refusal", version.pk)
    assert notice.sentence.endswith("was sent back: Line 2 is late.")


def test_the_author_is_told_that_a_release_was_sent_back(lantern, producer, second_producer):
    with scope(lantern, person=producer):
        release = submit_series(make_series(), by=producer)
        release.ask_for_changes(by=second_producer, why="The title is wrong.")

        (notice,) = Notice.objects.all()

    assert (notice.person, notice.kind, notice.noun) == (producer, "refusal", Release._meta.label_lower)


def test_who_began_the_work_is_told_that_a_later_step_failed_for_good(lantern, producer, settings):
    with scope(lantern, person=producer):
        received = master(make_episode(make_series(), 1).default_cut(), by=producer)
        failed(Job.enqueue("inspect", received, by=producer))
        Job.enqueue("transcode", received, most_tries=1)
    for job in Job.claimed("transcode"):
        with leased(job):
            raise OSError("The disk is full.")

    with scope(lantern):
        (notice,) = Notice.objects.all()
    assert (notice.person, notice.kind, notice.row_id) == (producer, "failure", job.pk)


def test_who_is_mentioned_in_a_reason_is_told(lantern, desk, owner, producer, second_producer):
    with scope(lantern, person=producer):
        release = submit_series(make_series(), by=producer)

    reason = "Ask @Olive Owner about the title."
    desk(second_producer).post(f"/admin/distribution/release/{release.pk}/do/ask_for_changes/", {"why": reason})

    with scope(lantern):
        (notice,) = Notice.objects.filter(person=owner)
    assert (notice.kind, notice.row_id) == ("mention", release.pk)


def test_telling_is_part_of_the_verb_and_mailing_is_not(lantern, desk, producer, second_producer, settings):
    settings.EMAIL_BACKEND = "no.such.backend"
    with scope(lantern, person=producer):
        one_of_each(1, author=producer, reviewer=second_producer)
        series = make_series("other")
        release = submit_series(series, by=producer)

    answer = desk(second_producer).post(
        f"/admin/distribution/release/{release.pk}/do/ask_for_changes/", {"why": "The title is wrong."}
    )

    assert answer.status_code == 302
    with scope(lantern):
        assert Notice.objects.filter(person=producer).count() == 1


# What is mailed


def test_each_kind_is_mailed_as_the_person_chose(desk, editor):
    chosen = {
        "mail_mention": "off",
        "mail_assignment": "digest",
        "mail_refusal": "now",
        "mail_failure": "off",
        "mail_expiry": "off",
    }

    desk(editor).post("/admin/me/", {"name": "Emil Editor", "language": "en", "time_zone": "UTC", **chosen})

    kept = User.objects.get(pk=editor.pk).notices
    assert kept == {kind.removeprefix("mail_"): pace for kind, pace in chosen.items()}


def test_a_pace_that_there_is_not_is_refused(desk, editor):
    answer = desk(editor).post(
        "/admin/me/", {"name": "E", "language": "en", "time_zone": "UTC", "mail_mention": "hourly"}
    )

    assert (answer.status_code, User.objects.get(pk=editor.pk).notices) == (200, {})
