import pytest
from cryptography.fernet import Fernet
from django.db import connection

from studios.models import Change
from studios.secrets import Undecipherable
from titles.distribution.models import Partner

DROPBOX = "s3://key:very-secret@store.example/bucket"


@pytest.fixture
def partner(in_lantern):
    return Partner.objects.make("Glimmer", "glimmer", dropbox=DROPBOX)


def test_a_secret_is_plain_in_python(partner):
    assert Partner.objects.get(pk=partner.pk).dropbox == DROPBOX


def test_a_secret_is_encrypted_in_the_database_and_in_the_audit(partner):
    with connection.cursor() as cursor:
        cursor.execute("SELECT dropbox FROM distribution_partner WHERE id = %s", [partner.pk])
        stored = cursor.fetchone()[0]
    audited = Change.objects.get(row_id=partner.pk, operation="insert").row

    assert ("very-secret" in stored, "very-secret" in str(audited)) == (False, False)


def test_a_new_first_key_still_reads_what_the_old_one_wrote(partner, settings):
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]

    assert Partner.objects.get(pk=partner.pk).dropbox == DROPBOX


def test_a_lost_key_is_told_in_a_sentence(partner, settings):
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(Undecipherable, match="OCTAVO_ENCRYPTION_KEYS"):
        Partner.objects.get(pk=partner.pk)
