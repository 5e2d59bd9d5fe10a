"""Reading SQL as text: enough to know a statement's kind and take it apart, no more.

Two kinds of quoting meet in Athena. DML, CTAS and views are read by Trino: '' inside a literal, names in double quotes.
Other DDL is read by Hive: backslash escapes inside a literal, names in back-quotes.
"""

import re

COMMENT = r"--[^\n]*|/\*.*?\*/"
TRINO_QUOTED = re.compile(rf"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|{COMMENT}", re.S)
HIVE_QUOTED = re.compile(rf"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`]|``)*`|{COMMENT}", re.S)
LEADING_COMMENT = re.compile(rf"\s*(?:{COMMENT})", re.S)

BRACKETS = {"(": ")", "[": "]", "<": ">"}

HIVE_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[0-7]{3}|.)", re.S)
HIVE_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": r"\%", "_": r"\_"}


class SqlTextError(ValueError):
    """The text cannot be taken apart."""


def bare(sql: str) -> str:
    """The statement without the comments before it (dbt puts one there) and the semicolon after it."""
    while comment := LEADING_COMMENT.match(sql):
        sql = sql[comment.end() :]
    return sql.strip().rstrip("; \t\r\n")


def blanked(text: str, quoted: re.Pattern[str] = TRINO_QUOTED) -> str:
    """The text with spaces in place of everything quoted and of comments; every other character stays where it was."""
    return quoted.sub(lambda match: " " * len(match[0]), text)


def closing_bracket(text: str, start: int, quoted: re.Pattern[str] = TRINO_QUOTED) -> int:
    """The index of the bracket that closes the one at `start`."""
    expected: list[str] = []
    code = blanked(text, quoted)
    for index in range(start, len(code)):
        if closing := BRACKETS.get(code[index]):
            expected.append(closing)
        elif expected and code[index] == expected[-1]:
            expected.pop()
            if not expected:
                return index
    raise SqlTextError(f"nothing closes the bracket at {text[start : start + 40]!r}")


def split_list(text: str, quoted: re.Pattern[str] = TRINO_QUOTED) -> list[str]:
    """The items of a list: the text cut at the commas outside of brackets and quotes. No empty items."""
    depth = 0
    start = 0
    items = []
    code = blanked(text, quoted)
    for index, character in enumerate(code):
        if character in "([<":
            depth += 1
        elif character in ")]>":
            depth -= 1
        elif character == "," and depth == 0:
            items.append(text[start:index])
            start = index + 1
    items.append(text[start:])
    return [item.strip() for item in items if item.strip()]


def assignments(text: str) -> dict[str, str]:
    """`name = value, ...` of a WITH (...) clause: names in lower case, values as written."""
    values = {}
    for item in split_list(text):
        name, equals, value = item.partition("=")
        if not equals:
            raise SqlTextError(f"{item!r} is no `name = value`")
        values[name.strip().lower()] = value.strip()
    return values


def trino_literal(text: str) -> str:
    """The value of a Trino string literal; other text comes back as it is."""
    return text[1:-1].replace("''", "'") if text[:1] == "'" else text


def trino_quoted(value: str) -> str:
    """The value as a Trino string literal."""
    return "'" + value.replace("'", "''") + "'"


def hive_literal(text: str) -> str:
    """The value of a Hive literal, in single or double quotes, with Hive's escapes (an unknown one is its letter)."""

    def unescape(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) == 5:
            return chr(int(code[1:], 16))
        if len(code) == 3:
            return chr(int(code, 8))
        return HIVE_ESCAPES.get(code, code)

    if len(text) < 2 or text[0] not in "'\"" or text[-1] != text[0]:
        raise SqlTextError(f"{text!r} is no string literal")
    return HIVE_ESCAPE.sub(unescape, text[1:-1])
