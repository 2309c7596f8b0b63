"""docs/rules.md, made from the rule book: what every rule says, its law, its numbers, what it does not see.

`python -m rules.document docs/rules.md` writes it; a test fails while it is not what the book says.
"""

import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from mingjing.calendars import Calendars
from mingjing.timetable import DEFAULT
from rules.book import COMMON, SCORED, Rule, load_book
from rules.reader import Surroundings, show

GROUPS = {
    "T": "Time limits 时限",
    "P": "Procedure 程序",
    "F": "Fees 收费",
    "K": "Documents and publication 材料与公开",
    "R": "Results and volumes 结果与办件量",
    "I": "Integrity of the data 数据真实",
    "S": "Attendance 在岗",
    "B": "Parallel approval 并联审批",
    "Q": "Replies 答复",
    "Z": "Tenders 招投标",
    "H": "Supervision of the supervisors 对监察的监察",
    "X": "Inspections 明查暗访",
    "M": "Intermediaries 中介",
    "E": "Ratings 评价",
    "N": "Sources 数据来源",
}
"""The catalogue's groups by the first letter of a rule's id, in its order."""

SEVERITIES = {1: "1 预警 notice", 2: "2 黄牌 yellow", 3: "3 红牌 red"}
PATTERNS = ("start", "stop", "lost", "back", "first", "then", "need", "at", "what", "on", "duties")
HEAD = """\
# The rule book 规则库

Made from the rule files in `rules/book/`; do not edit. Each rule says what it finds, on what basis, with which
numbers, and what it does not see. [rulebook-format.md](rulebook-format.md) explains the parameters,
[presets.md](presets.md) other ladders. Severities are 1 预警 notice, 2 黄牌 yellow card, 3 红牌 red card; each tenant
has its own words and colours. A *lead* is for a human to look into and no verdict ([leads.md](leads.md)).
"""


def page(rules: tuple[Rule, ...]) -> str:
    """The whole page."""
    ordered = sorted(rules, key=_place)
    lines = [HEAD, *_overview(ordered)]
    for letter, group in groupby(ordered, key=lambda rule: rule.id[0]):
        lines += ["", f"## {GROUPS.get(letter, letter)}"]
        for rule in group:
            lines += ["", *_section(rule)]
    return "\n".join(lines) + "\n"


def _place(rule: Rule) -> tuple[int, int, str]:
    letters = list(GROUPS)
    number = rule.id.partition("-")[0][1:]
    place = letters.index(rule.id[0]) if rule.id[0] in letters else len(letters)
    return place, int(number) if number.isdigit() else 0, rule.id


def _overview(rules: list[Rule]) -> Iterator[str]:
    yield f"{len(rules)} rules."
    yield ""
    yield "| Rule | 名称 | Name | Kind | Severity | Responsible |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for rule in rules:
        cells = (f"[{rule.id}](#{rule.id.lower()})", rule.name.zh, rule.name.en, rule.kind, _graveness(rule))
        yield "| " + " | ".join((*cells, ", ".join(rule.responsible))) + " |"


def _graveness(rule: Rule) -> str:
    data = rule.file.data
    found = sorted(
        {step["severity"] for step in data.get("ladder", ())} | {data[k] for k in ("severity",) if k in data}
    )
    grave = "–".join(str(n) for n in ([found[0], found[-1]] if len(found) > 1 else found))
    return f"{grave}, lead" if data.get("lead") else grave


def _section(rule: Rule) -> Iterator[str]:
    data = rule.file.data
    yield f"### {rule.id}"
    yield ""
    yield f"**{rule.name.zh}** · **{rule.name.en}** · `{rule.kind}`" + (" · lead 线索" if data.get("lead") else "")
    yield ""
    yield rule.basis
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    for name, value in _parameters(data):
        yield f"| {name} | {value} |"
    yield f"| responsible | {', '.join(rule.responsible)} |"
    yield ""
    yield f"Known gaps: {' '.join(rule.known_gaps.split())}"
    yield ""
    for example in rule.examples:
        yield f"- {example.get('title')}: {_outcome(example)}"


def _outcome(example: Mapping[str, Any]) -> str:
    found = example.get("expect", ())
    return ", ".join(SEVERITIES.get(one.get("severity", 0), "flagged") for one in found) or "quiet"


def _parameters(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        if name in COMMON and name not in ("applies", *SCORED):
            continue
        if name in PATTERNS and not isinstance(value, int):
            yield name, _cell(show(value))
        elif name == "ladder":
            yield name, _cell("; ".join(f"{step['at']} → {SEVERITIES[step['severity']]}" for step in value))
        elif name == "severity":
            yield name, SEVERITIES[value]
        elif name in ("signal", "counter"):
            yield name, _cell("; ".join(f"{one['name']['zh']} {one['name']['en']}" for one in value))
        else:
            yield name, _cell(_words(value))


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        if set(value) == {"zh", "en"}:
            return f"{value['zh']} {value['en']}"
        return ", ".join(f"{name} = {_words(one)}" for name, one in value.items())
    if isinstance(value, list):
        return "; ".join(map(_words, value))
    return f"`{' '.join(str(value).split())}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def shipped() -> tuple[Rule, ...]:
    """The shipped rules, with the defaults that they are written for."""
    return load_book(None, Surroundings(Calendars(), DEFAULT, "Asia/Shanghai", "cn")).rules


def main(path: Path) -> None:
    """Writes the page."""
    path.write_text(page(shipped()), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
