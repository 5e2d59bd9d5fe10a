"""Words for a person at the terminal."""

MOST_CHARACTERS = 300
"""Of others' words in a sentence."""


def counted(count: int, noun: str) -> str:
    """A number of things, ``1 row`` or ``1,300 rows``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def printable(text: str) -> str:
    """Escapes what a terminal would act on rather than show: control characters, marks of direction, line ends."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def without_credentials(address: str) -> str:
    """An address without the user and password that may stand before its host."""
    scheme, separator, rest = address.rpartition("://")
    return printable(f"{scheme}{separator}{rest.rpartition('@')[2]}")


def words_of_others(words: object) -> str:
    """What a portal, a service or a file says, made fit for a sentence: printable, and cut."""
    text = printable(str(words)[: MOST_CHARACTERS + 1])
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 3]}..."
