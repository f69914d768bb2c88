import pytest
from hypothesis import given
from hypothesis import strategies as st

from studios.keys import new_id
from titles.distribution.feed.cursors import cursor_at, sequence_at
from titles.distribution.feed.refusals import BadCursor
from titles.distribution.models import Partner

NOVA = Partner(studio_id=new_id(), feed_sequence=2**62)


@given(st.integers(0, 2**62))
def test_a_cursor_is_read_back_by_the_partner_it_was_given_to(sequence):
    assert sequence_at(NOVA, cursor_at(NOVA, sequence)) == sequence


@given(st.text(min_size=1))
def test_no_other_text_is_a_cursor(text):
    with pytest.raises(BadCursor):
        sequence_at(NOVA, text)


@given(st.integers(0, 2**62), st.data())
def test_a_cursor_with_one_other_character_is_refused(sequence, data):
    cursor = cursor_at(NOVA, sequence)
    place = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.characters().filter(lambda character: character != cursor[place]))

    with pytest.raises(BadCursor):
        sequence_at(NOVA, cursor[:place] + other + cursor[place + 1 :])
