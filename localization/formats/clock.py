"""WebVTT timestamps, and how times are written in both formats."""

from localization.formats.scanning import ASCII_DIGITS, Scanner

# The standard lets hours run to any length; a number this long is an attack on int(), not a time.
LONGEST_HOURS = 6


def collect_timestamp(scanner: Scanner) -> int | None:
    """Step over a WebVTT timestamp and return it in milliseconds, or None if there is none.

    WebVTT, W3C Candidate Recommendation, section 6.3, "collect a WebVTT timestamp". After None the position
    of the scanner means nothing.

    >>> collect_timestamp(Scanner("01:02.500 --> "))
    62500
    >>> collect_timestamp(Scanner("1:00:00.000"))
    3600000
    >>> collect_timestamp(Scanner("00:00:60.000")) is None
    True
    """
    first = scanner.take(ASCII_DIGITS)
    if not 1 <= len(first) <= LONGEST_HOURS or not scanner.eat(":"):
        return None
    groups = [first, scanner.take(ASCII_DIGITS)]
    hours_are_given = len(first) != 2 or int(first) > 59
    if hours_are_given or scanner.next_is(":"):
        if not scanner.eat(":"):
            return None
        groups.append(scanner.take(ASCII_DIGITS))
    if not scanner.eat("."):
        return None
    thousandths = scanner.take(ASCII_DIGITS)
    if len(thousandths) != 3 or any(len(group) != 2 for group in groups[1:]):
        return None
    *hours, minutes, seconds = map(int, groups)
    if minutes > 59 or seconds > 59:
        return None
    return milliseconds(sum(hours), minutes, seconds, int(thousandths))


def milliseconds(hours: int, minutes: int, seconds: int, thousandths: int) -> int:
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def clock(time_ms: int, *, point: str = ".") -> str:
    """Return ``time_ms`` as HH:MM:SS.mmm, hours included; SRT asks for a comma as ``point``.

    >>> clock(62_500), clock(360_000_007, point=",")
    ('00:01:02.500', '100:00:00,007')
    """
    seconds, thousandths = divmod(time_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}"
