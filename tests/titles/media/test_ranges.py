import pytest
from hypothesis import given
from hypothesis import strategies as st

from titles.media.ranges import OutOfRange, Slice, asked_slice


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", Slice(0, 0)),
        ("bytes=99-99", Slice(99, 99)),
        ("bytes=0-99", Slice(0, 99)),
        ("bytes=-100", Slice(0, 99)),
        ("bytes=-500", Slice(0, 99)),
        ("bytes=5-999999999999999999", Slice(5, 99)),
    ],
)
def test_a_range_is_clipped_to_the_file(header, expected):
    assert asked_slice(header, 100) == expected


@pytest.mark.parametrize(
    "header",
    ["", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=0-1,3-4", "lines=0-5", "bytes 0-5", "bytes=0-" + "9" * 5000],
)
def test_what_is_no_single_range_of_bytes_is_ignored(header):
    assert asked_slice(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_that_holds_nothing_is_refused(header):
    with pytest.raises(OutOfRange):
        asked_slice(header, 100)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=0-0", "bytes=-5"])
def test_an_empty_file_has_no_ranges(header):
    with pytest.raises(OutOfRange):
        asked_slice(header, 0)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 200))
def test_a_range_gives_the_bytes_that_python_would_slice(first, length, size):
    content = bytes(number % 256 for number in range(size))
    try:
        part = asked_slice(f"bytes={first}-{first + length}", size)
    except OutOfRange:
        assert content[first:] == b""
    else:
        assert content[part.first : part.last + 1] == content[first : first + length + 1]
