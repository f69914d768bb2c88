"""Mailing notices: how soon each person wishes, in their language, never twice, and whatever the mail server does."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from studios.mailing import mail_everything_due
from studios.models import Membership, Notice, Studio, User
from studios.notices import tell
from studios.scope import scope

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def told(studio, person, kind, sentence="Look", *, at=NOON):
    """A notice to ``person``, told at that instant."""
    with scope(studio):
        notice = tell(person, kind, Membership.objects.first(), sentence)
        Notice.objects.filter(pk=notice.pk).update(at=at)
        return notice


def wishes(person, **paces):
    person.notices = paces
    person.save(update_fields=["notices"])


def test_a_notice_is_mailed_at_once_and_once(lantern, editor):
    told(lantern, editor, Notice.Kind.REFUSAL, "Episode 3 was sent back")

    sent = [mail_everything_due(NOON + timedelta(seconds=each)) for each in (0, 1)]

    assert (sent, len(mail.outbox)) == ([1, 0], 1)
    assert (mail.outbox[0].to, mail.outbox[0].subject) == ([editor.email], "[Lantern] Episode 3 was sent back")
    assert "/admin/inbox/" in mail.outbox[0].body


def test_a_digest_waits_for_eight_oclock_where_the_person_is(lantern, editor):
    wishes(editor, failure="digest")
    User.objects.filter(pk=editor.pk).update(time_zone="Asia/Shanghai")
    told(lantern, editor, Notice.Kind.FAILURE, "One", at=NOON)
    told(lantern, editor, Notice.Kind.FAILURE, "Two", at=NOON + timedelta(hours=1))

    eight_in_shanghai = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    times = [eight_in_shanghai - timedelta(seconds=1), eight_in_shanghai, eight_in_shanghai + timedelta(minutes=5)]

    assert [mail_everything_due(at) for at in times] == [0, 1, 0]
    assert mail.outbox[0].subject == "[Lantern] 2 notices"
    assert mail.outbox[0].body.startswith("• One\n\n• Two\n\n")


def test_what_came_after_the_digest_waits_for_the_next_day(lantern, editor):
    wishes(editor, failure="digest")
    told(lantern, editor, Notice.Kind.FAILURE, at=datetime(2026, 11, 22, 8, 0, tzinfo=UTC))

    assert mail_everything_due(datetime(2026, 11, 23, 7, 59, tzinfo=UTC)) == 0
    assert mail_everything_due(datetime(2026, 11, 23, 8, 0, tzinfo=UTC)) == 1


def test_what_a_person_does_not_want_is_in_the_inbox_alone(lantern, editor):
    wishes(editor, mention="off")
    notice = told(lantern, editor, Notice.Kind.MENTION)

    assert (mail_everything_due(NOON), mail.outbox) == (0, [])
    with scope(lantern):
        assert Notice.objects.unread().get() == notice


def test_what_was_read_in_time_is_not_mailed(lantern, editor):
    told(lantern, editor, Notice.Kind.REFUSAL)
    with scope(lantern):
        Notice.objects.mark_read()

    assert mail_everything_due(NOON) == 0


def test_a_mail_server_that_fails_costs_time_and_no_notice(lantern, editor, settings):
    told(lantern, editor, Notice.Kind.REFUSAL)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there

    refused = mail_everything_due(NOON)
    settings.EMAIL_BACKEND = working

    assert (refused, mail_everything_due(NOON + timedelta(minutes=1))) == (0, 1)


def test_who_works_there_no_more_gets_no_mail(lantern, editor):
    told(lantern, editor, Notice.Kind.REFUSAL)
    with scope(lantern):
        Membership.objects.filter(user=editor).delete()

    assert mail_everything_due(NOON) == 0


def test_a_studio_with_a_name_of_two_lines_is_mailed_in_one(lantern, editor):
    told(lantern, editor, Notice.Kind.REFUSAL)
    with scope(lantern):
        Studio.objects.update(name="Lantern\nBcc: all@lantern.example")

    assert mail_everything_due(NOON) == 1
    assert mail.outbox[0].subject.startswith("[Lantern Bcc: all@lantern.example]")


def test_a_sentence_of_two_lines_is_one_subject(lantern, editor):
    told(lantern, editor, Notice.Kind.REFUSAL, "Sent back:\nBcc: all@lantern.example")

    mail_everything_due(NOON)

    assert mail.outbox[0].subject == "[Lantern] Sent back: Bcc: all@lantern.example"


@pytest.mark.parametrize("kind", Notice.Kind)
def test_every_kind_has_a_usual_pace(lantern, editor, kind):
    notice = told(lantern, editor, kind)

    assert notice.pace() in {"now", "digest"}
