"""docs/runbook.md has an entry for each sentence that a command can end with, and no others."""

import re

from tests.python.docs.sentences import ROOT, sentences

RUNBOOK = ROOT / "docs" / "runbook.md"
TITLES = re.findall(r"^\| `(.+?)` \|", RUNBOOK.read_text(), re.MULTILINE)


def titles_of(sentence: str) -> list[str]:
    """The entries whose title the sentence begins with; the last is the one that is meant."""
    return sorted((title for title in TITLES if sentence.startswith(title)), key=len)


def test_each_sentence_has_an_entry() -> None:
    without = [f"{file}: {sentence}" for sentence, file in sentences() if not titles_of(sentence)]
    assert not without, "\n".join(["add a row for each to docs/runbook.md:", *without])


def test_each_entry_has_a_sentence() -> None:
    meant = {title for sentence, _ in sentences() for title in titles_of(sentence)[-1:]}
    left_over = [title for title in TITLES if title not in meant]
    assert not left_over, "\n".join(["the program says these no more, take them out of docs/runbook.md:", *left_over])
    assert len(set(TITLES)) == len(TITLES)
