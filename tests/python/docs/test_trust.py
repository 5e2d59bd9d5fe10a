"""docs/trust.md names tests that are there."""

import re

from tests.python.dbt_project.project import ROOT


def test_each_test_that_it_names_is_there() -> None:
    named = re.findall(r"`(tests/[^`]+)`", (ROOT / "docs" / "trust.md").read_text())
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).exists()] == []
