"""The project's documents, read as Markdown."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Place:
    """A document and the line, from 1 on, of the block in which something stands."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}"


@cache
def documents() -> list[Path]:
    """All that git tracks, in the working tree's wording."""
    tracked = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in tracked.splitlines() if (ROOT / name).exists()]


@cache
def tokens(path: Path) -> list[Token]:
    """The blocks of a document and, behind each, what stands in it."""
    found: list[Token] = []
    for block in MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")):
        for token in (block, *(block.children or ())):
            token.map = block.map or (found[-1].map if found else None)
            found.append(token)
    return found


def each(*kinds: str) -> Iterator[tuple[Place, Token]]:
    """The tokens of these kinds in all documents, each with its place."""
    for path in documents():
        for token in tokens(path):
            if token.type in kinds:
                yield Place(path, token.map[0] + 1 if token.map else 1), token


@cache
def anchors(path: Path) -> set[str]:
    """What a link to a heading of a document may end in, as GitHub makes it of the heading."""
    headings = [
        after for token, after in zip(tokens(path), tokens(path)[1:], strict=False) if token.type == "heading_open"
    ]
    texts = ["".join(part.content for part in heading.children or ()) for heading in headings]
    return {re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-") for text in texts}


PROGRAMS = ("aws", "bash", "dbt", "dispatch-ingest", "docker", "make", "pip", "psql", "pytest", "python", "uv", "zcat")

Command = tuple[str, ...]
"""A command's words, without variables before it and the folder of its program."""


def commands_of(text: str) -> Iterator[Command]:
    """The commands of a piece of shell: one a line, or several with `;` and `&&` between them.

    Raises:
        ValueError: It is no shell.
    """
    for line in text.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|")
        lexer.whitespace_split = True
        words: list[str] = []
        for word in [*lexer, ";"]:
            if word not in (";", "&&", "|"):
                words.append(word)
                continue
            while words and (words[0] == "do" or re.match(r"\w+=", words[0])):
                words.pop(0)
            if words and Path(words[0]).name in PROGRAMS:
                yield (Path(words[0]).name, *words[1:])
            words = []


def commands() -> Iterator[tuple[Place, Command]]:
    """The commands that stand in a block of their own, to be copied."""
    for place, token in each("fence", "code_block"):
        if token.info in ("", "sh"):
            try:
                found = list(commands_of(token.content))
            except ValueError:
                # A drawing may have a quotation mark.
                continue
            yield from ((place, command) for command in found)
