"""The state machine as docs/handling.md shows it: drawn from the moves, for `mingjing.doctables`."""

from collections.abc import Sequence

from mingjing.handling.events import PAST
from mingjing.handling.machine import BACK, DUE, ENDED, MOVES, PROPOSED, RUNNING, STATES, SYSTEM, Move
from mingjing.handling.policy import DAYS, OWES
from mingjing.texts import text

Rows = tuple[Sequence[str], list[Sequence[str]]]


def diagram() -> str:
    """All moves that change the state, as Mermaid; what leads out of every state of `RUNNING` is one arrow."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {state}: {_word('state', state)} {text(f'handling.state.{state}', 'en')}" for state in STATES]
    ways: dict[tuple[str, str], list[str]] = {}
    for move in MOVES:
        for to in _targets(move):
            for source in _sources(move, to):
                ways.setdefault((source, to), []).append(_word("step", move.step))
    drawn = [f"{source} --> {to}: {' / '.join(dict.fromkeys(steps))}" for (source, to), steps in ways.items()]
    inside = [way for way, (source, to) in zip(drawn, ways, strict=True) if {source, to} <= RUNNING]
    lines += ["    [*] --> pending", "    state running {", *(f"        {way}" for way in inside), "    }"]
    lines += [f"    {way}" for way in drawn if way not in inside]
    lines += [f"    {state} --> [*]" for state in STATES if state in ENDED]
    return "\n".join([*lines, "```"])


def moves() -> Rows:
    """Every move: step, from, to, who may, for which severities, what it needs, and who may not."""
    rows: list[Sequence[str]] = []
    for move in MOVES:
        states = "any" if len(move.states) == len(STATES) else ", ".join(s for s in STATES if s in move.states)
        rows.append((
            f"{_word('step', move.step)} `{move.step}`", states, _to(move), ", ".join(sorted(move.roles)), _for(move),
            ", ".join(move.needs), ", ".join(sorted(move.not_by)), move.ruling,
        ))  # fmt: skip
    head = ("Step", "From", "To", "Who may", "Of", "Needs", "Not who did", "Ruling")
    return head, rows


def deadlines() -> Rows:
    """Every deadline: its working days, where it runs, and who owes."""
    rows: list[Sequence[str]] = []
    for key, days in DAYS.items():
        where = ", ".join(state for state, due in DUE.items() if due == key)
        rows.append((f"{_word('due', key)} `{key}`", str(days), where, ", ".join(sorted(OWES[key]))))
    return ("Deadline", "Working days", "Runs in", "Who owes"), rows


def events() -> Rows:
    """Every step with the type of its event."""
    rows: list[Sequence[str]] = [(f"`{step}`", f"`finding_{past}`") for step, past in PAST.items() if step != "agree"]
    rows += [
        ("`revoke`, of a red card", "`finding_revocation_proposed`"),
        ("`change`, of a red card", "`finding_change_proposed`"),
        ("`agree`", "`finding_revoked` or `finding_changed`, as was proposed"),
    ]
    return ("Step", "Event"), rows


def _targets(move: Move) -> tuple[str, ...]:
    return {"": (), BACK: ("running",), PROPOSED: ("revoked", "running")}.get(move.to, (move.to,))


def _sources(move: Move, to: str) -> list[str]:
    """Where its arrows to a state begin. A card that is raised while it runs is still the same box."""
    if move.states < RUNNING or to in RUNNING:
        raised = RUNNING if move.step == "raise" else frozenset()
        return [state for state in STATES if state in move.states - raised]
    beside = [state for state in STATES if state in move.states - RUNNING]
    return [*(["running"] if move.states >= RUNNING else []), *beside]


def _to(move: Move) -> str:
    words = {"": "stays", BACK: "back to where it was", PROPOSED: "as was proposed"}
    return words.get(move.to, move.to)


def _for(move: Move) -> str:
    grave = {1: "notices", 2: "yellow", 3: "red"}
    parts = [] if len(move.severities) == len(grave) else [grave[one] for one in sorted(move.severities)]
    leads = {None: "", True: "leads", False: "no leads" if SYSTEM in move.roles else "verdicts"}[move.leads]
    return ", ".join([*parts, *([leads] if leads else [])]) or "all"


def _word(section: str, key: str) -> str:
    return text(f"handling.{section}.{key}", "zh")
