"""Each finding has the head that CONTRIBUTING asks for, and a row of the list."""

import re

from tests.python.docs.documents import ROOT

FOLDER = ROOT / "findings"


def test_each_finding_says_what_was_guessed_and_seen() -> None:
    for script in FOLDER.glob("*.sh"):
        head = script.read_text().partition("set -euo pipefail\n")[0]
        assert re.findall(r"^# (\w+): \S", head, re.MULTILINE) == ["Guess", "Fact", "Versions", "Source"], script.name


def test_the_list_has_each_finding() -> None:
    listed = re.findall(r"^\| \[(\w+)\]\(\1\.sh\)", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(script.stem for script in FOLDER.glob("*.sh"))
