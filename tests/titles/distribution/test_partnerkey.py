import io

import pytest
from django.core.management import CommandError, call_command

from studios.scope import scope
from titles.distribution.models import PartnerKey


def test_the_command_prints_a_new_key_once_and_says_so_beside_it(lantern, nova):
    out, beside = io.StringIO(), io.StringIO()
    call_command("partnerkey", "lantern", "nova", stdout=out, stderr=beside)

    with scope(lantern):
        assert PartnerKey.verified(out.getvalue().strip()).partner == nova
    assert beside.getvalue() == "This is the only time that Nova Reels's key is shown: keep it in a safe place.\n"


def test_each_call_makes_another_key(lantern, nova):
    keys = set()
    for _call in range(2):
        out = io.StringIO()
        call_command("partnerkey", "lantern", "nova", stdout=out, stderr=io.StringIO())
        keys.add(out.getvalue())

    assert len(keys) == 2


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("nowhere", "nova"), "no studio with the short name “nowhere”"),
        (("lantern", "orbit"), "no partner with the short name “orbit” .it has: nova."),
        (("harbor", "nova"), "no partner with the short name “nova” .it has: none yet."),
    ],
)
def test_a_wrong_name_is_named(lantern, harbor, nova, names, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("partnerkey", *names)
