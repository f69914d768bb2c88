"""A cursor over a text, for parsers that look at each character once."""

ASCII_DIGITS = frozenset("0123456789")

# HTML's ASCII whitespace. Python's own notion would also split at U+000B or U+00A0, which WebVTT does not.
ASCII_WHITESPACE = frozenset(" \t\n\f\r")


class Scanner:
    """Walks forward through ``text``; ``at`` is the index of the next character.

    >>> scanner = Scanner("12:30")
    >>> scanner.take(ASCII_DIGITS), scanner.eat(":"), scanner.rest
    ('12', True, '30')
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def rest(self) -> str:
        return self.text[self.at :]

    def at_end(self) -> bool:
        return self.at >= len(self.text)

    def next_is(self, characters: str) -> bool:
        """Whether the next character is one of ``characters``; never at the end."""
        return not self.at_end() and self.text[self.at] in characters

    def eat(self, literal: str) -> bool:
        """Step over ``literal`` if it comes next."""
        if not self.text.startswith(literal, self.at):
            return False
        self.at += len(literal)
        return True

    def take(self, characters: frozenset[str]) -> str:
        """Step over the longest run of ``characters``, possibly empty, and return it."""
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in characters:
            self.at += 1
        return self.text[start : self.at]


def split_on_spaces(text: str) -> list[str]:
    """Split at runs of ASCII whitespace, as HTML does.

    >>> split_on_spaces(" line:0  region:\\x0b ")
    ['line:0', 'region:\\x0b']
    """
    for space in "\t\n\f\r":
        text = text.replace(space, " ")
    return [word for word in text.split(" ") if word]
