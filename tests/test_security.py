"""The threat model names only tests that exist."""

import re
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
PAGE = (HOME / "docs/security.md").read_text(encoding="utf-8")


def test_every_test_that_the_threat_model_names_exists() -> None:
    """A wall whose test was renamed or removed shows here."""
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    there = set()
    for path in (HOME / "tests").rglob("test_*.py"):
        there |= set(re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert named - there == set()
    assert len(named) > 40


def test_every_threat_has_a_test_or_says_why_it_has_none() -> None:
    rows = [line for line in PAGE.split("## Threats")[1].split("## ")[0].splitlines() if line.startswith("| ")][1:]
    without = [row.split("|")[1].strip() for row in rows if "`test_" not in row]
    assert without == ["known weaknesses of packages"]
